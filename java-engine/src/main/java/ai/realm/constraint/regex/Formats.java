package ai.realm.constraint.regex;

import java.util.Map;
import java.util.TreeMap;

/**
 * The formats of strings that can be enforced, as patterns of the whole string. Parts that may be
 * of any length have a usual one here.
 */
public final class Formats {
  private static final String DATE =
      "([0-9]{4}-((0[13578]|1[02])-(0[1-9]|[12][0-9]|3[01])"
          + "|(0[469]|11)-(0[1-9]|[12][0-9]|30)|02-(0[1-9]|1[0-9]|2[0-8]))"
          // 29 February: years that 4 divides, and of the full centuries those that 400 divides.
          + "|([0-9]{2}(0[48]|[2468][048]|[13579][26])|(0[048]|[2468][048]|[13579][26])00)-02-29)";
  private static final String TIME =
      "([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](\\.[0-9]{1,9})?"
          + "([Zz]|[+-]([01][0-9]|2[0-3]):[0-5][0-9])";
  private static final String BYTE = "(25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])";
  private static final String IPV4 = "(" + BYTE + "\\.){3}" + BYTE;
  private static final String GROUP = "[0-9A-Fa-f]{1,4}";
  private static final String LABEL = "[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?";
  private static final String HOSTNAME = LABEL + "(\\." + LABEL + "){0,3}";
  private static final String ATOM = "[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]";
  private static final String POINTER = "(/([^~/]|~[01])*)*";

  private static final Map<String, String> PATTERNS = new TreeMap<>();

  static {
    PATTERNS.put("date", DATE);
    PATTERNS.put("time", TIME);
    PATTERNS.put("date-time", DATE + "[Tt]" + TIME);
    PATTERNS.put("duration", duration());
    PATTERNS.put(
        "uuid", "[0-9A-Fa-f]{8}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{12}");
    PATTERNS.put("ipv4", IPV4);
    PATTERNS.put("ipv6", ipv6());
    // At most 64 characters before the sign, and a domain with a point, as most validators want it.
    PATTERNS.put(
        "email", ATOM + "{1,16}(\\." + ATOM + "{1,15}){0,3}@" + LABEL + "(\\." + LABEL + "){1,3}");
    PATTERNS.put("hostname", HOSTNAME);
    for (boolean international : new boolean[] {false, true}) {
      Uri uri = new Uri(international ? "\\u{a0}-\\u{d7ff}\\u{f900}-\\u{fdcf}" : "");
      String name = international ? "iri" : "uri";
      PATTERNS.put(name, uri.absolute());
      PATTERNS.put(name + "-reference", "(" + uri.absolute() + "|" + uri.relative() + ")");
    }
    String letters = "\\u{a1}-\\u{d7ff}\\u{f900}-\\u{fdcf}";
    String local = "[A-Za-z0-9!#$%&'*+/=?^_`{|}~" + letters + "-]";
    String label = "[A-Za-z0-9" + letters + "]{1,32}";
    PATTERNS.put(
        "idn-email",
        local + "{1,16}(\\." + local + "{1,16})?@" + label + "(\\." + label + "){1,3}");
    PATTERNS.put("uri-template", template(letters));
    PATTERNS.put("regex", regex(2));
    String word = "[a-z0-9]{1,20}(-[a-z0-9]{1,20})?";
    PATTERNS.put(
        "url",
        "https?://("
            + word
            + "\\.){1,4}[a-z]{2,16}(:[0-9]{2,5})?(/[A-Za-z0-9._~!$&'()*+,;=:@/?#%-]*)?");
    PATTERNS.put("byte", "([A-Za-z0-9+/]{4})*([A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?");
    // What OpenAPI has for how a string is shown or sent.
    PATTERNS.put("password", "[^]*");
    PATTERNS.put("binary", "[^]*");
    PATTERNS.put("json-pointer", POINTER);
    PATTERNS.put("relative-json-pointer", "(0|[1-9][0-9]{0,4})(#|" + POINTER + ")");
  }

  private Formats() {}

  /**
   * The strings of a format, or null (RFC 3339, 4122, 2673, 4291, 5321, 1123, 3986, 3987, 6901).
   */
  public static Regex of(String format, Regexes regexes) {
    String pattern = PATTERNS.get(format);
    return pattern == null ? null : Pattern.whole(pattern, regexes);
  }

  /** Their names, for messages. */
  public static String names() {
    return String.join(", ", PATTERNS.keySet());
  }

  /** RFC 3339, appendix A. */
  private static String duration() {
    String time = "T(\\d{1,4}H(\\d{1,4}M(\\d{1,4}S)?)?|\\d{1,4}M(\\d{1,4}S)?|\\d{1,4}S)";
    String date =
        "(\\d{1,4}D|\\d{1,4}M(\\d{1,4}D)?|\\d{1,4}Y(\\d{1,4}M(\\d{1,4}D)?)?)(" + time + ")?";
    return "P(" + date + "|" + time + "|\\d{1,4}W)";
  }

  /** RFC 6570: literals, and expressions in braces. */
  private static String template(String letters) {
    String name = "([A-Za-z0-9_]|%[0-9A-Fa-f]{2})(\\.?([A-Za-z0-9_]|%[0-9A-Fa-f]{2})){0,32}";
    String variable = name + "(:[1-9][0-9]{0,3}|\\*)?";
    String expression = "\\{[+#./;?&]?" + variable + "(," + variable + ")*\\}";
    String literal = "[A-Za-z0-9!#$&()*+,./:;=?@\\[\\]_~" + letters + "-]|%[0-9A-Fa-f]{2}";
    return "(" + literal + "|" + expression + ")*";
  }

  /** ECMA-262, 22.2.1, with the flag u: groups within each other as deep as {@code depth}. */
  private static String regex(int depth) {
    String escape =
        "\\\\([dDsSwWfnrtv^$\\\\.*+?()\\[\\]{}|/]|x[0-9A-Fa-f]{2}|u[0-9A-Fa-f]{4}|c[A-Za-z])";
    String member = "[^\\\\\\]\\[^-]|" + escape + "|a-z|A-Z|0-9";
    String set = "\\[\\^?(" + member + ")+\\]";
    String group = depth == 0 ? "" : "|\\((\\?:)?" + regex(depth - 1) + "\\)";
    String atom = "([^\\\\^$.*+?()\\[\\]{}|]|\\.|" + escape + "|" + set + group + ")";
    String times = "([*+?]|\\{([0-9]{1,2},?|0,[0-9]{1,2}|1,[1-9][0-9]?)\\})\\??";
    String term = "(" + atom + "(" + times + ")?|\\^|\\$|\\\\[bB])";
    return term + "*(\\|" + term + "*)*";
  }

  /** RFC 4291, 2.2: eight groups, or fewer around two colons; the last two may be an IPv4. */
  private static String ipv6() {
    StringBuilder all = new StringBuilder("(" + GROUP + ":){7}" + GROUP);
    all.append("|(" + GROUP + ":){6}" + IPV4);
    for (int before = 0; before <= 7; before++) {
      int after = 7 - before;
      String head = before == 0 ? "" : GROUP + "(:" + GROUP + "){" + (before - 1) + "}";
      all.append('|').append(head).append("::");
      all.append(after == 0 ? "" : "(" + GROUP + "(:" + GROUP + "){0," + (after - 1) + "})?");
      if (after >= 2) {
        all.append('|').append(head).append("::(" + GROUP + ":){0," + (after - 2) + "}" + IPV4);
      }
    }
    return "(" + all + ")";
  }

  /** RFC 3986, with the host a name; RFC 3987 has characters beyond ASCII besides. */
  private record Uri(String more) {
    private String character(String signs) {
      return "([A-Za-z0-9._~!$&'()*+,;=%s%s-]|%%[0-9A-Fa-f]{2})".formatted(signs, more);
    }

    String absolute() {
      String path = "/?" + character(":@") + "+(/" + character(":@") + "*)*";
      return "[A-Za-z][A-Za-z0-9+.-]{0,15}:(" + authority() + "|" + path + ")" + rest();
    }

    /** Without a scheme: another host, a path, a query, a fragment. */
    String relative() {
      String path = "/?(" + character("@") + "+(/" + character(":@") + "+)*/?)?";
      return "(" + authority() + "|" + path + ")" + rest();
    }

    private String authority() {
      String host = "(" + character("") + "*|\\[" + ipv6() + "\\])";
      String user = "(" + character(":") + "+@)?";
      return "//" + user + host + "(:[0-9]{1,5})?(/" + character(":@") + "*)*";
    }

    private String rest() {
      String any = character(":@/?");
      return "(\\?" + any + "*)?(#" + any + "*)?";
    }
  }
}
