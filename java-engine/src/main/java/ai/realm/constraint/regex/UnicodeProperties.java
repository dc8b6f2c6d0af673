package ai.realm.constraint.regex;

import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.IntPredicate;

/** The properties behind {@code \p}, as far as Java knows them (ECMA-262, tables 67 to 70). */
final class UnicodeProperties {
  /** Long names of general categories, by their short ones. */
  private static final Map<String, String> CATEGORIES =
      Map.ofEntries(
          Map.entry("letter", "l"),
          Map.entry("casedletter", "lc"),
          Map.entry("uppercaseletter", "lu"),
          Map.entry("lowercaseletter", "ll"),
          Map.entry("titlecaseletter", "lt"),
          Map.entry("modifierletter", "lm"),
          Map.entry("otherletter", "lo"),
          Map.entry("mark", "m"),
          Map.entry("number", "n"),
          Map.entry("decimalnumber", "nd"),
          Map.entry("digit", "nd"),
          Map.entry("punctuation", "p"),
          Map.entry("punct", "p"),
          Map.entry("symbol", "s"),
          Map.entry("separator", "z"),
          Map.entry("spaceseparator", "zs"),
          Map.entry("other", "c"),
          Map.entry("control", "cc"),
          Map.entry("cntrl", "cc"));

  /** Short names of general categories, as numbers of {@link Character#getType(int)}. */
  private static final Map<String, Integer> TYPES = types();

  private static final Map<String, CodePoints> FOUND = new ConcurrentHashMap<>();

  private UnicodeProperties() {}

  private static Map<String, Integer> types() {
    Map<String, Integer> types = new HashMap<>();
    String[] names = {
      "cn", "lu", "ll", "lt", "lm", "lo", "mn", "me", "mc", "nd", "nl", "no", "", "zs", "zl", "zp",
      "cc", "cf", "", "co", "cs", "pd", "ps", "pe", "pc", "po", "sm", "sc", "sk", "so", "pi", "pf",
    };
    for (int i = 0; i < names.length; i++) {
      if (!names[i].isEmpty()) {
        types.put(names[i], i);
      }
    }
    return types;
  }

  /** The set of a property, or null where it is not known. */
  static CodePoints of(String name) {
    CodePoints found = FOUND.get(name);
    if (found == null) {
      IntPredicate test = test(name);
      if (test == null) {
        return null;
      }
      found = CodePoints.where(test);
      FOUND.put(name, found);
    }
    return found;
  }

  private static IntPredicate test(String name) {
    int equals = name.indexOf('=');
    String key = plain(equals < 0 ? "" : name.substring(0, equals));
    String value = plain(name.substring(equals + 1));
    return switch (key) {
      case "" -> {
        IntPredicate category = category(value);
        yield category == null ? binary(value) : category;
      }
      case "gc", "generalcategory" -> category(value);
      case "sc", "script", "scx", "scriptextensions" -> script(name.substring(equals + 1));
      default -> null;
    };
  }

  private static IntPredicate category(String value) {
    String category = CATEGORIES.getOrDefault(value, value);
    if (category.equals("lc")) {
      return c -> Character.getType(c) >= 1 && Character.getType(c) <= 3;
    }
    if (TYPES.containsKey(category)) {
      int type = TYPES.get(category);
      return c -> Character.getType(c) == type;
    }
    if (category.length() == 1
        && TYPES.keySet().stream().anyMatch(name -> name.startsWith(category))) {
      boolean[] in = new boolean[32];
      TYPES.forEach((type, number) -> in[number] = type.startsWith(category));
      return c -> in[Character.getType(c)];
    }
    return null;
  }

  private static IntPredicate binary(String value) {
    return switch (value) {
      case "any" -> c -> true;
      case "ascii" -> c -> c < 128;
      case "alphabetic", "alpha" -> Character::isAlphabetic;
      case "uppercase", "upper" -> Character::isUpperCase;
      case "lowercase", "lower" -> Character::isLowerCase;
      case "ideographic", "ideo" -> Character::isIdeographic;
      case "emoji" -> Character::isEmoji;
      case "whitespace", "space" -> c -> Character.isSpaceChar(c) || (c >= '\t' && c <= '\r');
      case "idstart", "ids" -> Character::isUnicodeIdentifierStart;
      case "idcontinue", "idc" -> Character::isUnicodeIdentifierPart;
      default -> null;
    };
  }

  private static IntPredicate script(String name) {
    try {
      Character.UnicodeScript script = Character.UnicodeScript.forName(name);
      return c -> Character.UnicodeScript.of(c) == script;
    } catch (IllegalArgumentException e) {
      return null;
    }
  }

  private static String plain(String name) {
    return name.replace("_", "").toLowerCase(Locale.ROOT);
  }
}
