package ai.realm.kernels;

import ai.realm.kernels.ffm.NativeFamilies;
import ai.realm.kernels.ffm.NativeKernels;
import ai.realm.kernels.packed.Layout;
import ai.realm.kernels.scalar.ScalarKernels;
import ai.realm.kernels.vector.VectorKernels;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import jdk.incubator.vector.FloatVector;
import org.junit.jupiter.params.provider.Arguments;

/** The kernels that are held against the scalar ones. */
public final class TestedKernels {
  /** Whether the length of Java's vectors was set for a run, which changes no other kernels. */
  private static final boolean VECTORS_ALONE = Boolean.getBoolean("realm.tests.vectorsAlone");

  private TestedKernels() {}

  /**
   * Each provider, and each native family that this CPU runs: its name, the kernels, and what they
   * round.
   */
  static Stream<Arguments> all() {
    List<Arguments> all = new ArrayList<>();
    boolean wide = FloatVector.SPECIES_PREFERRED.length() >= Layout.ROW_GROUP;
    RoundOff ofVectors = wide ? RoundOff.F32 : RoundOff.INT10_ALONE;
    all.add(Arguments.of("vector", new VectorKernels(), ofVectors));
    if (VECTORS_ALONE) {
      return all.stream();
    }
    for (NativeKernels kernels : NativeFamilies.all()) {
      RoundOff roundOff =
          switch (kernels.family()) {
            case "avx2", "avx512_vnni" -> RoundOff.INT16;
            case "avx512_bf16" -> RoundOff.INT16_OR_BF16;
            case "amx_bf16" -> RoundOff.BF16;
            case "neon" -> RoundOff.INT16_ALONE;
            case "neon_dotprod", "neon_i8mm" -> RoundOff.INT16;
            default -> RoundOff.F32;
          };
      all.add(Arguments.of(kernels.family(), kernels, roundOff));
    }
    NativeKernels modelled = NativeFamilies.withModelledTiles();
    if (modelled != null) {
      all.add(Arguments.of("amx_bf16 with modelled tiles", modelled, RoundOff.BF16));
    }
    return all.stream();
  }

  /** The names and kernels of the same, and the scalar ones. */
  static Stream<Arguments> withScalar() {
    Stream<Arguments> tested = all().map(each -> Arguments.of(each.get()[0], each.get()[1]));
    return VECTORS_ALONE
        ? tested
        : Stream.concat(Stream.of(Arguments.of("scalar", new ScalarKernels())), tested);
  }

  /**
   * All rows of {@code x} by {@code w}: one by itself, several together. Row n of token t goes to
   * {@code y[at + t * stride + n]}.
   */
  public static void multiply(
      Kernels kernels, WorkerPool pool, Matrix w, Activations x, float[] y, int at, int stride) {
    Rows rows = x.tokens() == 1 ? Rows.EACH : Rows.TOGETHER;
    new Products(kernels, pool).run(new Products.Product(rows, w, x, y, at, stride));
  }
}
