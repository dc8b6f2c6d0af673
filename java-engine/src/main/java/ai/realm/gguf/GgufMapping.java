package ai.realm.gguf;

import ai.realm.error.EngineException;
import ai.realm.error.ErrorCode;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Files;
import java.nio.file.Path;

/** Maps a model file read-only into memory. */
final class GgufMapping {
  private GgufMapping() {}

  /** The bytes of the file at {@code path}, until {@code arena} is closed. */
  static MemorySegment map(Path path, Arena arena) {
    if (!Files.exists(path)) {
      throw new EngineException(
          ErrorCode.FILE_NOT_FOUND, path + ": there is no such file; give the path of a GGUF file");
    }
    // Also keeps a pipe or a device from being opened: that would wait, or never end.
    if (!Files.isRegularFile(path)) {
      String found = Files.isDirectory(path) ? "a folder" : "no regular file";
      throw new EngineException(
          ErrorCode.IO_ERROR,
          path + ": is " + found + ", expected a GGUF file; give the path of one");
    }
    try (FileChannel channel = FileChannel.open(path)) {
      return channel.map(MapMode.READ_ONLY, 0, channel.size(), arena);
    } catch (IOException failure) {
      throw new EngineException(
          ErrorCode.IO_ERROR,
          path + ": cannot be read (" + failure + "); check its permissions",
          failure);
    }
  }
}
