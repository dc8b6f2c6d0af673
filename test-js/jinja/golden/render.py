"""Renders small templates, and those in templates/, with Jinja2 as transformers sets it up; writes renderings.golden.json and
chats.golden.json. Needs Python 3.11 or newer with Jinja2 (`pip install jinja2==3.1.6`): `python3 render.py`."""

import datetime
import json
import pathlib

import jinja2
import jinja2.ext
import jinja2.nodes
from jinja2.sandbox import ImmutableSandboxedEnvironment

HERE = pathlib.Path(__file__).parent
NOW = datetime.datetime(2024, 2, 29, 15, 4, 5, 678000)


class Generation(jinja2.ext.Extension):
    """The tag that transformers adds, to know what the assistant said; it changes no text."""

    tags = {"generation"}

    def parse(self, parser):
        lineno = next(parser.stream).lineno
        body = parser.parse_statements(("name:endgeneration",), drop_needle=True)
        return jinja2.nodes.CallBlock(self.call_method("_render"), [], [], body).set_lineno(lineno)

    def _render(self, caller):
        return caller()


def tojson(x, ensure_ascii=False, indent=None, separators=None, sort_keys=False):
    return json.dumps(x, ensure_ascii=ensure_ascii, indent=indent, separators=separators, sort_keys=sort_keys)


def raise_exception(message):
    raise jinja2.exceptions.TemplateError(message)


ENVIRONMENT = ImmutableSandboxedEnvironment(
    trim_blocks=True, lstrip_blocks=True, extensions=[Generation, jinja2.ext.loopcontrols]
)
ENVIRONMENT.filters["tojson"] = tojson
ENVIRONMENT.globals["raise_exception"] = raise_exception
ENVIRONMENT.globals["strftime_now"] = lambda form: NOW.strftime(form)


def render(template, variables):
    try:
        return {"text": ENVIRONMENT.from_string(template).render(**variables)}
    except Exception as error:
        return {"error": f"{type(error).__name__}: {error}"}


def expressions(*sources):
    return ["{{ " + source + " }}" for source in sources]


VARIABLES = {
    "n": None,
    "t": True,
    "f": False,
    "i": 7,
    "x": 2.5,
    "s": "Hello World",
    "e": "",
    "w": " \t two  words\n",
    "u": "é😀ß Ω",
    "q": "it's \"so\"\\\n",
    "l": [3, 1, 2],
    "names": ["bob", "Alice", "carol", "Bob"],
    "d": {"b": 1, "a": {"k": [1, None, True]}, "items": 5, "Z": "z"},
    "m": [
        {"role": "system", "content": "S"},
        {"role": "user", "content": "U1", "n": 2},
        {"role": "assistant", "content": "A1", "n": 1},
        {"role": "user", "content": "U2"},
    ],
    "html": "<a href=\"x\">&amp;'</a>",
    "path": "a/b c?d=é&f",
    "lines": "one\n\n  two\nthree",
}

SOURCES = [
    # Printing.
    *expressions(
        "n", "t", "f", "i", "x", "s", "e", "w", "u", "q", "l", "d", "m", "missing", "d.missing", "d['missing']", "[n, t, f]",
        "(1, 2)", "(1,)", "()", "1, 2", "{}", "[]", "{'a': 1, 2: none, 1.5: [true]}", "[q, u, w]", "['\\x00\\x7f\\u200b\\u00a0']",
        "1.0", "0.1 + 0.2", "1e16", "1e15", "123456789012345678", "1e-5", "0.0001", "1.5e300", "-0.0", "1e22", "100000.0", "3.14159",
        "12345.678", "1_000", "0x1f", "0b101", "0o17", "1.5e3", "[missing]", "range(3)", "range(1, 9, 2)", "d.keys()",
        "d.values()", "d.items()", "'a' 'b'", "'tab\\tnew\\nquote\\' \\x41 \\u00e9 \\101 \\d'", "\"dq\\\"\"", "none", "None", "true", "True", "false",
    ),
    # Operators.
    *expressions(
        "1 + 2", "7 - 10", "3 * 4", "7 / 2", "6 / 3", "7 // 2", "-7 // 2", "7 // -2", "7 % 3", "-7 % 3", "7 % -3", "7.5 // 2", "7.5 % 2", "-7.5 % 2",
        "2 ** 10", "2 ** -1", "2 ** 0.5", "2 ** 3 ** 2", "-2 ** 2", "2 ** 100", "1 / 0", "1 // 0", "1 % 0", "1.0 / 0", "t + t", "t * 3", "i + x", "x * 2", "-i", "+i", "-x", "- -1", "-s",
        "'a' + 'b'", "'a' + 1", "1 + 'a'", "'a' ~ 1 ~ none ~ 2.0", "'a' * 3", "3 * 'ab'", "'a' * -1", "[1] + [2]", "[1] * 2", "(1,) + (2,)", "[1] + (2,)", "n + 'a'", "missing + 'a'", "'a' + missing", "'a' ~ missing",
        "'%s-%d-%5.2f-%r' % ('x', 7, 3.14159, 'y')", "'%s' % 1", "'%05d|%-5s|%5s|%+d|%x|%X|%o|%e|%%' % (42, 'a', 'b', 3, 255, 255, 8, 12345.678)", "'%(a)s %(b)d' % {'a': 1, 'b': 2}", "'%d' % 3.9", "'%s %s' % (1,)", "'%s' % (1, 2)", "'%s' % [1, 2]", "'%.3s' % 'abcdef'", "'%d' % 'a'", "'%.0f %.0f %.1f' % (0.5, 1.5, 0.25)",
        "1 < 2", "1 < 2 < 3", "3 > 2 > 2", "1 == 1.0", "1 == true", "'1' == 1", "'a' < 'b'", "'a' < 'B'", "[1, 2] < [1, 3]", "[1] == (1,)", "[1] == [1.0]", "{'a': 1} == {'a': 1}", "1 < 'a'", "none < 1", "none == none", "missing == missing", "missing == none", "missing != 1", "missing < 1", "'\\ue000' < '😀'",
        "'a' in 'abc'", "'a' not in 'abc'", "1 in l", "'b' in d", "'k' in d.a", "1 in 'a'", "'x' in missing", "1 in 5", "not t", "not e", "not not 1", "t and s", "f and s", "e or 'x'", "n or 0 or 'z'", "t and f or t", "not t == f", "1 if t else 2", "1 if f else 2", "1 if f", "'a' if e else 'b' if t else 'c'", "(1 if t else 2) + 1", "1 if t else 2 + 1",
        "1 + 2 * 3", "(1 + 2) * 3", "2 * 3 % 4", "'a' ~ 1 + 2", "'a' ~ 2 * 3", "1 - 1 - 1", "8 / 2 / 2", "-1 | abs", "(-1) | abs", "x | int + 1", "'3' | int * 2", "not 1 in [1]", "not (1 in [1])", "true is true and 1",
        "1 is divisibleby 2 or 3", "4 is divisibleby 2", "4 is divisibleby(2)",
    ),
    # Items, attributes, slices.
    *expressions(
        "l[0]", "l[-1]", "l[9]", "l[9] is defined", "l['a']", "l.0", "s[0]", "s[-1]", "u[1]", "u[-1]", "s[99]", "s[1:4]", "s[:4]", "s[4:]", "s[-4:]", "s[:-4]", "s[::-1]", "s[::2]", "s[8:2:-2]", "u[1:3]", "u[::-1]", "l[1:]", "l[::-1]", "l[:99]", "l[-99:2]", "l[2:1]", "(1, 2, 3)[1:]", "m[1:]|length", "m[::-1][0].role", "l[::0]", "l[1.0:]",
        "n[:2]", "i[1:]", "d[:1]", "d.a.k[2]", "d['a']['k']", "d.items is callable", "d['items']", "d.b", "d[1]", "d[none]", "{1: 'x'}[1]", "{1: 'x'}[true]", "{1: 'x'}[1.0]", "n.a", "missing.a", "missing['a']", "missing[0]", "d.missing.more", "s.missing", "s['upper']()", "i.a", "i[0]", "n[0]", "range(5)[1:3] | list", "range(9)[2]", "d.keys()[0]", "l.append(4)", "d.update({})", "d.pop('b')", "s.__class__", "s.__class__.x", "d._x", "d.get('b')", "d.get('q')", "d.get('q', 5)", "d.get('a').k|length", "d.copy() == d", "l.index(1)", "l.index(9)", "l.count(1)", "l.copy()", "(1, 1).count(1)",
    ),
    # Methods of str.
    *expressions(
        "s.upper()", "s.lower()", "'hELLO wORLD'.capitalize()", "\"they're bill's\".title()", "s.swapcase()", "'ß'.upper()", "'ß'.casefold()", "w.strip() ~ '|'", "w.lstrip() ~ '|'", "w.rstrip() ~ '|'", "'ab\\n '.lstrip('\\n') ~ '|'", "'\\n\\nab\\n '.lstrip('\\n') ~ '|'", "'xxabxx'.strip('x')", "'xyabyx'.strip('xy')", "'😀a😀'.strip('😀')", "'\\u00a0a\\u3000'.strip()", "'\\ufeffa'.strip()|length",
        "s.startswith('Hell')", "s.startswith('ell', 1)", "s.startswith(('x', 'H'))", "s.endswith('ld')", "s.endswith('Hel', 0, 3)", "s.startswith('')", "s.endswith(1)", "s.split()", "s.split('o')", "s.split('o', 1)", "w.split()", "w.split(none, 1)", "''.split()", "''.split(',')", "'a,b,,c'.split(',')", "'a,b,c'.rsplit(',', 1)", "' a b  c '.rsplit(none, 1)", "'a b c'.rsplit(maxsplit=1)", "'abc'.split('')", "'a<b>c<b>d'.split('<b>')[-1]", "lines.splitlines()", "lines.splitlines(true)", "'a\\r\\nb\\rc\\x0bd'.splitlines()", "'a-b-c'.partition('-')", "'a-b-c'.rpartition('-')", "'abc'.partition('-')", "'abc'.rpartition('-')",
        "s.replace('o', '0')", "s.replace('o', '0', 1)", "'abc'.replace('', '-')", "'abc'.replace('', '-', 2)", "'a.b'.replace('.', '$&')", "s.find('o')", "s.rfind('o')", "s.find('z')", "s.index('o')", "s.index('z')", "s.find('o', 5)", "u.find('ß')", "s.count('l')", "s.count('')", "'aaa'.count('aa')", "s.find('', 20)", "s.find('H', 0, 0)", "'-'.join(['a', 'b'])", "'-'.join([1])", "', '.join(names)", "'-'.join('abc')", "'x'.join([])",
        "'ab'.ljust(5) ~ '|'", "'ab'.rjust(5, '*')", "'ab'.center(5) ~ '|'", "'abc'.center(6, '-')", "'-42'.zfill(6)", "'42'.zfill(1)", "'a\\tb'.expandtabs()", "'a\\tbc\\td'.expandtabs(4)", "'{} {}'.format(1, 'a')", "'{1} {0} {n}'.format(1, 2, n='x')", "'{{}} {!r}'.format('a')", "'{} {}'.format(1)", "'ab'.removeprefix('a')", "'ab'.removesuffix('b')", "'ab'.removeprefix('x')",
        "'abc'.isalpha()", "'ab1'.isalnum()", "'12'.isdigit()", "'²'.isdigit()", "'²'.isdecimal()", "'½'.isnumeric()", "' '.isspace()", "''.isspace()", "'A1'.isupper()", "'a1'.islower()", "'1'.isupper()", "'Ab Cd'.istitle()", "'aé'.isascii()", "'a_1'.isidentifier()", "''.isalpha()", "'a\\n'.isprintable()", "s.nope()", "s.upper(1)",
    ),
    # Filters.
    *expressions(
        "-3 | abs", "x | abs", "s | abs", "d | attr('b')", "(s | attr('upper'))()", "l | batch(2) | list", "l | batch(2, 0) | list", "'hELLO' | capitalize", "'ab' | center(6) ~ '|'", "l | count", "missing | default('x')", "n | default('x')", "e | default('x', true)", "e | d('x', boolean=true)", "d | dictsort", "d | dictsort(true)", "{'a': 2, 'b': 1} | dictsort(by='value')", "{'a': 2, 'b': 1} | dictsort(reverse=true)", "l | first", "[] | first", "[] | first is defined", "s | first", "'3.5' | float", "'x' | float", "'x' | float(1.5)", "3 | float", "'1e3' | float", "'%s %s' | format(1, 'b')", "'%(a)s' | format(a=1)",
        "m | groupby('role')", "m | groupby('role') | map('first') | list", "names | groupby(0) | length", "lines | indent", "lines | indent(2, true)", "lines | indent(2, blank=true)", "lines | indent('> ')", "'a\\n' | indent ~ '|'", "'3' | int", "'3.9' | int", "x | int", "'x' | int", "'x' | int(5)", "'0x1f' | int(base=16)", "'ff' | int(0, 16)", "n | int", "true | int", "d | items | list", "missing | items | list", "5 | items | list", "l | join", "l | join('-')", "m | join(', ', attribute='role')", "[1, none, true] | join(' ')", "'abc' | join('.')", "missing | join('x')", "l | last", "[] | last", "s | last", "d | last", "s | length", "u | length", "d | length", "missing | length", "5 | length", "m | selectattr('role') | length", "s | list", "d | list", "5 | list", "s | lower", "n | lower", "5 | upper",
        "m | map(attribute='role') | list", "m | map(attribute='n') | list", "m | map(attribute='n', default=0) | list", "names | map('upper') | list", "names | map('replace', 'b', 'X') | join(',')", "names | map | list", "d | map('upper') | list", "[d] | map(attribute='a.k.0') | list", "l | max", "l | min", "[] | max", "names | min", "names | max(case_sensitive=true)", "m[1:3] | max(attribute='n')", "[0, 1, '', 'a', none] | select | list", "[1, 2, 3] | select('odd') | list", "[1, 2, 3] | select('gt', 1) | list", "[1, 2, 3] | select('>=', 2) | list", "[1, 2, 3] | reject('odd') | list", "[0, 1] | reject | list", "m | selectattr('role', 'equalto', 'user') | map(attribute='content') | list", "m | selectattr('n', 'defined') | list | length", "m | rejectattr('role', 'eq', 'user') | list | length", "m | rejectattr('n') | list | length", "m | selectattr('role', 'in', ['user', 'system']) | list | length", "m | selectattr('role', '==', 'user') | first",
        "s | replace('o', '0')", "s | replace('o', '0', 1)", "5 | replace(5, 6)", "s | reverse", "l | reverse | list", "u | reverse", "2.5 | round", "3.5 | round", "2.675 | round(2)", "2.1 | round(1, 'ceil')", "2.19 | round(1, 'floor')", "42 | round", "1234.5 | round(-2)", "15 | round(-1)", "25 | round(-1)", "-2.5 | round", "0.5 | round", "s | safe", "html | e", "html | escape", "l | slice(2) | list", "l | slice(2, 0) | list", "[1, 2, 3, 4] | slice(3, 0) | list", "l | sort", "names | sort", "names | sort(case_sensitive=true)", "l | sort(reverse=true)", "m | sort(attribute='role') | map(attribute='content') | list", "m[1:] | sort(attribute='role,content') | map(attribute='content') | list", "[1, 'a'] | sort", "d | sort", "5 | string + 'a'", "missing | string", "l | sum", "m[1:3] | sum(attribute='n')", "[[1], [2]] | sum(start=[])", "[1.5, 2] | sum", "\"it's a-b (c) foo_bar\" | title", "w | trim ~ '|'", "'xxaxx' | trim('x')", "n | trim", "missing | trim",
        "s | truncate(5)", "s | truncate(8, true, '', 0)", "'foo bar baz qux' | truncate(9)", "'foo bar baz qux' | truncate(9, true)", "'foo bar baz qux' | truncate(11, false, '~', 0)", "['a', 'A', 'b'] | unique | list", "['a', 'A', 'b'] | unique(true) | list", "m | unique(attribute='role') | map(attribute='role') | list", "path | urlencode", "'!*()/~-._' | urlencode", "'foo bar, baz-qux' | wordcount", "s | nope", "s | upper | lower | title", "l | length > 2", "missing | upper", "missing | default", "l | first | string | length", "names | join | length", "s | count", "(l | reverse | list)[0]",
        "(m | selectattr('role', 'eq', 'nobody')) and true", "m | selectattr('role', 'eq', 'nobody') | list | length > 0",
    ),
    # Arguments of the wrong type.
    *expressions(
        "s.center('')", "s.ljust('a')", "s.rjust(9, 'ab')", "s.rjust(9, 1)", "s.startswith('H', 'a')", "s.split('o', 'a')", "s.replace('o', 'a', 'b')", "l.copy(1)", "d.items(1)", "s | round", "n | round", "missing | round", "5 | indent", "i | truncate", "missing | truncate", "s | truncate(-1)", "s | truncate('a')", "l | slice(0) | list", "d | dictsort(by='x')", "('a' | unique) | reverse", "l | reverse | first", "5 | items | list", "missing is callable", "'b' % []", "'b' % {}", "s | center('x')", "m | selectattr('role', 'nope') | list", "m | map('nope') | list", "l | join(5)", "'a'.join(5)", "s.zfill(2.0)", "s[1.5]", "l['0']", "'%d' % missing", "l | sum(start='a')", "s | attr(1)", "range(1, 2, 3, 4)",
    ),
    # JSON.
    *expressions(
        "d | tojson", "m | tojson", "l | tojson", "s | tojson", "q | tojson", "u | tojson", "u | tojson(ensure_ascii=true)", "html | tojson", "d | tojson(indent=2)", "d | tojson(indent=0)", "[] | tojson(indent=4)", "{'a': [], 'b': {}} | tojson(indent=4)", "d | tojson(separators=(',', ':'))", "d | tojson(indent=4, separators=(',', ': '))", "d | tojson(sort_keys=true)", "{'b': 1, 'a': 2} | tojson(true, 2)", "d | tojson(indent='\\t')", "missing | tojson", "1.0 | tojson", "[1e100, 1e-7, 0.1, -5, 1e16] | tojson", "{1: 2, none: 3, true: 4, 1.5: 5} | tojson", "(1, 2) | tojson", "'\\u2028\\x7f\\x1f/' | tojson", "d.keys() | tojson", "range(2) | tojson", "[missing] | tojson", "none | tojson", "[true, false] | tojson", "l | map('string') | tojson",
    ),
    # Tests.
    *expressions(
        "missing is defined", "n is defined", "d.q is defined", "missing is undefined", "n is none", "n is not none", "missing is none", "missing is not none", "s is string", "i is string", "missing is string", "d is mapping", "l is mapping", "missing is mapping", "l is sequence", "s is sequence", "d is sequence", "i is sequence", "missing is sequence", "n is sequence", "range(2) is sequence", "d.keys() is sequence", "l is iterable", "s is iterable", "i is iterable", "missing is iterable", "n is iterable", "(l | map('string')) is iterable", "i is number", "x is number", "t is number", "s is number", "i is integer", "x is integer", "t is integer", "x is float", "i is float", "t is boolean", "i is boolean", "t is true", "1 is true", "f is false", "e is false", "3 is odd", "4 is even", "4.0 is even", "s is lower", "'a' is lower", "'A' is upper", "1 is eq 1", "1 is equalto(1)", "1 is ne 2", "1 is lt 2", "3 is gt(2)", "3 is ge 3", "3 is le 2", "3 is lessthan 4", "3 is greaterthan 4", "1 is in [1]", "1 is not in [1]", "'a' is in 'abc'", "n is sameas none", "1 is sameas 1", "1 is sameas true", "range is callable", "s is callable", "s.upper is callable", "5 is divisibleby 3", "1 is nope", "1 is defined(2)", "missing.x is defined", "1 is eq", "1 is string is true", "s is string and i is number",
    ),
    # Functions.
    *expressions(
        "range(3) | list", "range(5, 0, -2) | list", "range(0) | list", "range(100001)", "range(1, 2, 0)", "range('a')", "range(2.0)", "dict(a=1, b=2)", "dict({'x': 1}, y=2)", "dict([('a', 1)])", "namespace(a=1).a", "namespace().a", "namespace({'a': 1}).a", "raise_exception('No!')", "raise_exception()", "strftime_now('%Y-%m-%d')", "strftime_now('%d %b %Y')", "strftime_now('%A, %B %d, %Y')", "strftime_now('%a %H:%M:%S %p %I %j %y %U %W %w %u %V %G %e %f %% %z|%Z|')", "strftime_now('%c|%x|%X|%D|%F|%R|%T|%h|%C|%s' | replace('%s', ''))", "strftime_now('%-d %-m %_d %-I %^a %k %l')", "nothing('x')", "s('x')",
    ),
    # Whitespace around tags.
    "  {% if t %}\n  a\n  {% endif %}\nb", "a {% if t %}\nb\n{% endif %} c", "a\n  {%- if t -%}  \n b \n {%- endif -%} \n c", "a\n  {%+ if t %}\nb{% endif %}", "a {%- if t +%}\n b{% endif +%}\nc", "{% if t -%}\n\n x {% endif %}", "{{- s -}}  \n  {{ s }}\n", "a  {{- s }}", "{{ s -}}  a", "a\n\n", "a\n", "\n", "", "a\r\nb\r\n", "{{ s }}\n{{ s }}", "{# c #}\nx", "  {# c #}\nx", "a {# c #}\nx", "a {#- c -#} \n x", "a {#-#}  x", "{#+#}\n x", "{#--#} x", "{##}\nx", "  {# a\n b #}  {% if t %}\nx{% endif %}", "{{ s }}  {% if t %}x{% endif %}", "{%if t%}x{%endif%}", "{{s}}{{'}}'}}{{ \"{%\" }}", "{{ {'a': {'b': 1}} }}", "{{{'a': {'b': 1}}}}", "{{ 1 }} }} %} #}", "{ { } } { % %", "\t{% if t %}\tx\t{% endif %}\t\n", "x{% if t %}\n\n\ny{% endif %}", "{% if t %}{{ 'a\n' }}{% endif %}", "  {{ s }}", "\n  \n  {% if t %}\nx{% endif %}",
    "{% raw %}{{ x }}{% if %}{% endraw %}", "{% raw %}\n  a\n{% endraw %}\nb", "{%- raw -%}  a  {%- endraw -%}  b", "  {% raw %} x {% endraw %}", "{% raw %}x", "{# a", "{{", "{% if", "{% if t %}", "{{ 'a }}", "{{ s }", "{% endif %}", "{% else %}", "{{ ] }}", "{{ (1 }}", "{{ @ }}", "{{ 1 1 }}", "{% nope %}", "{{ }}", "{% for %}{% endfor %}", "{% if t %}{% endfor %}", "{{ a b }}", "{% set %}", "{% set 1 = 2 %}", "{{ s | }}", "{{ s is }}", "{{ 'a' if }}", "{{ d. }}", "{% for x in l %}{{ x }}", "{% break %}", "{% set x = 1 %}}", "{{ f(a=1, 2) }}",
    # if, set, scopes.
    "{% if f %}a{% elif t %}b{% else %}c{% endif %}", "{% if f %}a{% elif f %}b{% else %}c{% endif %}", "{% if f %}a{% endif %}", "{% if 1, 2 %}a{% endif %}", "{% if missing %}a{% else %}b{% endif %}", "{% set a = 1 %}{{ a }}", "{% set a, b = 1, 2 %}{{ b }}{{ a }}", "{% set a = 1, 2 %}{{ a }}", "{% set (a, b) = [1, 2] %}{{ a + b }}", "{% set a, b = [1] %}", "{% set a %} x {{ s }} {% endset %}[{{ a }}]", "{% set a | upper | trim %} x {% endset %}[{{ a }}]", "{% set s = s + '!' %}{{ s }}", "{% if t %}{% set a = 1 %}{% endif %}{{ a }}", "{% set a = 0 %}{% for i in l %}{% set a = a + i %}{{ a }}{% endfor %}|{{ a }}", "{% set ns = namespace(a=0) %}{% for i in l %}{% set ns.a = ns.a + i %}{% endfor %}{{ ns.a }}", "{% set ns = namespace() %}{% set ns.b = 'x' %}{{ ns.b }}{{ ns.c is defined }}", "{% set d.b = 2 %}", "{% set missing.b = 2 %}", "{% for i in l %}{% if i == 1 %}{% set z = i %}{% endif %}{{ z }}{% endfor %}{{ z }}", "{% with a = 1, b = 2 %}{{ a }}{{ b }}{% set c = 3 %}{% endwith %}{{ a }}{{ c }}", "{% with %}{% set a = 1 %}{{ a }}{% endwith %}{{ a }}", "{% set a = 1 %}{% with a = 2, b = a %}{{ a }}{{ b }}{% endwith %}{{ a }}", "{% filter upper %}a{{ s }}{% endfilter %}", "{% filter replace('a', 'b') | upper %}aXa{% endfilter %}", "{% set x %}{% set y = 1 %}{{ y }}{% endset %}{{ x }}{{ y }}", "{% generation %}{{ s }}{% set y = 1 %}{% endgeneration %}\n{{ y }}|", "{% for c in m %}{% generation %}{{ c.content }}{{ loop.index }}{% endgeneration %}{% endfor %}",
    # for.
    "{% for i in l %}{{ i }}{% endfor %}", "{% for i in [] %}{{ i }}{% else %}none{% endfor %}", "{% for i in l %}{% else %}none{% endfor %}", "{% for i in missing %}x{% else %}none{% endfor %}", "{% for i in n %}x{% endfor %}", "{% for i in 5 %}x{% endfor %}", "{% for c in u %}[{{ c }}]{% endfor %}", "{% for k in d %}{{ k }},{% endfor %}", "{% for k, v in d.items() %}{{ k }}={{ v }};{% endfor %}", "{% for k, v in d | dictsort %}{{ k }};{% endfor %}", "{% for k, v in d | items %}{{ k }};{% endfor %}", "{% for a, b in l %}{% endfor %}", "{% for (a, b), c in [((1, 2), 3)] %}{{ a }}{{ b }}{{ c }}{% endfor %}", "{% for i in 1, 2 %}{{ i }}{% endfor %}", "{% for i in l if i > 1 %}{{ i }}{{ loop.index }}/{{ loop.length }}{% endfor %}", "{% for i in l if i > 5 %}x{% else %}none{% endfor %}", "{% for i in l %}{{ loop.index }}{{ loop.index0 }}{{ loop.revindex }}{{ loop.revindex0 }}{{ loop.first }}{{ loop.last }}{{ loop.length }}{{ loop.depth }}{{ loop.depth0 }};{% endfor %}", "{% for i in l %}{{ loop.previtem }}<{{ i }}>{{ loop.nextitem }} {% endfor %}", "{% for i in l %}{{ loop.previtem is defined }}{{ loop.nextitem is undefined }} {% endfor %}", "{% for i in l %}{{ loop.cycle('a', 'b') }}{% endfor %}", "{% for i in [1, 1, 2, 2, 1] %}{{ loop.changed(i) }}{% endfor %}", "{% for i in l %}{% for j in l %}{{ loop.index }}{% endfor %}{{ loop.index }}{% endfor %}", "{% for i in l %}{% set outer = loop %}{% for j in l %}{{ outer.index }}{% endfor %}{% endfor %}", "{% for i in l %}{% if i == 1 %}{% break %}{% endif %}{{ i }}{% endfor %}", "{% for i in l %}{% if i == 1 %}{% continue %}{% endif %}{{ i }}{% endfor %}", "{% for i in l %}{% for j in l %}{% if j == 1 %}{% break %}{% endif %}{{ i }}{{ j }} {% endfor %}{% endfor %}", "{% for i in l %}{% break %}{% else %}x{% endfor %}", "{% for i in l %}{{ i }}{% set z %}a{% break %}{% endset %}b{% endfor %}{{ z }}", "{% for i in l %}{{ i }}{% filter upper %}a{% continue %}{% endfilter %}b{% endfor %}", "{% for i in l %}{% for j in [] %}{% else %}{{ i }}{% break %}{% endfor %}y{% endfor %}", "{% for i in l %}{% for j in [] %}{% else %}{{ i }}{% continue %}{% endfor %}y{% endfor %}", "{% for i in l %}{% continue %}{% else %}x{% endfor %}", "{% for i in l %}{% if i == 1 %}{% continue %}{% endif %}{% else %}x{% endfor %}", "{% for i in range(3) %}\n  {{ i }}\n{% endfor %}", "{% for i in range(3) -%}\n  {{ i }}\n{%- endfor %}", "{% for i in l | sort %}{{ i }}{{ ',' if not loop.last }}{% endfor %}", "{{ loop }}", "{% for i in l %}{{ loop.nope is defined }}{% endfor %}", "{% for t in [[1, [2, [3]]]] recursive %}{% for i in t %}{{ loop.depth }}{% if i is iterable %}({{ i }}){% else %}{{ i }}{% endif %}{% endfor %}{% endfor %}", "{% for x in [{'n': 1, 'c': [{'n': 2, 'c': []}]}, {'n': 3, 'c': []}] recursive %}{{ x.n }}@{{ loop.depth }}[{{ loop(x.c) }}]{% endfor %}", "{% set g = l | map('string') %}{% for i in g %}{{ i }}{% endfor %}|{% for i in g %}{{ i }}{% endfor %}", "{% set g = l | map('string') %}{{ g | first }}{{ g | list }}", "{% for message in messages | default(m) %}{{ message.role }}{% endfor %}", "{% for m in m %}{{ m.role }}{% endfor %}", "{% for x in l %}{{ x }}{% endfor %}{{ x }}", "{% for i in d.items() %}{{ i[0] }}{% endfor %}", "{% for i in (1, 2) + (3,) %}{{ i }}{% endfor %}", "{% for i in l if loop.first %}{% endfor %}",
    # Macros.
    "{% macro m1(a, b=2) %}{{ a }}-{{ b }}{% endmacro %}{{ m1(1) }} {{ m1(1, 3) }} {{ m1(b=5, a=4) }} {{ m1() }}", "{% macro m1(a) %}x{% endmacro %}{{ m1(1, 2) }}", "{% macro m1(a) %}x{% endmacro %}{{ m1(c=2) }}", "{% macro m1() %}{{ varargs }}{{ kwargs }}{% endmacro %}{{ m1(1, 2, k=3) }}", "{% macro m1(a) %}{{ a.b }}{% endmacro %}{{ m1() }}", "{% macro m1(a, b=a) %}{{ b }}{% endmacro %}{{ m1(3) }}", "{% macro m1() %}{{ caller() }}!{% endmacro %}{% call m1() %}hi{% endcall %}", "{% macro m1(l) %}{% for i in l %}{{ caller(i) }}{% endfor %}{% endmacro %}{% call(x) m1(l) %}<{{ x }}>{% endcall %}", "{% macro m1() %}{{ caller() }}{% endmacro %}{{ m1() }}", "{% macro f(k) %}{% if k > 0 %}{{ k }}{{ f(k - 1) }}{% endif %}{% endmacro %}{{ f(5) }}", "{% macro f() %}{{ f() }}{% endmacro %}{{ f() }}", "{% macro m1() %}{{ s }}{% endmacro %}{% set s = 'new' %}{{ m1() }}", "{% macro m1() %}{{ zz }}{% endmacro %}{% set zz = 'new' %}{{ m1() }}", "{% macro m1() %}{% set y = 1 %}{% endmacro %}{{ m1() }}{{ y }}", "{% macro m1() %}\n  a\n{% endmacro %}\n[{{ m1() }}]", "{% macro m1(x) -%} {{ x }} {%- endmacro %}{{ m1('a') | upper }}", "{% set o = 1 %}{% macro m1() %}{{ o }}{% endmacro %}{% for i in l %}{% set o = i %}{{ m1() }}{% endfor %}", "{{ m1() }}{% macro m1() %}x{% endmacro %}", "{% macro m1(a, a2=none) %}{{ a2 }}{% endmacro %}{{ m1(1) }}{{ m1(1, a2='z') }}", "{% macro t1(x) %}{{ x.type if x.type is string else x.type | join('|') }}{% endmacro %}{{ t1({'type': ['a', 'b']}) }}{{ t1({'type': 'c'}) }}", "{% macro m1(a, b) %}{{ a }}{{ b }}{% endmacro %}{{ m1(*[1, 2]) }}{{ m1(**{'a': 3, 'b': 4}) }}{{ m1.name }}",
    "{% set c = cycler('a', 'b') %}{{ c.next() }}{{ c.next() }}{{ c.next() }}{{ c.current }}{{ c.reset() }}{{ c.current }}", "{% set j = joiner('|') %}{% for i in l %}{{ j() }}{{ i }}{% endfor %}", "{% set j = joiner() %}{{ j() }}a{{ j() }}b",
    # What chat templates do.
    "{% if m[0]['role'] == 'system' %}{% set loop_messages = m[1:] %}{% set sys = m[0]['content'] %}{% else %}{% set loop_messages = m %}{% endif %}{% for x in loop_messages %}{% if (x['role'] == 'user') != (loop.index0 % 2 == 0) %}{{ raise_exception('Conversation roles must alternate user/assistant/user/assistant/...') }}{% endif %}{{ '[' + x['content'] | trim + ']' }}{% endfor %}{{ sys }}", "{% if tools is not none and tools | length > 0 %}x{% endif %}", "{% if tools %}x{% else %}y{% endif %}", "{%- for x in m[::-1] %}{% set index = (m | length - 1) - loop.index0 %}{{ index }}{{ x.content }}{% endfor %}", "{{ '<think>a\n</think>\n\nb'.split('</think>')[-1].lstrip('\n') }}", "{{ '<think>\na\n</think>b'.split('</think>')[0].rstrip('\n').split('<think>')[-1].lstrip('\n') }}", "{% set content = m[1].content if m[1].content is string else m[1].content | map(attribute='text') | join('') %}{{ content }}", "{{ 'x' if enable_thinking is defined and enable_thinking is false else 'y' }}", "{{ m | map(attribute='role') | join(' > ') }}", "{{ (m | last).content }}", "{{ m[-1]['role'] == 'user' and 'ok' }}", "{% set ns = namespace(found=false) %}{% for x in m %}{% if x.role == 'user' and not ns.found %}{{ x.content }}{% set ns.found = true %}{% endif %}{% endfor %}", "{{ m[0].content.split('\\n') | first }}", "{{ m | selectattr('role', 'equalto', 'system') | list | length }}", "{{ ['a', 'b'] | join(', ') ~ '.' }}", "{{ 'role' in m[0] and 'tool_calls' not in m[0] }}", "{% for x in m %}{{ loop.index0 }}{{ 'last' if loop.last and x.role != 'assistant' }}{% endfor %}", "{{ m[1].get('tool_calls') is none }}{{ m[1].tool_calls is defined }}", "{{ '%02d' | format(i) }}", "{{ s[:1] | upper + s[1:] }}",
]


def small():
    return [{"template": template, **render(template, VARIABLES)} for template in SOURCES]


def chats():
    chats = json.loads((HERE / "conversations.json").read_text())
    return [
        {"template": path.name, "conversation": chat["name"], **render(path.read_text(), chat["variables"])}
        for path in sorted((HERE / "templates").glob("*.jinja"))
        for chat in chats
    ]


def write(name, value):
    (HERE / name).write_text(json.dumps(value, ensure_ascii=False, indent=1) + "\n")


if __name__ == "__main__":
    write("renderings.golden.json", {"variables": VARIABLES, "renderings": small()})
    write("chats.golden.json", chats())
