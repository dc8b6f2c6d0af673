package ai.realm.constraint.gbnf;

import ai.realm.constraint.regex.CodePoints;
import ai.realm.constraint.regex.Regexes;
import ai.realm.error.EngineException;
import ai.realm.error.ErrorCode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads GBNF: {@code name ::= "text" [set] . rule ( … ) | … * + ? {m,n}}, with comments behind
 * {@code #}.
 */
final class GbnfParser {
  /** As in llama.cpp, a larger count is a mistake. */
  private static final int MOST_REPEATS = 2000;

  private final int[] text;
  private final Map<String, GbnfNode> rules = new LinkedHashMap<>();
  private int at;

  GbnfParser(String gbnf) {
    this.text = gbnf.codePoints().toArray();
  }

  /** All rules, by name. */
  Map<String, GbnfNode> parse() {
    space(true);
    while (at < text.length) {
      int start = at;
      String name = name();
      space(false);
      for (int sign : new int[] {':', ':', '='}) {
        if (!take(sign)) {
          throw refused("::= is expected behind the name " + name, at);
        }
      }
      space(true);
      GbnfNode node = choice(0);
      if (rules.put(name, node) != null) {
        throw refused("the rule " + name + " is there twice", start);
      }
      if (at < text.length && !take('\r') && !take('\n')) {
        throw refused("a new line, or more of the rule " + name + ", is expected", at);
      }
      space(true);
    }
    return rules;
  }

  private GbnfNode choice(int depth) {
    List<GbnfNode> options = new ArrayList<>(List.of(sequence(depth)));
    while (take('|')) {
      space(true);
      options.add(sequence(depth));
    }
    return options.size() == 1 ? options.get(0) : new GbnfNode.Choice(options);
  }

  private GbnfNode sequence(int depth) {
    List<GbnfNode> parts = new ArrayList<>();
    for (GbnfNode part = item(depth); part != null; part = item(depth)) {
      space(depth > 0);
      parts.add(quantified(part, depth));
    }
    return new GbnfNode.Sequence(parts);
  }

  private GbnfNode item(int depth) {
    int c = peek();
    if (c == '"') {
      return literal();
    }
    if (c == '[') {
      return set();
    }
    if (c == '.') {
      at++;
      return new GbnfNode.Symbol(CodePoints.ALL);
    }
    if (c == '(') {
      int start = at++;
      space(true);
      GbnfNode inner = choice(depth + 1);
      if (!take(')')) {
        throw refused("a ) is missing for the ( here", start);
      }
      return inner;
    }
    if (isName(c)) {
      int start = at;
      return new GbnfNode.Call(name(), start);
    }
    return null;
  }

  private GbnfNode quantified(GbnfNode part, int depth) {
    GbnfNode node = part;
    while (true) {
      int start = at;
      int min;
      int max;
      if (take('*')) {
        min = 0;
        max = Regexes.UNLIMITED;
      } else if (take('+')) {
        min = 1;
        max = Regexes.UNLIMITED;
      } else if (take('?')) {
        min = 0;
        max = 1;
      } else if (take('{')) {
        space(depth > 0);
        min = number();
        space(depth > 0);
        max = min;
        if (take(',')) {
          space(depth > 0);
          max = peek() == '}' ? Regexes.UNLIMITED : number();
          space(depth > 0);
        }
        if (!take('}')) {
          throw refused("a } is missing for the { here", start);
        }
        if (max < min) {
          throw refused("the count goes down", start);
        }
      } else {
        return node;
      }
      node = new GbnfNode.Repetition(node, min, max);
      space(depth > 0);
    }
  }

  private int number() {
    int start = at;
    int value = 0;
    while (peek() >= '0' && peek() <= '9') {
      value = value * 10 + text[at++] - '0';
      if (value > MOST_REPEATS) {
        throw refused("a count is at most " + MOST_REPEATS, start);
      }
    }
    if (at == start) {
      throw refused("a number is expected", at);
    }
    return value;
  }

  private GbnfNode literal() {
    int start = at++;
    List<GbnfNode> parts = new ArrayList<>();
    while (peek() != '"') {
      int c = character(start, "the text");
      parts.add(new GbnfNode.Symbol(CodePoints.range(c, c)));
    }
    at++;
    return new GbnfNode.Sequence(parts);
  }

  private GbnfNode set() {
    int start = at++;
    boolean negated = take('^');
    CodePoints all = CodePoints.NONE;
    while (peek() != ']') {
      int first = character(start, "the set");
      int last = first;
      if (peek() == '-' && at + 1 < text.length && text[at + 1] != ']') {
        at++;
        last = character(start, "the set");
      }
      all = all.or(CodePoints.range(first, last));
    }
    at++;
    CodePoints set = negated ? all.not() : all;
    if (set.isEmpty()) {
      throw refused("no character is in the set", start);
    }
    return new GbnfNode.Symbol(set);
  }

  private int character(int start, String within) {
    if (at >= text.length || text[at] == '\n') {
      throw refused(within + " that begins here does not end", start);
    }
    int c = text[at++];
    if (c != '\\') {
      return c;
    }
    int escape = peek();
    at++;
    return switch (escape) {
      case 'x' -> hex(2);
      case 'u' -> hex(4);
      case 'U' -> hex(8);
      case 't' -> '\t';
      case 'r' -> '\r';
      case 'n' -> '\n';
      case '\\', '"', '[', ']', '-', '^' -> escape;
      default -> throw refused("an escape that is not known", at - 2);
    };
  }

  private int hex(int digits) {
    long value = 0;
    for (int i = 0; i < digits; i++) {
      int digit = Character.digit(peek(), 16);
      if (digit < 0) {
        throw refused(digits + " hexadecimal digits are expected", at);
      }
      value = value << 4 | digit;
      at++;
    }
    boolean isSurrogate = value >= 0xD800 && value < 0xE000;
    if (value > Character.MAX_CODE_POINT || isSurrogate) {
      throw refused("no character has this number", at - digits);
    }
    return (int) value;
  }

  private String name() {
    int start = at;
    while (isName(peek())) {
      at++;
    }
    if (at == start) {
      throw refused("the name of a rule is expected", at);
    }
    return new String(text, start, at - start);
  }

  private static boolean isName(int c) {
    return (c >= 'a' && c <= 'z')
        || (c >= 'A' && c <= 'Z')
        || (c >= '0' && c <= '9')
        || c == '-'
        || c == '_';
  }

  private void space(boolean newlines) {
    while (at < text.length) {
      int c = text[at];
      if (c == '#') {
        while (at < text.length && text[at] != '\n' && text[at] != '\r') {
          at++;
        }
      } else if (c == ' ' || c == '\t' || (newlines && (c == '\n' || c == '\r'))) {
        at++;
      } else {
        return;
      }
    }
  }

  private int peek() {
    return at < text.length ? text[at] : -1;
  }

  private boolean take(int c) {
    boolean taken = peek() == c;
    if (taken) {
      at++;
    }
    return taken;
  }

  /** A mistake at an index of the text. */
  EngineException refused(String what, int index) {
    int line = 1;
    int column = 1;
    for (int i = 0; i < index && i < text.length; i++) {
      column++;
      if (text[i] == '\n') {
        line++;
        column = 1;
      }
    }
    return new EngineException(
        ErrorCode.GRAMMAR_INVALID,
        "format.grammar, line %d, column %d: %s".formatted(line, column, what));
  }
}
