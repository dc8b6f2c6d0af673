package ai.realm.model.cache;

import ai.realm.error.EngineException;
import ai.realm.error.ErrorCode;
import ai.realm.kernels.Rows;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;

/**
 * A sequence in a file, little-endian:
 *
 * <pre>
 * "REALMSEQ"   8 bytes
 * version      int, 4
 * model        32 bytes, the SHA-256 of the model's file
 * note         int, bytes, and as many of UTF-8: what its holder says of it
 * format       int, of keys and values, see {@link ai.realm.kernels.KvFormat#number}
 * groups       int, of layers that see equally far, and for each
 *   behind       int
 *   page bytes   long
 * state bytes  long, of all recurrent layers behind a token; 0 if there are none
 * known        int, tokens, and each as a mark, see {@link History}
 * computed     int, the first of them, whose keys and values follow
 * first        int for each group, the first page that is kept; all from there on are
 * pages        of each group
 * state        behind the last computed token, if there are recurrent layers and such a token
 * sum          32 bytes, the SHA-256 of all before
 * </pre>
 */
public final class SequenceFile {
  private static final byte[] MAGIC = "REALMSEQ".getBytes(StandardCharsets.US_ASCII);
  private static final int VERSION = 4;
  private static final int HASH = 32;

  private final FileChannel file;
  private final MessageDigest digest = sha256();
  private final ByteBuffer number = ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN);

  private SequenceFile(FileChannel file) {
    this.file = file;
  }

  /**
   * Writes a sequence, all of it or nothing: where there was a file, it stays until the new one is
   * whole.
   *
   * @param model the SHA-256 of the model's file, in hex
   * @param note what {@link #read} gives back with it, such as the messages that it is of
   * @throws EngineException {@code IO_ERROR}
   */
  public static void write(Sequence sequence, String model, String note, Path path) {
    Path target = path.toAbsolutePath();
    try {
      Path whole = Files.createTempFile(target.getParent(), ".realm-", ".part");
      try {
        try (FileChannel channel = FileChannel.open(whole, StandardOpenOption.WRITE)) {
          new SequenceFile(channel).write(sequence, model, note);
          channel.force(true);
        }
        Files.move(
            whole, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
      } finally {
        Files.deleteIfExists(whole);
      }
    } catch (IOException failure) {
      throw new EngineException(
          ErrorCode.IO_ERROR,
          "the sequence could not be written to %s: %s; give a path in a folder that can be written"
              .formatted(path, failure),
          failure);
    }
  }

  /**
   * Reads a sequence into an empty one, which makes nothing of it known to others: a file may say
   * anything of what a model computes.
   *
   * @param model the SHA-256 of the model's file, in hex
   * @param vocabulary ids are below it
   * @return the note that it was written with
   * @throws EngineException {@code SEQUENCE_INVALID} for what is no sequence of this model and
   *     format, {@code CONTEXT_OVERFLOW} for one that has no room, {@code OUT_OF_MEMORY}, {@code
   *     FILE_NOT_FOUND} or {@code IO_ERROR}; then the sequence is to be closed
   */
  public static String read(Sequence empty, String model, int vocabulary, Path path) {
    try (FileChannel channel = FileChannel.open(path)) {
      empty.keepToItself();
      return new SequenceFile(channel).read(empty, model, vocabulary);
    } catch (NoSuchFileException missing) {
      throw new EngineException(
          ErrorCode.FILE_NOT_FOUND,
          "there is no file %s; give one that save() has written".formatted(path),
          missing);
    } catch (EOFException end) {
      throw invalid("it ends before its contents do");
    } catch (IOException failure) {
      throw new EngineException(
          ErrorCode.IO_ERROR, "%s could not be read: %s".formatted(path, failure), failure);
    }
  }

  private void write(Sequence sequence, String model, String note) throws IOException {
    LayerPages kept = sequence.kept();
    CacheShape shape = kept.shape();
    write(ByteBuffer.wrap(MAGIC));
    write(VERSION);
    write(ByteBuffer.wrap(HexFormat.of().parseHex(model)));
    byte[] said = note.getBytes(StandardCharsets.UTF_8);
    write(said.length);
    write(ByteBuffer.wrap(said));
    write(shape.format().number());
    write(shape.groups().size());
    for (CacheShape.Group group : shape.groups()) {
      write(group.behind());
      writeLong(group.pageBytes());
    }
    writeLong(shape.stateBytes());
    write(sequence.known());
    for (int position = 0; position < sequence.known(); position++) {
      int token = sequence.token(position);
      write(sequence.rows(position) == Rows.EACH ? ~token : token);
    }
    int computed = sequence.length();
    write(computed);
    int end = Pages.until(computed);
    for (int group = 0; group < shape.groups().size(); group++) {
      write(kept.kv().first(group, end));
    }
    for (int group = 0; group < shape.groups().size(); group++) {
      for (int page = kept.kv().first(group, end); page < end; page++) {
        write(kept.kv().get(group, page).memory().asByteBuffer());
      }
    }
    if (shape.hasStates() && computed > 0) {
      write(kept.states().get(computed).memory().asByteBuffer());
    }
    file.write(ByteBuffer.wrap(digest.digest()));
  }

  private String read(Sequence empty, String model, int vocabulary) throws IOException {
    byte[] magic = read(MAGIC.length).array();
    int version = Arrays.equals(magic, MAGIC) ? readInt() : 0;
    if (version != VERSION) {
      throw invalid("it does not begin as one of version " + VERSION + " does");
    }
    String made = HexFormat.of().formatHex(read(HASH).array());
    if (!made.equals(model)) {
      throw invalid("it was made with another model, whose SHA-256 is " + made);
    }
    byte[] said = read(checked("bytes of its note", readInt(), 0, Integer.MAX_VALUE)).array();
    String note = new String(said, StandardCharsets.UTF_8);
    checkShape(empty.kept().shape());
    int known = checked("tokens", readInt(), 0, Integer.MAX_VALUE);
    if (known > empty.capacity()) {
      throw new EngineException(
          ErrorCode.CONTEXT_OVERFLOW,
          ("the file has a sequence of %d tokens; the context holds %d: load the model with a"
                  + " larger contextLength")
              .formatted(known, empty.capacity()));
    }
    ByteBuffer marks = read(Math.multiplyExact(known, Integer.BYTES));
    while (marks.hasRemaining()) {
      int mark = marks.getInt();
      int token = checked("a token", History.token(mark), 0, vocabulary - 1);
      empty.add(token, History.rows(mark));
    }
    int computed = checked("computed tokens", readInt(), 0, known);
    readPages(empty.kept(), computed);
    byte[] sum = digest.digest();
    if (!Arrays.equals(sum, read(HASH).array()) || file.position() != file.size()) {
      throw invalid("its bytes are not those that were written");
    }
    return note;
  }

  private void checkShape(CacheShape shape) throws IOException {
    int format = readInt();
    if (format != shape.format().number()) {
      throw invalid(
          "its keys and values are of another format; load the model with the kvCache it had then,"
              + " which is not "
              + shape.format());
    }
    checked("groups of layers", readInt(), shape.groups().size(), shape.groups().size());
    for (CacheShape.Group group : shape.groups()) {
      boolean same = readInt() == group.behind();
      if (readLong() != group.pageBytes() || !same) {
        throw invalid("its layers are not those of the model");
      }
    }
    if (readLong() != shape.stateBytes()) {
      throw invalid("its recurrent layers are not those of the model");
    }
  }

  private void readPages(LayerPages empty, int computed) throws IOException {
    CacheShape shape = empty.shape();
    int end = Pages.until(computed);
    int[] first = new int[shape.groups().size()];
    boolean hasState = shape.hasStates() && computed > 0;
    long bytes = HASH + (hasState ? shape.stateBytes() : 0);
    for (int group = 0; group < first.length; group++) {
      first[group] = checked("the first page", readInt(), 0, empty.kv().firstSeen(group, computed));
      bytes += (end - first[group]) * shape.groups().get(group).pageBytes();
    }
    // Before memory is taken for them.
    if (bytes > file.size() - file.position()) {
      throw new EOFException();
    }
    empty.restore(first, computed);
    for (int group = 0; group < first.length; group++) {
      for (int page = first[group]; page < end; page++) {
        fill(empty.kv().get(group, page).memory().asByteBuffer());
      }
    }
    if (hasState) {
      fill(empty.states().get(computed).memory().asByteBuffer());
    }
  }

  private void write(ByteBuffer bytes) throws IOException {
    digest.update(bytes.duplicate());
    while (bytes.hasRemaining()) {
      file.write(bytes);
    }
  }

  private void write(int value) throws IOException {
    write(number.clear().putInt(value).flip());
  }

  private void writeLong(long value) throws IOException {
    write(number.clear().putLong(value).flip());
  }

  private ByteBuffer read(int bytes) throws IOException {
    if (bytes > file.size() - file.position()) {
      throw new EOFException();
    }
    ByteBuffer buffer = ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
    fill(buffer);
    return buffer.flip();
  }

  private void fill(ByteBuffer buffer) throws IOException {
    ByteBuffer filled = buffer.duplicate();
    while (buffer.hasRemaining()) {
      if (file.read(buffer) < 0) {
        throw new EOFException();
      }
    }
    digest.update(filled);
  }

  private int readInt() throws IOException {
    return read(Integer.BYTES).getInt();
  }

  private long readLong() throws IOException {
    return read(Long.BYTES).getLong();
  }

  private static int checked(String what, int value, int least, int most) {
    if (value < least || value > most) {
      throw invalid("%s: it has %d, expected %d to %d".formatted(what, value, least, most));
    }
    return value;
  }

  private static EngineException invalid(String reason) {
    return new EngineException(
        ErrorCode.SEQUENCE_INVALID,
        "the file is no sequence of this model: %s; save it again, or begin a new one"
            .formatted(reason));
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
