package ai.realm.bench;

import ai.realm.kernels.KernelProvider;
import ai.realm.kernels.Kernels;
import ai.realm.kernels.ffm.NativeKernels;
import ai.realm.kernels.vector.VectorKernels;
import java.nio.file.Path;

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

  private static Kernels openNative() {
    String library = System.getProperty(KernelProvider.LIBRARY_PROPERTY);
    if (library == null) {
      throw new UnsupportedOperationException("there is no library of native kernels");
    }
    return new NativeKernels(Path.of(library));
  }
}
