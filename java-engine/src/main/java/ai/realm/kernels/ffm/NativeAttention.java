package ai.realm.kernels.ffm;

import static java.lang.foreign.MemorySegment.ofArray;

import ai.realm.kernels.AttentionKernels;
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
  public void attend(
      float[] q,
      int stride,
      int token,
      int tokens,
      int firstPosition,
      KvLayer kv,
      int kvHead,
      int group,
      float scale,
      float[] out) {
    long at = (long) token * stride * Float.BYTES;
    try {
      library.attend.invokeExact(
          ofArray(q).asSlice(at),
          addresses(kv),
          scratch(tokens * group, kv.headDim()),
          ofArray(out).asSlice(at),
          (long) stride,
          (long) tokens,
          (long) firstPosition + token,
          kv.keys(kvHead),
          (long) kv.headDim(),
          (long) kvHead * group,
          (long) group,
          (long) kv.format().number(),
          scale);
    } catch (Throwable t) {
      throw KernelLibrary.unexpected(t);
    }
  }

  @Override
  public void attendSpans(
      float[] q,
      int heads,
      int position,
      KvLayer kv,
      int kvHead,
      int group,
      float scale,
      int span,
      int endSpan,
      float[] parts) {
    int dim = kv.headDim();
    try {
      library.attendSpans.invokeExact(
          ofArray(q),
          addresses(kv),
          scratch(group, dim),
          ofArray(parts),
          (long) span,
          (long) endSpan,
          (long) heads * (dim + 2),
          (long) position,
          kv.keys(kvHead),
          (long) dim,
          (long) kvHead * group,
          (long) group,
          (long) kv.format().number(),
          scale);
    } catch (Throwable t) {
      throw KernelLibrary.unexpected(t);
    }
  }

  @Override
  public void joinSpans(float[] parts, int spans, int heads, int headDim, float[] out) {
    try {
      library.joinSpans.invokeExact(
          ofArray(parts), ofArray(out), (long) spans, (long) heads, (long) headDim);
    } catch (Throwable t) {
      throw KernelLibrary.unexpected(t);
    }
  }

  private static MemorySegment addresses(KvLayer kv) {
    long[] pages = new long[kv.pages().length];
    for (int i = 0; i < pages.length; i++) {
      pages[i] = kv.pages()[i].address();
    }
    return ofArray(pages);
  }

  private static MemorySegment scratch(int rows, int dim) {
    return Scratch.of(rows * (3 * dim + KvLayer.PAGE + 4) + (2 * dim + Matrix.UNIT) * KvLayer.PAGE);
  }
}
