package ai.realm.guest.graal;

import ai.realm.error.EngineException;
import ai.realm.error.ErrorCode;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A guest's WebAssembly module, whose memory is bounded by what the guest may have. See the <a
 * href="https://webassembly.github.io/spec/core/binary/modules.html">binary format</a>.
 *
 * @param bytes the module, in which the memory's maximum is rewritten
 * @param functions the types of the exported functions
 */
record WasmModule(byte[] bytes, Map<String, Signature> functions) {
  /** A type of a number. */
  enum Type {
    I32,
    I64,
    F32,
    F64,
    OTHER
  }

  /**
   * The type of a function.
   *
   * @param parameters in their order
   * @param results in their order
   */
  record Signature(List<Type> parameters, List<Type> results) {
    /** Whether its result is the place of a text. */
    boolean givesText() {
      return results.equals(List.of(Type.I64));
    }
  }

  private static final int PAGE = 1 << 16;
  private static final int HEADER = 8;

  private static final int TYPES = 1;
  private static final int IMPORTS = 2;
  private static final int FUNCTIONS = 3;
  private static final int MEMORIES = 5;
  private static final int EXPORTS = 7;

  /**
   * Reads a module.
   *
   * @param memoryBytes that its memory may have
   * @throws EngineException {@code GUEST_ERROR} if it cannot be read, {@code QUOTA_EXCEEDED} if its
   *     memory is larger from the beginning
   */
  static WasmModule read(byte[] module, long memoryBytes) {
    if (module.length < HEADER || module[0] != 0 || module[1] != 'a') {
      throw WasmBytes.invalid("it does not begin as one");
    }
    Reader reader = new Reader(memoryBytes / PAGE);
    ByteArrayOutputStream out = new ByteArrayOutputStream(module.length + 16);
    out.write(module, 0, HEADER);
    WasmBytes in = new WasmBytes(module, HEADER, module.length);
    while (in.hasMore()) {
      int start = in.at();
      int section = in.next();
      int length = in.length();
      int from = in.at();
      in.skip(length);
      WasmBytes content = new WasmBytes(module, from, from + length);
      if (section == MEMORIES) {
        byte[] bounded = reader.memories(content);
        out.write(MEMORIES);
        number(out, bounded.length);
        out.writeBytes(bounded);
      } else {
        reader.section(section, content);
        out.writeBytes(in.since(start));
      }
    }
    return new WasmModule(out.toByteArray(), reader.exported);
  }

  private static void number(ByteArrayOutputStream out, long value) {
    long rest = value;
    while (rest > 0x7F) {
      out.write((int) (rest & 0x7F | 0x80));
      rest >>>= 7;
    }
    out.write((int) rest);
  }

  /** Takes from the sections what is needed of them. */
  private static final class Reader {
    final Map<String, Signature> exported = new HashMap<>();
    private final long most;
    private final List<Signature> types = new ArrayList<>();
    private final List<Signature> functions = new ArrayList<>();

    Reader(long most) {
      this.most = most;
    }

    void section(int section, WasmBytes in) {
      switch (section) {
        case TYPES -> types(in);
        case IMPORTS -> imports(in);
        case FUNCTIONS -> {
          for (long left = in.number(); left > 0; left--) {
            functions.add(type(in.number()));
          }
        }
        case EXPORTS -> exports(in);
        default -> {}
      }
    }

    private void types(WasmBytes in) {
      for (long left = in.number(); left > 0; left--) {
        if (in.next() != 0x60) {
          throw WasmBytes.invalid("it has types that are no functions'");
        }
        List<Type> parameters = list(in);
        types.add(new Signature(parameters, list(in)));
      }
    }

    private static List<Type> list(WasmBytes in) {
      List<Type> types = new ArrayList<>();
      for (int left = in.length(); left > 0; left--) {
        types.add(
            switch (in.next()) {
              case 0x7F -> Type.I32;
              case 0x7E -> Type.I64;
              case 0x7D -> Type.F32;
              case 0x7C -> Type.F64;
              default -> Type.OTHER;
            });
      }
      return types;
    }

    private void imports(WasmBytes in) {
      for (long left = in.number(); left > 0; left--) {
        String from = in.name();
        String name = in.name();
        if (in.next() != 0) {
          throw WasmBytes.invalid(
              "it imports " + from + "." + name + "; only the host functions can be imported");
        }
        functions.add(type(in.number()));
      }
    }

    private void exports(WasmBytes in) {
      for (long left = in.number(); left > 0; left--) {
        String name = in.name();
        boolean isFunction = in.next() == 0;
        long index = in.number();
        if (isFunction && index < functions.size()) {
          exported.put(name, functions.get((int) index));
        }
      }
    }

    /** The section with bounded memories. */
    private byte[] memories(WasmBytes in) {
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      long count = in.number();
      if (count > 1) {
        throw WasmBytes.invalid("it has " + count + " memories; it can have one");
      }
      number(out, count);
      for (long left = count; left > 0; left--) {
        int flags = in.next();
        if (flags > 1) {
          throw WasmBytes.invalid("its memory is shared or of 64 bits; it must be a plain one");
        }
        long least = in.number();
        long largest = flags == 1 ? Math.min(in.number(), most) : most;
        if (least > most) {
          throw new EngineException(
              ErrorCode.QUOTA_EXCEEDED,
              "the guest's memory begins with "
                  + least
                  + " pages of 64 KiB, and it may have "
                  + most
                  + "; give it more memoryMb");
        }
        out.write(1);
        number(out, least);
        number(out, Math.max(least, Math.min(largest, PAGE)));
      }
      return out.toByteArray();
    }

    private Signature type(long index) {
      if (index >= types.size()) {
        throw WasmBytes.invalid("it has a function of no type");
      }
      return types.get((int) index);
    }
  }
}
