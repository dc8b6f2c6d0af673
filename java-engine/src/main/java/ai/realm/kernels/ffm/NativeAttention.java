package ai.realm.kernels.ffm;

import static java.lang.foreign.MemorySegment.ofArray;

import ai.realm.kernels.AttentionKernels;
import ai.realm.kernels.AttentionShape;
import ai.realm.kernels.KvLayer;
import ai.realm.kernels.Matrix;
import java.lang.foreign.MemorySegment;

/** The native kernels' attention: see {@code attention.inc}. */
final class NativeAttention implements AttentionKernels {
  private final KernelLibrary library;

  NativeAttention(KernelLibrary library) {
    this.library = library;
  }

  @Override
  public void attend(AttentionShape shape, Tile tile, KvLayer kv, int kvHead) {
    long at = (long) tile.row() * shape.queryWidth() * Float.BYTES;
    try {
      library.attend.invokeExact(
          ofArray(tile.q()).asSlice(at),
          ofArray(kv.addresses()),
          scratch(tile.count() * shape.group(), shape.headDim()),
          ofArray(tile.out()).asSlice(at),
          struct(shape, kv),
          ofArray(shape.sinks()),
          ofArray(shape.slopes()),
          (long) tile.count(),
          (long) tile.position(),
          (long) kv.length(),
          kv.keys(kvHead),
          (long) kvHead * shape.group());
    } catch (Throwable t) {
      throw KernelLibrary.unexpected(t);
    }
  }

  @Override
  public void attendSpans(
      AttentionShape shape,
      Tile tile,
      KvLayer kv,
      int kvHead,
      int span,
      int endSpan,
      float[] parts) {
    long at = (long) tile.row() * shape.queryWidth() * Float.BYTES;
    try {
      library.attendSpans.invokeExact(
          ofArray(tile.q()).asSlice(at),
          ofArray(kv.addresses()),
          scratch(shape.group(), shape.headDim()),
          ofArray(parts),
          struct(shape, kv),
          ofArray(shape.slopes()),
          (long) span,
          (long) endSpan,
          (long) tile.position(),
          (long) kv.length(),
          kv.keys(kvHead),
          (long) kvHead * shape.group());
    } catch (Throwable t) {
      throw KernelLibrary.unexpected(t);
    }
  }

  @Override
  public void joinSpans(AttentionShape shape, float[] parts, int spans, float[] out, int at) {
    try {
      library.joinSpans.invokeExact(
          ofArray(parts),
          ofArray(out).asSlice((long) at * Float.BYTES),
          ofArray(shape.sinks()),
          (long) spans,
          (long) shape.heads(),
          (long) shape.headDim());
    } catch (Throwable t) {
      throw KernelLibrary.unexpected(t);
    }
  }

  /** {@code struct realm_attention} of {@code kernels.h}. */
  private static MemorySegment struct(AttentionShape shape, KvLayer kv) {
    return ofArray(
        new long[] {
          shape.headDim(),
          shape.queryWidth(),
          shape.group(),
          shape.behind(),
          shape.ahead(),
          kv.format().number(),
          Double.doubleToRawLongBits(shape.scale()),
          Double.doubleToRawLongBits(shape.softcap())
        });
  }

  private static MemorySegment scratch(int rows, int dim) {
    return Scratch.of(rows * (3 * dim + KvLayer.PAGE + 4) + (2 * dim + Matrix.UNIT) * KvLayer.PAGE);
  }
}
