package ai.realm.kernels.vector;

import static ai.realm.kernels.vector.PanelProduct.WIDTH;

import ai.realm.gguf.TensorInfo;
import ai.realm.gguf.TensorType;
import ai.realm.kernels.Activations;
import ai.realm.kernels.AttentionKernels;
import ai.realm.kernels.FileBacked;
import ai.realm.kernels.Kernels;
import ai.realm.kernels.Matrix;
import ai.realm.kernels.Rows;
import ai.realm.kernels.WorkerPool;
import ai.realm.kernels.packed.Layout;
import ai.realm.kernels.packed.PackedMatrix;
import ai.realm.kernels.packed.Packer;
import ai.realm.quant.BlockFormat;
import ai.realm.quant.GridBlocks;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.Set;

/**
 * Kernels on the Vector API. Products multiply in f32: weights are widened on the way from storage
 * to registers. Only where vectors are shorter than a group of rows, one token's activations are
 * rounded for {@link RoundedProduct}.
 */
public final class VectorKernels implements Kernels {
  /** One thread's working memory. */
  private static final class Scratch {
    float[] panel = new float[0];
    float[] row = new float[0];
    float[] sums = new float[0];
    final float[] tile = new float[PanelProduct.SCRATCH];

    float[] panel(int length) {
      if (panel.length < length) {
        panel = new float[length];
      }
      return panel;
    }

    float[] sums(int length) {
      if (sums.length < length) {
        sums = new float[length];
      }
      return sums;
    }

    float[] row(int length) {
      if (row.length < length) {
        row = new float[length];
      }
      return row;
    }
  }

  /** Rows of weights that are multiplied by a span of many tokens before the next. */
  private static final int BATCH_ROWS = 256;

  private static final ThreadLocal<Scratch> SCRATCH = ThreadLocal.withInitial(Scratch::new);

  private static final PackedProduct NIBBLES = new NibblesProduct();
  private static final PackedProduct FIVES = new FivesProduct();
  private static final PackedProduct BYTES = new BytesProduct();
  private static final PackedProduct Q4_K = new Q4kProduct();
  private static final PackedProduct Q5_K = new Q5kProduct();
  private static final PackedProduct Q6_K = new Q6kProduct();
  private static final PackedProduct IQ4_NL = CodesProduct.ofIq4nl();
  private static final PackedProduct IQ4_XS = new Iq4xsProduct(ai.realm.quant.IQ4_NL.values());
  private static final PackedProduct MXFP4 = CodesProduct.ofMxfp4();
  private static final PackedProduct IQ3_S = new Iq4xsProduct(valuesOf(TensorType.IQ3_S));
  private static final PackedProduct IQ3_XXS = new Iq4xsProduct(valuesOf(TensorType.IQ3_XXS));
  private static final PackedProduct IQ2 = ThreeBitsProduct.ofIq2(valuesOf(TensorType.IQ2_S));
  private static final PackedProduct IQ1 = new Iq1Product(valuesOf(TensorType.IQ1_S));
  private static final PackedProduct TERNARY = new TernaryProduct();
  private static final PackedProduct Q3_K = ThreeBitsProduct.ofQ3k();
  private static final PackedProduct Q2_K = new Q2kProduct();
  private static final PackedProduct NVFP4 = new Nvfp4Product();
  private static final PackedProduct F32 = new FloatsProduct();
  private static final PackedProduct F16 = new HalvesProduct();
  private static final PackedProduct BF16 = new BrainHalvesProduct();

  private final AttentionKernels attention = new VectorAttention();

  @Override
  public String name() {
    return "vector";
  }

  @Override
  public Set<TensorType> startingCold(Set<TensorType> types) {
    return types;
  }

  @Override
  public Matrix prepare(TensorInfo tensor, WorkerPool pool, Arena arena) {
    PackedMatrix packed = Packer.pack(tensor, pool, arena, Packer::packGroup);
    return packed != null ? packed : new FileBacked.Blocks(tensor);
  }

  /** What the codes of a type with a grid stand for. */
  private static byte[] valuesOf(TensorType type) {
    return ((GridBlocks) BlockFormat.of(type)).values();
  }

  @Override
  public long preparedBytes(TensorInfo tensor) {
    return Packer.packedBytes(tensor);
  }

  /** The products with a repacked layout. */
  private static PackedProduct product(Layout layout) {
    return switch (layout) {
      case NIBBLES -> NIBBLES;
      case FIVES -> FIVES;
      case BYTES -> BYTES;
      case Q4_K -> Q4_K;
      case Q5_K -> Q5_K;
      case Q6_K -> Q6_K;
      case IQ4_NL -> IQ4_NL;
      case IQ4_XS -> IQ4_XS;
      case MXFP4 -> MXFP4;
      case IQ3_S -> IQ3_S;
      case IQ3_XXS -> IQ3_XXS;
      case IQ2 -> IQ2;
      case IQ1 -> IQ1;
      case TERNARY -> TERNARY;
      case NVFP4 -> NVFP4;
      case Q3_K -> Q3_K;
      case Q2_K -> Q2_K;
      case F32 -> F32;
      case F16 -> F16;
      case BF16 -> BF16;
      case ROWS_Q8_0, ROWS_F16, ROWS_BF16 ->
          throw new IllegalArgumentException(layout + " is for native kernels alone");
    };
  }

  @Override
  public void sums(Activations x) {
    Elementwise.sums(x);
  }

  @Override
  public int roundedWords(Matrix w, Rows rows) {
    boolean rounds =
        RoundedProduct.ROUNDS
            && rows == Rows.EACH
            && w instanceof PackedMatrix m
            && product(m.layout()) instanceof RoundedProduct;
    return rounds ? RoundedActivations.words(w.columns()) : 0;
  }

  @Override
  public void round(Activations x, Rows rows, int token, int end) {
    RoundedActivations.round(x.values(), token * x.columns(), end * x.columns(), x.rounded());
  }

  @Override
  public void matmul(
      Matrix w, Activations x, float[] y, int at, int stride, int unit, int endUnit) {
    int end = Math.min(endUnit * Matrix.UNIT, w.rows());
    for (int row = unit * Matrix.UNIT; row < end; row += BATCH_ROWS) {
      batch(w, x, y, at, stride, row, Math.min(row + BATCH_ROWS, end));
    }
  }

  @Override
  public void matvec(
      Matrix w, Activations x, float[] y, int at, int stride, int unit, int endUnit) {
    int first = unit * Matrix.UNIT;
    int end = Math.min(endUnit * Matrix.UNIT, w.rows());
    switch (w) {
      case PackedMatrix m -> {
        PackedProduct product = product(m.layout());
        Scratch scratch = SCRATCH.get();
        float[] tile = scratch.tile;
        for (int row = first; row < end; row += Layout.ROW_GROUP) {
          int group = row / Layout.ROW_GROUP;
          // All tokens while the group is in the cache.
          for (int t = 0, to = at + row; t < x.tokens(); t++, to += stride) {
            if (row + Layout.ROW_GROUP <= end) {
              product.matvec(m, x, t, group, y, to);
            } else {
              product.matvec(m, x, t, group, tile, 0);
              System.arraycopy(tile, 0, y, to, end - row);
            }
          }
        }
      }
      case FileBacked.Blocks m ->
          FileProduct.matvec(m, x, first, end, SCRATCH.get().row(m.columns()), y, at, stride);
      default -> throw foreign(w);
    }
  }

  /**
   * Prefill: the rows {@code [first, end)}. A depth span of all activations serves all of them.
   * Where there are several spans, sums wait in a place of their own: the rows of {@code y} lie so
   * far apart that caches would not hold them.
   */
  private static void batch(
      Matrix w, Activations x, float[] y, int at, int stride, int first, int end) {
    int depth = w.columns();
    int tokens = x.tokens();
    Scratch scratch = SCRATCH.get();
    int span = w instanceof PackedMatrix ? Math.min(PanelProduct.DEPTH_SPAN, depth) : depth;
    boolean whole = span == depth;
    float[] panel = scratch.panel(span * WIDTH);
    float[] sums = whole ? y : scratch.sums(BATCH_ROWS * tokens);
    int sumStride = whole ? stride : WIDTH;
    if (!whole) {
      Arrays.fill(sums, 0, Math.ceilDiv(end - first, WIDTH) * WIDTH * tokens, 0);
    }
    for (int k = 0; k < depth; k += span) {
      int lines = Math.min(span, depth - k);
      for (int row = first; row < end; row += WIDTH) {
        int columns = Math.min(WIDTH, end - row);
        switch (w) {
          case PackedMatrix m -> product(m.layout()).unpack(m, row, k, lines, panel);
          case FileBacked.Blocks m ->
              FileProduct.unpack(m, row, columns, scratch.row(depth), panel);
          default -> throw foreign(w);
        }
        int to = whole ? at + row : (row - first) * tokens;
        PanelProduct.multiply(
            x.values(),
            k,
            depth,
            tokens,
            panel,
            0,
            lines,
            sums,
            to,
            sumStride,
            whole ? columns : WIDTH,
            scratch.tile,
            !whole);
      }
    }
    if (!whole) {
      for (int row = first; row < end; row += WIDTH) {
        for (int t = 0, from = (row - first) * tokens; t < tokens; t++, from += WIDTH) {
          System.arraycopy(sums, from, y, at + t * stride + row, Math.min(WIDTH, end - row));
        }
      }
    }
  }

  private static IllegalArgumentException foreign(Matrix w) {
    return new IllegalArgumentException(
        w.getClass().getName() + " was not prepared by the vector kernels");
  }

  @Override
  public void rmsNorm(
      float[] x, int at, float[] weight, float epsilon, float[] out, int outAt, int n) {
    Elementwise.rmsNorm(x, at, weight, epsilon, out, outAt, n, SCRATCH.get().tile);
  }

  @Override
  public void add(float[] x, int at, float[] y, int yAt, int n) {
    Elementwise.add(x, at, y, yAt, n);
  }

  @Override
  public void swiglu(
      float[] gate, int gateAt, float[] up, int upAt, float[] out, int outAt, int n) {
    Exponential.swiglu(gate, gateAt, up, upAt, out, outAt, n);
  }

  @Override
  public void sigmoidGate(float[] x, int at, float[] gate, int gateAt, int n) {
    Exponential.sigmoidGate(x, at, gate, gateAt, n);
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
    Elementwise.layerNorm(x, at, weight, bias, epsilon, out, outAt, n, SCRATCH.get().tile);
  }

  @Override
  public void clampedSwiglu(
      float[] gate, int gateAt, float[] up, int upAt, float[] out, int outAt, int n) {
    Exponential.clampedSwiglu(gate, gateAt, up, upAt, out, outAt, n);
  }

  @Override
  public void geglu(float[] gate, int gateAt, float[] up, int upAt, float[] out, int outAt, int n) {
    Exponential.geglu(gate, gateAt, up, upAt, out, outAt, n);
  }

  @Override
  public void gelu(float[] x, int at, float[] out, int outAt, int n) {
    Exponential.gelu(x, at, out, outAt, n);
  }

  @Override
  public void softcap(float[] x, int at, float cap, int n) {
    Exponential.softcap(x, at, cap, n);
  }

  @Override
  public void convolve(float[] x, int at, float[] weights, float[] bias, float[] y, int yAt) {
    Recurrent.convolve(x, at, weights, bias, y, yAt);
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
    Recurrent.stateSpaceStep(
        before,
        after,
        offset,
        decay,
        dt,
        x,
        xAt,
        xs,
        bc,
        bAt,
        cAt,
        bs,
        y,
        yAt,
        SCRATCH.get().row(Lanes.COUNT));
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
    Recurrent.deltaStep(
        before,
        after,
        offset,
        decay,
        beta,
        v,
        vAt,
        vs,
        qk,
        qAt,
        kAt,
        ks,
        y,
        yAt,
        SCRATCH.get().row(Lanes.COUNT));
  }

  @Override
  public AttentionKernels attention() {
    return attention;
  }
}
