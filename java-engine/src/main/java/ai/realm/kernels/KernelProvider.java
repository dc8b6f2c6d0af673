package ai.realm.kernels;

import ai.realm.error.EngineException;
import ai.realm.error.ErrorCode;
import ai.realm.kernels.ffm.NativeKernels;
import ai.realm.kernels.scalar.ScalarKernels;
import ai.realm.kernels.vector.VectorKernels;
import java.nio.file.Path;
import jdk.incubator.vector.FloatVector;

/**
 * The kernels of this process, and why it has them. The environment variable {@code REALM_KERNELS}
 * forces a provider by its name.
 *
 * @param kernels the chosen ones
 * @param reason one sentence
 */
public record KernelProvider(Kernels kernels, String reason) {
  /** Names the file of the native kernels: set by whoever packages them. */
  public static final String LIBRARY_PROPERTY = "realm.kernels.library";

  /** Null until the first asks: what a static initializer throws would lose its code. */
  private static KernelProvider chosen;

  /**
   * The choice for this process.
   *
   * @throws EngineException {@code KERNELS_UNAVAILABLE} if a provider was forced that this machine
   *     cannot run
   */
  public static synchronized KernelProvider get() {
    if (chosen == null) {
      chosen = choose(System.getenv("REALM_KERNELS"), System.getProperty(LIBRARY_PROPERTY));
    }
    return chosen;
  }

  /**
   * Begins to choose, on a thread of its own: the native kernels take a tenth of a second to link,
   * and {@link #get} waits for the rest of that. What it fails with {@link #get} throws.
   */
  public static void chooseEarly() {
    Thread.ofPlatform()
        .daemon()
        .name("realm-kernels")
        .start(() -> {
          try {
            get();
          } catch (EngineException forced) {
            // Whoever needs kernels asks again, and is told.
          }
        });
  }

  /** The provider's name. */
  public String name() {
    return kernels.name();
  }

  /**
   * The choice where {@code forced} is the wish of the user, null or empty for none, and {@code
   * library} the file of the native kernels, null for none.
   */
  static KernelProvider choose(String forced, String library) {
    return switch (forced == null ? "" : forced) {
      case "" -> best(library);
      case "scalar" ->
          new KernelProvider(new ScalarKernels(), "scalar kernels, forced by REALM_KERNELS");
      case "vector" -> {
        requireVectors("REALM_KERNELS is vector");
        if (!CpuFeatures.fusedMultiplyAdd()) {
          throw new EngineException(
              ErrorCode.KERNELS_UNAVAILABLE,
              "REALM_KERNELS is vector, but the CPU has no fused multiplication and addition, which"
                  + " these kernels need; unset it for the best kernels that this machine runs");
        }
        yield new KernelProvider(new VectorKernels(), "vector kernels, forced by REALM_KERNELS");
      }
      case "native" -> {
        requireVectors("REALM_KERNELS is native, which needs the vector kernels beside it");
        try {
          NativeKernels kernels = open(library);
          yield new KernelProvider(
              kernels, "native kernels for " + kernels.family() + ", forced by REALM_KERNELS");
        } catch (IllegalArgumentException | UnsupportedOperationException e) {
          throw new EngineException(
              ErrorCode.KERNELS_UNAVAILABLE,
              "REALM_KERNELS is native, but "
                  + e.getMessage()
                  + "; unset it for the best kernels that this machine runs",
              e);
        }
      }
      default ->
          throw new EngineException(
              ErrorCode.KERNELS_UNAVAILABLE,
              "REALM_KERNELS is "
                  + forced
                  + ", expected scalar, vector or native; unset it for the default");
    };
  }

  private static KernelProvider best(String library) {
    if (!hasVectors()) {
      return new KernelProvider(
          new ScalarKernels(),
          "scalar kernels: the module jdk.incubator.vector is not in force; start Java with"
              + " --add-modules=jdk.incubator.vector");
    }
    try {
      NativeKernels kernels = open(library);
      String family = kernels.family();
      // Every CPU with AMX runs that family at least: on others there is nothing to ask.
      boolean amx = family.equals("avx512_bf16") && CpuFeatures.amx();
      return new KernelProvider(kernels, bestFamily(family, amx));
    } catch (IllegalArgumentException | UnsupportedOperationException e) {
      if (!CpuFeatures.fusedMultiplyAdd()) {
        return new KernelProvider(
            new ScalarKernels(),
            "scalar kernels: the CPU has no fused multiplication and addition, which the vector"
                + " kernels need, and there are no native ones, because "
                + e.getMessage());
      }
      return new KernelProvider(
          new VectorKernels(),
          "vector kernels on "
              + FloatVector.SPECIES_PREFERRED.vectorBitSize()
              + "-bit vectors: no native ones, because "
              + e.getMessage());
    }
  }

  /** Why this family, on a CPU with AMX or without. */
  static String bestFamily(String family, boolean amx) {
    return "native kernels for "
        + family
        + (amx && !family.equals("amx_bf16")
            ? ": the CPU has AMX, too, but Linux refuses it to this process, or the compiler that"
                + " built the kernels does not know it"
            : ": the best family that this CPU runs");
  }

  private static NativeKernels open(String library) {
    if (library == null) {
      throw new UnsupportedOperationException(
          "none came with this package (" + LIBRARY_PROPERTY + " is not set)");
    }
    return new NativeKernels(Path.of(library));
  }

  private static boolean hasVectors() {
    return ModuleLayer.boot().findModule("jdk.incubator.vector").isPresent();
  }

  private static void requireVectors(String wish) {
    if (!hasVectors()) {
      throw new EngineException(
          ErrorCode.KERNELS_UNAVAILABLE,
          wish
              + ", but the module jdk.incubator.vector is not in force; start Java with"
              + " --add-modules=jdk.incubator.vector");
    }
  }
}
