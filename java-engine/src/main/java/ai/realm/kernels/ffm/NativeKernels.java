package ai.realm.kernels.ffm;

import static java.lang.foreign.MemorySegment.ofArray;

import ai.realm.gguf.TensorInfo;
import ai.realm.gguf.TensorType;
import ai.realm.kernels.Activations;
import ai.realm.kernels.AttentionKernels;
import ai.realm.kernels.FileBacked;
import ai.realm.kernels.Kernels;
import ai.realm.kernels.Matrix;
import ai.realm.kernels.Rows;
import ai.realm.kernels.WorkerPool;
import ai.realm.kernels.packed.GroupPacker;
import ai.realm.kernels.packed.Layout;
import ai.realm.kernels.packed.PackedMatrix;
import ai.realm.kernels.packed.Packer;
import ai.realm.kernels.scalar.ScalarKernels;
import ai.realm.kernels.vector.VectorKernels;
import ai.realm.quant.Grid;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;

/**
 * Kernels in C, called through FFM (JEP 454), on the packed matrices of the vector kernels; of some
 * types on the rows that the file has. They are compiled ahead of time: a process is fast from its
 * first token. Other matrices go to Java's kernels: to the vector ones, or where the CPU lacks what
 * these need, to the scalar ones.
 */
public final class NativeKernels implements Kernels {

  private final KernelLibrary library;
  private final NativeProducts products;
  private final Kernels unpacked;
  private final AttentionKernels attention;

  /**
   * The kernels in the library at {@code path} for this CPU.
   *
   * @throws IllegalArgumentException if it does not load, or lacks a function
   * @throws UnsupportedOperationException if it has no kernels for this CPU
   */
  public NativeKernels(Path path) {
    this(new KernelLibrary(path));
  }

  /** The same for the family of this number in {@code kernels.h}, which the CPU must run. */
  NativeKernels(Path path, int number) {
    this(new KernelLibrary(path, number));
  }

  private NativeKernels(KernelLibrary library) {
    this.library = library;
    this.attention = new NativeAttention(library);
    this.products = new NativeProducts(library);
    this.unpacked = library.fuses() ? new VectorKernels() : new ScalarKernels();
  }

  @Override
  public String name() {
    return "native";
  }

  /**
   * The CPU family that they are compiled for: on x86-64 {@code sse4}, {@code avx2}, {@code
   * avx512}, {@code avx512_vnni}, {@code avx512_bf16} or {@code amx_bf16}; on ARM {@code neon},
   * {@code neon_dotprod} or {@code neon_i8mm}.
   */
  public String family() {
    return library.familyName();
  }

  @Override
  public Set<TensorType> startingCold(Set<TensorType> types) {
    Set<TensorType> cold = EnumSet.noneOf(TensorType.class);
    for (TensorType type : types) {
      if (Layout.of(type) == null) {
        cold.add(type);
      }
    }
    return cold;
  }

  @Override
  public Matrix prepare(TensorInfo tensor, WorkerPool pool, Arena arena) {
    Layout rows = Layout.ofRows(tensor.type());
    if (rows != null && tensor.columns() % rows.blockColumns() == 0) {
      return new FileBacked.Rows(tensor, rows);
    }
    // The library repacks with the F16 conversions that came together with the fused product.
    GroupPacker packer = library.fuses() ? this::pack : Packer::packGroup;
    PackedMatrix packed = Packer.pack(tensor, pool, arena, packer);
    return packed != null ? packed : unpacked.prepare(tensor, pool, arena);
  }

  @Override
  public long preparedBytes(TensorInfo tensor) {
    Layout rows = Layout.ofRows(tensor.type());
    boolean asTheFileHasThem = rows != null && tensor.columns() % rows.blockColumns() == 0;
    return asTheFileHasThem ? 0 : Packer.packedBytes(tensor);
  }

  private boolean pack(
      TensorType type, MemorySegment file, int columns, int rows, MemorySegment group) {
    Grid grid = Grid.of(type);
    MemorySegment points = grid == null ? MemorySegment.NULL : ofArray(grid.points());
    try {
      return (long)
              library.pack.invokeExact(
                  file, group, points, (long) type.id(), (long) columns, (long) rows)
          != 0;
    } catch (Throwable t) {
      throw KernelLibrary.unexpected(t);
    }
  }

  @Override
  public void sums(Activations x) {
    unpacked.sums(x);
  }

  @Override
  public int roundedWords(Matrix w, Rows rows) {
    return NativeProducts.layout(w)
        .map(layout -> products.roundedWords(layout, w.columns(), rows))
        .orElse(0);
  }

  @Override
  public void round(Activations x, Rows rows, int token, int end) {
    products.round(x, rows, token, end);
  }

  @Override
  public void matvec(
      Matrix w, Activations x, float[] y, int at, int stride, int unit, int endUnit) {
    Optional<Layout> layout = NativeProducts.layout(w);
    if (layout.isEmpty()) {
      unpacked.matvec(w, x, y, at, stride, unit, endUnit);
      return;
    }
    MemorySegment out = ofArray(y).asSlice((long) at * Float.BYTES);
    products.ofEach(w, layout.get(), x, out, stride, unit, endUnit);
  }

  @Override
  public void matmul(
      Matrix w, Activations x, float[] y, int at, int stride, int unit, int endUnit) {
    Optional<Layout> layout = NativeProducts.layout(w);
    if (layout.isEmpty()) {
      unpacked.matmul(w, x, y, at, stride, unit, endUnit);
      return;
    }
    MemorySegment out = ofArray(y).asSlice((long) at * Float.BYTES);
    products.together(w, layout.get(), x, out, stride, unit, endUnit);
  }

  /** With tiles, rounding the activations for each piece takes as long as a few units' products. */
  @Override
  public int pieces(Rows rows) {
    return rows == Rows.TOGETHER && library.hasTiles() ? 4 : unpacked.pieces(rows);
  }

  private static MemorySegment from(float[] values, int at, int n) {
    return ofArray(values).asSlice((long) at * Float.BYTES, (long) n * Float.BYTES);
  }

  @Override
  public void rmsNorm(
      float[] x, int at, float[] weight, float epsilon, float[] out, int outAt, int n) {
    try {
      library.rmsNorm.invokeExact(
          from(x, at, n), from(weight, 0, n), from(out, outAt, n), (long) n, epsilon);
    } catch (Throwable t) {
      throw KernelLibrary.unexpected(t);
    }
  }

  @Override
  public void add(float[] x, int at, float[] y, int yAt, int n) {
    try {
      library.add.invokeExact(from(x, at, n), from(y, yAt, n), (long) n);
    } catch (Throwable t) {
      throw KernelLibrary.unexpected(t);
    }
  }

  @Override
  public void swiglu(
      float[] gate, int gateAt, float[] up, int upAt, float[] out, int outAt, int n) {
    try {
      library.swiglu.invokeExact(
          from(gate, gateAt, n), from(up, upAt, n), from(out, outAt, n), (long) n);
    } catch (Throwable t) {
      throw KernelLibrary.unexpected(t);
    }
  }

  @Override
  public void clampedSwiglu(
      float[] gate, int gateAt, float[] up, int upAt, float[] out, int outAt, int n) {
    try {
      library.clampedSwiglu.invokeExact(
          from(gate, gateAt, n), from(up, upAt, n), from(out, outAt, n), (long) n);
    } catch (Throwable t) {
      throw KernelLibrary.unexpected(t);
    }
  }

  @Override
  public void layerNorm(
      float[] x,
      int at,
      float[] weight,
      float[] bias,
      float epsilon,
      float[] out,
      int outAt,
      int n) {
    try {
      library.layerNorm.invokeExact(
          from(x, at, n),
          from(weight, 0, n),
          from(bias, 0, n),
          from(out, outAt, n),
          (long) n,
          epsilon);
    } catch (Throwable t) {
      throw KernelLibrary.unexpected(t);
    }
  }

  @Override
  public void geglu(float[] gate, int gateAt, float[] up, int upAt, float[] out, int outAt, int n) {
    try {
      library.geglu.invokeExact(
          from(gate, gateAt, n), from(up, upAt, n), from(out, outAt, n), (long) n);
    } catch (Throwable t) {
      throw KernelLibrary.unexpected(t);
    }
  }

  @Override
  public void gelu(float[] x, int at, float[] out, int outAt, int n) {
    try {
      library.gelu.invokeExact(from(x, at, n), from(out, outAt, n), (long) n);
    } catch (Throwable t) {
      throw KernelLibrary.unexpected(t);
    }
  }

  @Override
  public void softcap(float[] x, int at, float cap, int n) {
    try {
      library.softcap.invokeExact(from(x, at, n), (long) n, cap);
    } catch (Throwable t) {
      throw KernelLibrary.unexpected(t);
    }
  }

  @Override
  public void sigmoidGate(float[] x, int at, float[] gate, int gateAt, int n) {
    unpacked.sigmoidGate(x, at, gate, gateAt, n);
  }

  @Override
  public void convolve(float[] x, int at, float[] weights, float[] bias, float[] y, int yAt) {
    unpacked.convolve(x, at, weights, bias, y, yAt);
  }

  @Override
  public void stateSpaceStep(
      MemorySegment before,
      MemorySegment after,
      long offset,
      float decay,
      float dt,
      float[] x,
      int xAt,
      int xs,
      float[] bc,
      int bAt,
      int cAt,
      int bs,
      float[] y,
      int yAt) {
    unpacked.stateSpaceStep(before, after, offset, decay, dt, x, xAt, xs, bc, bAt, cAt, bs, y, yAt);
  }

  @Override
  public void deltaStep(
      MemorySegment before,
      MemorySegment after,
      long offset,
      float decay,
      float beta,
      float[] v,
      int vAt,
      int vs,
      float[] qk,
      int qAt,
      int kAt,
      int ks,
      float[] y,
      int yAt) {
    unpacked.deltaStep(before, after, offset, decay, beta, v, vAt, vs, qk, qAt, kAt, ks, y, yAt);
  }

  @Override
  public AttentionKernels attention() {
    return attention;
  }
}
