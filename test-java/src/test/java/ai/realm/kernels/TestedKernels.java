package ai.realm.kernels;

import ai.realm.kernels.ffm.NativeFamilies;
import ai.realm.kernels.ffm.NativeKernels;
import ai.realm.kernels.scalar.ScalarKernels;
import ai.realm.kernels.vector.VectorKernels;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.Arguments;

/** The kernels that are held against the scalar ones. */
final class TestedKernels {
  private TestedKernels() {}

  /**
   * Each provider, and each native family that this CPU runs: its name, the kernels, and the error
   * of a product of many tokens, relative to the sum of its terms' magnitudes.
   */
  static Stream<Arguments> all() {
    List<Arguments> all = new ArrayList<>();
    all.add(Arguments.of("vector", new VectorKernels(), 4e-5));
    for (NativeKernels kernels : NativeFamilies.all()) {
      // bf16 keeps 8 bits of a factor: two roundings of 2^-9.
      double roundOff = kernels.family().endsWith("bf16") ? 0x1p-8 + 4e-5 : 4e-5;
      all.add(Arguments.of(kernels.family(), kernels, roundOff));
    }
    NativeKernels modelled = NativeFamilies.withModelledTiles();
    if (modelled != null) {
      all.add(Arguments.of("amx_bf16 with modelled tiles", modelled, 0x1p-8 + 4e-5));
    }
    return all.stream();
  }

  /** The names and kernels of the same, and the scalar ones. */
  static Stream<Arguments> withScalar() {
    return Stream.concat(
        Stream.of(Arguments.of("scalar", new ScalarKernels())),
        all().map(tested -> Arguments.of(tested.get()[0], tested.get()[1])));
  }
}
