package ai.realm.constraint.json;

import static java.nio.charset.StandardCharsets.UTF_8;

import ai.realm.constraint.ByteText;
import ai.realm.constraint.Frame;
import ai.realm.constraint.OwnedString;
import ai.realm.constraint.Stack;
import ai.realm.constraint.Stacks;
import ai.realm.constraint.regex.Regex;
import ai.realm.constraint.regex.Regexes;
import java.util.ArrayList;
import java.util.List;

/** Arrays of words, numbers and strings of which no two are equal. */
final class UniqueArrayShape implements Value.Form {
  private final JsonTexts texts;
  private final Regexes regexes;
  private final List<String> words;
  private final Regex strings;
  private final int min;
  private final int max;

  /**
   * Arrays of these.
   *
   * @param words texts of the words and numbers that may be items
   * @param strings language of the strings that may be
   */
  UniqueArrayShape(
      JsonTexts texts, Regexes regexes, List<String> words, Regex strings, int min, int max) {
    this.texts = texts;
    this.regexes = regexes;
    this.words = words;
    this.strings = strings;
    this.min = min;
    this.max = max;
  }

  @Override
  public int length() {
    List<String> all = fill(List.of(), min);
    return all == null ? Frame.NEVER : 2 + length(all);
  }

  @Override
  public void begin(Stack below, Stacks out) {
    out.add(new Stack(new Array(this, Place.START, List.of()), below));
  }

  @Override
  public void shortest(ByteText out) {
    out.add("[");
    close(out, List.of());
  }

  @Override
  public void complete() {}

  /** Appends items and the bracket. */
  private void close(ByteText out, List<String> seen) {
    boolean first = seen.isEmpty();
    for (String item : fill(seen, min - seen.size())) {
      out.add(first ? "" : texts.comma()).add(item);
      first = false;
    }
    out.add("]");
  }

  /** The texts of so many more items, or null where there are not so many. */
  private List<String> fill(List<String> seen, int count) {
    List<String> all = new ArrayList<>(seen);
    for (int i = 0; i < count; i++) {
      String item = another(all);
      if (item == null) {
        return null;
      }
      all.add(item);
    }
    return all.subList(seen.size(), all.size());
  }

  private int length(List<String> items) {
    return items.stream()
        .mapToInt(item -> item.getBytes(UTF_8).length + texts.comma().length())
        .sum();
  }

  private String another(List<String> seen) {
    for (String word : words) {
      if (!seen.contains(word)) {
        return word;
      }
    }
    Regex left = strings(seen);
    return left.alive() ? JsonTexts.quoted(text(left.shortest())) : null;
  }

  private boolean hasAnother(List<String> seen) {
    return !seen.containsAll(words) || next(seen).alive();
  }

  private static String text(int[] codePoints) {
    return new String(codePoints, 0, codePoints.length);
  }

  /** The strings that may come, maybe with those that are there, if these can be made longer. */
  private Regex next(List<String> seen) {
    return strings == regexes.any ? strings : strings(seen);
  }

  /** The strings that may come. */
  private Regex strings(List<String> seen) {
    List<Regex> gone = new ArrayList<>();
    for (String item : seen) {
      if (item.startsWith("\"")) {
        gone.add(regexes.text(JsonTexts.unquoted(item)));
      }
    }
    return regexes.both(strings, regexes.not(regexes.either(gone)));
  }

  private enum Place {
    START,
    FIRST,
    ITEM,
    AFTER
  }

  /** A string that is an item. */
  private record Item(UniqueArrayShape shape, List<String> seen) implements OwnedString.Owner {
    @Override
    public boolean admits(String text) {
      return !seen.contains(JsonTexts.quoted(text));
    }

    @Override
    public List<String> gone() {
      return seen.stream().filter(item -> item.startsWith("\"")).map(JsonTexts::unquoted).toList();
    }

    @Override
    public boolean mayFollow(int b) {
      return b == ',' || b == ']' || JsonTexts.isSpace(b);
    }

    @Override
    public void end(String text, Stack below, Stacks out) {
      out.add(shape.texts.behind(new Array(shape, Place.AFTER, with(text)), below));
    }

    private List<String> with(String text) {
      return Array.with(seen, JsonTexts.quoted(text));
    }

    @Override
    public int lengthBehind(String text) {
      return new Array(shape, Place.AFTER, with(text)).shortestLength();
    }

    @Override
    public void shortestBehind(String text, ByteText out) {
      shape.close(out, with(text));
    }
  }

  /**
   * An array that has begun.
   *
   * @param seen texts of its items, strings with their quotes
   */
  private record Array(UniqueArrayShape shape, Place place, List<String> seen) implements Frame {
    static List<String> with(List<String> seen, String item) {
      List<String> all = new ArrayList<>(seen);
      all.add(item);
      return List.copyOf(all);
    }

    private Array at(Place next) {
      return new Array(shape, next, seen);
    }

    @Override
    public void step(int b, Stack below, Stacks out) {
      boolean mayEnd = seen.size() >= shape.min;
      switch (place) {
        case START -> {
          if (b == '[') {
            out.add(shape.texts.inside(at(Place.FIRST), below));
          }
        }
        case FIRST -> {
          if (b == ']' && mayEnd) {
            out.add(below);
          } else {
            item(b, below, out);
          }
        }
        case ITEM -> item(b, below, out);
        case AFTER -> {
          if (b == ']' && mayEnd) {
            out.add(below);
          } else if (b == ',' && seen.size() < shape.max && shape.hasAnother(seen)) {
            out.add(shape.texts.next(at(Place.ITEM), below));
          }
        }
      }
    }

    private void item(int b, Stack below, Stacks out) {
      if (seen.size() >= shape.max) {
        return;
      }
      for (String word : shape.words) {
        if (!seen.contains(word)) {
          Stack behind = shape.texts.behind(new Array(shape, Place.AFTER, with(seen, word)), below);
          new Stack(shape.texts.places().text(shape.regexes.text(word)), behind).step(b, out);
        }
      }
      Regex left = shape.next(seen);
      if (b == '"' && left.alive()) {
        Item owner = new Item(shape, seen);
        out.add(new Stack(shape.texts.places().owned(left, owner), below));
      }
    }

    @Override
    public boolean mayEnd() {
      return false;
    }

    @Override
    public int shortestLength() {
      int least = Math.max(shape.min - seen.size(), place == Place.ITEM ? 1 : 0);
      List<String> rest = shape.fill(seen, least);
      return rest == null ? Frame.NEVER : 2 + shape.length(rest);
    }

    @Override
    public void shortest(ByteText out) {
      if (place == Place.START) {
        out.add("[");
      }
      List<String> so = seen;
      if (place == Place.ITEM) {
        String item = shape.another(seen);
        out.add(item);
        so = with(seen, item);
      }
      shape.close(out, so);
    }
  }
}
