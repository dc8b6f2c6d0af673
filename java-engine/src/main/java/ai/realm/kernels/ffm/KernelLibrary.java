package ai.realm.kernels.ffm;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import ai.realm.kernels.packed.Layout;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.Set;

/**
 * The native kernels of one CPU family: the functions of {@code src/main/c/kernels.h}. They take
 * heap arrays without a copy and return within microseconds, as critical calls must; only where a
 * mapped page comes from the disk first, they take as long as that.
 */
final class KernelLibrary {
  /** The families, in the order of kernels.h. */
  private static final String[] FAMILIES = {
    null,
    "sse4",
    "avx2",
    "avx512",
    "avx512_vnni",
    "avx512_bf16",
    "amx_bf16",
    "neon",
    "neon_dotprod",
    "neon_i8mm"
  };

  /** Those that the library has: the first of {@link Layout}, by the same numbers. */
  private static final Set<Layout> NATIVE = EnumSet.range(Layout.NIBBLES, Layout.ROWS_BF16);

  // What can be asked of a layout, and what room is for, by the numbers of kernels.h.
  private static final long BLOCK_COLUMNS = 0;
  private static final long BLOCK_BYTES = 1;
  private static final long BLOCK_ROWS = 2;
  private static final long READS_ROUNDED = 3;
  private static final long READS_ROUNDED_EACH = 4;
  private static final long ROOM_SCRATCH = 0;
  private static final long ROOM_ROUNDED = 1;
  private static final long ROOM_ROUNDED_EACH = 2;

  private final Linker linker = Linker.nativeLinker();
  private final SymbolLookup symbols;
  private final String family;
  private final Set<Layout> rounded;
  private final Set<Layout> roundedEach;
  private final MethodHandle room;

  final MethodHandle pack;
  final MethodHandle matvec;
  final MethodHandle matmul;
  final MethodHandle rmsNorm;
  final MethodHandle add;
  final MethodHandle swiglu;
  final MethodHandle clampedSwiglu;
  final MethodHandle layerNorm;
  final MethodHandle geglu;
  final MethodHandle gelu;
  final MethodHandle softcap;
  final MethodHandle attend;
  final MethodHandle attendSpans;
  final MethodHandle joinSpans;

  /** Null, like the next one, where no layout {@link #rounds}. */
  final MethodHandle round;

  final MethodHandle matmulRounded;

  /** Null, like the next one, where no layout {@link #roundsEach}. */
  final MethodHandle roundEach;

  final MethodHandle matvecRounded;

  /**
   * Loads the library at {@code path}.
   *
   * @throws IllegalArgumentException if it does not load, or lacks a function
   * @throws UnsupportedOperationException if it has no kernels for this CPU
   */
  KernelLibrary(Path path) {
    this(path, 0);
  }

  /** The same for the family of this number in kernels.h, which the CPU must run; 0: its best. */
  KernelLibrary(Path path, int number) {
    symbols = SymbolLookup.libraryLookup(path, Arena.global());
    family = familyName(number == 0 ? best() : number);
    pack = function("realm_pack", returning(3, 3));
    matvec = function("realm_" + family + "_matvec", arguments(4, 7));
    matmul = function("realm_" + family + "_matmul", arguments(4, 7));
    rmsNorm =
        function(
            "realm_" + family + "_rms_norm", arguments(3, 1).appendArgumentLayouts(JAVA_FLOAT));
    add = function("realm_" + family + "_add", arguments(2, 1));
    swiglu = function("realm_" + family + "_swiglu", arguments(3, 1));
    clampedSwiglu = function("realm_" + family + "_clamped_swiglu", arguments(3, 1));
    layerNorm =
        function(
            "realm_" + family + "_layer_norm", arguments(4, 1).appendArgumentLayouts(JAVA_FLOAT));
    geglu = function("realm_" + family + "_geglu", arguments(3, 1));
    gelu = function("realm_" + family + "_gelu", arguments(2, 1));
    softcap =
        function("realm_" + family + "_softcap", arguments(1, 1).appendArgumentLayouts(JAVA_FLOAT));
    attend = function("realm_" + family + "_attend", arguments(7, 5));
    attendSpans = function("realm_" + family + "_attend_spans", arguments(6, 6));
    joinSpans = function("realm_" + family + "_join_spans", arguments(3, 3));
    round = functionIfAny("realm_" + family + "_round", arguments(2, 2));
    matmulRounded = functionIfAny("realm_" + family + "_matmul_rounded", arguments(5, 7));
    roundEach = functionIfAny("realm_" + family + "_round_each", arguments(2, 2));
    matvecRounded = functionIfAny("realm_" + family + "_matvec_rounded", arguments(5, 7));
    room = function("realm_" + family + "_room", returning(0, 2));
    rounded = layouts(READS_ROUNDED);
    roundedEach = layouts(READS_ROUNDED_EACH);
  }

  /** The name of the family of this number in kernels.h; null for 0, which is none. */
  static String familyName(long number) {
    return FAMILIES[(int) number];
  }

  /** Whether the library at {@code path} has the kernels of the family of this number. */
  static boolean has(Path path, int number) {
    return SymbolLookup.libraryLookup(path, Arena.global())
        .find("realm_" + familyName(number) + "_matvec")
        .isPresent();
  }

  /** The family's name: {@code avx2} and so on. */
  String familyName() {
    return family;
  }

  /** Whether products of tokens together with a layout read these rounded: weights are integers. */
  boolean rounds(Layout layout) {
    return rounded.contains(layout);
  }

  /** Whether products of each token by itself read these rounded. */
  boolean roundsEach(Layout layout) {
    return roundedEach.contains(layout);
  }

  /** Words of the line of a token among several, to which {@link #round} brings it. */
  int roundedWords(int columns) {
    return room(ROOM_ROUNDED, columns);
  }

  /** Words of the line of a token by itself, to which {@link #roundEach} brings it. */
  int roundedEachWords(int columns) {
    return room(ROOM_ROUNDED_EACH, columns);
  }

  /** Floats of scratch that a product of several tokens takes. */
  int scratchFloats(int columns) {
    return room(ROOM_SCRATCH, columns);
  }

  private int room(long of, int columns) {
    try {
      return Math.toIntExact((long) room.invokeExact(of, (long) columns));
    } catch (Throwable t) {
      throw unexpected(t);
    }
  }

  /**
   * The layouts for which a fact is not 0, having held against Java's what the library says of
   * each.
   *
   * @throws IllegalArgumentException if its blocks are others: it was built from other sources
   */
  private Set<Layout> layouts(long fact) {
    MethodHandle ask = function("realm_" + family + "_layout", returning(0, 2));
    Set<Layout> layouts = EnumSet.noneOf(Layout.class);
    try {
      for (Layout layout : NATIVE) {
        long number = layout.number();
        long columns = (long) ask.invokeExact(number, BLOCK_COLUMNS);
        long bytes = (long) ask.invokeExact(number, BLOCK_BYTES);
        long rows = (long) ask.invokeExact(number, BLOCK_ROWS);
        requireSame(layout, columns, bytes, rows);
        if ((long) ask.invokeExact(number, fact) != 0) {
          layouts.add(layout);
        }
      }
    } catch (IllegalArgumentException e) {
      throw e;
    } catch (Throwable t) {
      throw unexpected(t);
    }
    return layouts;
  }

  /** Whether the family's CPUs multiply and add in one step, and convert F16. */
  boolean fuses() {
    return !family.equals("sse4");
  }

  /**
   * Whether the family multiplies tiles, which makes prefill wait for all that is not a product.
   */
  boolean hasTiles() {
    return family.equals("amx_bf16");
  }

  /**
   * Holds what the library says of a layout's blocks against what Java packs.
   *
   * @throws IllegalArgumentException if they are not the same
   */
  static void requireSame(Layout layout, long columns, long bytes, long rows) {
    if (columns != layout.blockColumns()
        || bytes != layout.blockBytes()
        || rows != layout.blockRows()) {
      throw new IllegalArgumentException(
          String.format(
              "the library's blocks of %s have %d columns, %d bytes and %d rows, expected %d, %d"
                  + " and %d; build it anew with the engine",
              layout,
              columns,
              bytes,
              rows,
              layout.blockColumns(),
              layout.blockBytes(),
              layout.blockRows()));
    }
  }

  /** The number of the best family that this CPU runs. */
  private long best() {
    long number;
    try {
      number = (long) function("realm_cpu_family", FunctionDescriptor.of(JAVA_LONG)).invokeExact();
    } catch (Throwable t) {
      throw unexpected(t);
    }
    if (number == 0) {
      throw new UnsupportedOperationException("the CPU lacks SSE4.2");
    }
    return number;
  }

  /** What a downcall may throw by its type, and none of ours does. */
  static IllegalStateException unexpected(Throwable t) {
    return new IllegalStateException("a native kernel failed", t);
  }

  private MethodHandle functionIfAny(String name, FunctionDescriptor descriptor) {
    return symbols.find(name).isPresent() ? function(name, descriptor) : null;
  }

  private MethodHandle function(String name, FunctionDescriptor descriptor) {
    return linker.downcallHandle(
        symbols
            .find(name)
            .orElseThrow(() -> new IllegalArgumentException("the library has no function " + name)),
        descriptor,
        Linker.Option.critical(true));
  }

  private static FunctionDescriptor arguments(int pointers, int numbers) {
    return FunctionDescriptor.ofVoid(layouts(pointers, numbers));
  }

  private static FunctionDescriptor returning(int pointers, int numbers) {
    return FunctionDescriptor.of(JAVA_LONG, layouts(pointers, numbers));
  }

  private static MemoryLayout[] layouts(int pointers, int numbers) {
    MemoryLayout[] layouts = new MemoryLayout[pointers + numbers];
    for (int i = 0; i < layouts.length; i++) {
      layouts[i] = i < pointers ? ADDRESS : JAVA_LONG;
    }
    return layouts;
  }
}
