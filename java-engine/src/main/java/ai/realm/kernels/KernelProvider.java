package ai.realm.kernels;

import ai.realm.error.EngineException;
import ai.realm.error.ErrorCode;
import ai.realm.kernels.scalar.ScalarKernels;
import ai.realm.kernels.vector.VectorKernels;
import jdk.incubator.vector.FloatVector;

/**
 * The kernels of this process, and why it has them. The environment variable {@code REALM_KERNELS}
 * forces a provider by its name.
 *
 * @param kernels the chosen ones
 * @param reason one sentence
 */
public record KernelProvider(Kernels kernels, String reason) {
  private static final class Holder {
    static final KernelProvider CHOSEN = choose(System.getenv("REALM_KERNELS"));
  }

  /**
   * The choice for this process.
   *
   * @throws EngineException {@code KERNELS_UNAVAILABLE} if a provider was forced that this machine
   *     cannot run
   */
  public static KernelProvider get() {
    return Holder.CHOSEN;
  }

  /** The provider's name. */
  public String name() {
    return kernels.name();
  }

  /** The choice where {@code forced} is the wish of the user, null or empty for none. */
  static KernelProvider choose(String forced) {
    boolean vectorModule = ModuleLayer.boot().findModule("jdk.incubator.vector").isPresent();
    return switch (forced == null ? "" : forced) {
      case "scalar" ->
          new KernelProvider(new ScalarKernels(), "scalar kernels, forced by REALM_KERNELS");
      case "vector" -> {
        if (!vectorModule) {
          throw new EngineException(
              ErrorCode.KERNELS_UNAVAILABLE,
              "REALM_KERNELS is vector, but the module jdk.incubator.vector is not in force;"
                  + " start Java with --add-modules=jdk.incubator.vector");
        }
        yield new KernelProvider(new VectorKernels(), "vector kernels, forced by REALM_KERNELS");
      }
      case "" ->
          vectorModule
              ? new KernelProvider(
                  new VectorKernels(),
                  "vector kernels on "
                      + FloatVector.SPECIES_PREFERRED.vectorBitSize()
                      + "-bit vectors: the Vector API is in force")
              : new KernelProvider(
                  new ScalarKernels(),
                  "scalar kernels: the module jdk.incubator.vector is not in force");
      default ->
          throw new EngineException(
              ErrorCode.KERNELS_UNAVAILABLE,
              "REALM_KERNELS is "
                  + forced
                  + ", expected scalar or vector; unset it for the default");
    };
  }
}
