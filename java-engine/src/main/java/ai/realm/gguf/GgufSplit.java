package ai.realm.gguf;

import static ai.realm.error.ErrorCode.GGUF_INVALID;

import ai.realm.error.EngineException;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/**
 * Where a file stands in a split model, from its keys {@code split.no}, {@code split.count} and
 * {@code split.tensors.count}. The parts are named {@code NAME-00001-of-00003.gguf} and lie in one
 * folder.
 *
 * @param number of this part, from 0
 * @param count of parts; 1 for a whole model
 * @param tensors of all parts together, or -1 where the file does not say
 */
record GgufSplit(int number, int count, long tensors) {
  private static final Pattern NAME =
      Pattern.compile("(.*)-(\\d{5})-of-(\\d{5})\\.gguf", Pattern.DOTALL);
  private static final int MAX_COUNT = 65_535;

  /** The place of the file with these keys. */
  static GgufSplit of(GgufMetadata metadata, String source) {
    long count = metadata.integer("split.count", 0);
    if (count == 0) {
      return new GgufSplit(0, 1, -1);
    }
    long number = metadata.integer("split.no", 0);
    if (count < 0 || count > MAX_COUNT || number < 0 || number >= count) {
      throw new EngineException(
          GGUF_INVALID,
          source
              + ": is part "
              + number
              + " of "
              + count
              + " (split.no of split.count), expected 0 up to the count, and at most "
              + MAX_COUNT
              + " parts");
    }
    return new GgufSplit((int) number, (int) count, metadata.integer("split.tensors.count", -1));
  }

  /** The path of part {@code wanted} beside {@code path}, which is this part. */
  Path path(Path path, int wanted) {
    Matcher name = NAME.matcher(path.getFileName().toString());
    if (!name.matches()
        || Integer.parseInt(name.group(2)) != number + 1
        || Integer.parseInt(name.group(3)) != count) {
      throw new EngineException(
          GGUF_INVALID,
          path
              + ": is part "
              + (number + 1)
              + " of "
              + count
              + " of a split model, expected a name that ends in "
              + suffix(number)
              + ", by which the other parts are found; rename it");
    }
    return path.resolveSibling(name.group(1) + suffix(wanted));
  }

  /**
   * The paths of all parts of a model by the name of its first; of any other file, its own path.
   */
  static List<Path> pathsOfParts(Path path) {
    Matcher name = NAME.matcher(String.valueOf(path.getFileName()));
    if (!name.matches()) {
      return List.of(path);
    }
    GgufSplit split =
        new GgufSplit(Integer.parseInt(name.group(2)) - 1, Integer.parseInt(name.group(3)), -1);
    return IntStream.range(0, split.count())
        .mapToObj(part -> path.resolveSibling(name.group(1) + split.suffix(part)))
        .toList();
  }

  private String suffix(int part) {
    return String.format("-%05d-of-%05d.gguf", part + 1, count);
  }
}
