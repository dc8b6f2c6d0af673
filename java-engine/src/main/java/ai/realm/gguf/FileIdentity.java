package ai.realm.gguf;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * By which the file of a model is known again, whatever path leads to it: what the system calls it,
 * its size and when it was written, and the same of the other parts of a split model.
 */
public record FileIdentity(List<Part> parts) {
  /** One file. */
  public record Part(Object file, long size, FileTime written) {}

  /** That of the file at {@code path}; empty where a part cannot be looked at. */
  public static Optional<FileIdentity> of(Path path) {
    try {
      List<Part> parts = new ArrayList<>();
      for (Path each : GgufSplit.pathsOfParts(path)) {
        BasicFileAttributes attributes = Files.readAttributes(each, BasicFileAttributes.class);
        // Windows has no such key.
        Object file = attributes.fileKey() == null ? each.toRealPath() : attributes.fileKey();
        parts.add(new Part(file, attributes.size(), attributes.lastModifiedTime()));
      }
      return Optional.of(new FileIdentity(List.copyOf(parts)));
    } catch (IOException _) {
      // Opening the file says what is wrong with it.
      return Optional.empty();
    }
  }
}
