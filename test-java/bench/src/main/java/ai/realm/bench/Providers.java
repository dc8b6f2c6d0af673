package ai.realm.bench;

import ai.realm.kernels.KernelProvider;
import ai.realm.kernels.Kernels;
import ai.realm.kernels.ffm.NativeKernels;
import ai.realm.kernels.vector.VectorKernels;
import java.nio.file.Path;
import jdk.incubator.vector.FloatVector;

/** The providers that are measured. */
final class Providers {
  private Providers() {}

  /**
   * The kernels of a provider.
   *
   * @param name {@code vector} or {@code native}
   * @throws UnsupportedOperationException with the reason, if there are none here
   */
  static Kernels open(String name) {
    return switch (name) {
      case "vector" -> new VectorKernels();
      case "native" -> openNative();
      default -> throw new IllegalArgumentException("no provider " + name);
    };
  }

  /** What the provider's kernels are, in a few words. */
  static String describe(String name) {
    return open(name) instanceof NativeKernels kernels
        ? "native kernels for " + kernels.family()
        : name + " kernels on " + FloatVector.SPECIES_PREFERRED.vectorBitSize() + "-bit vectors";
  }

  private static NativeKernels openNative() {
    String library = System.getProperty(KernelProvider.LIBRARY_PROPERTY);
    if (library == null) {
      throw new UnsupportedOperationException("there is no library of native kernels");
    }
    return new NativeKernels(Path.of(library));
  }
}
