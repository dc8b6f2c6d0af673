package ai.realm.kernels.ffm;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The native kernels that {@code npm run build} made, for each family that this CPU runs. */
public final class NativeFamilies {
  private static final String BUILD = "../js-bindings/build/";

  /** The family's number in kernels.h. */
  private static final int AMX_BF16 = 6;

  private NativeFamilies() {}

  /**
   * One for each family up to this CPU's best; none where the library is not built, which is said,
   * and fails with CI=true on Linux.
   */
  public static List<NativeKernels> all() {
    List<NativeKernels> all = new ArrayList<>();
    Path library = library();
    if (library == null) {
      return all;
    }
    int best = number(new NativeKernels(library).family());
    for (int number = 1; number <= best; number++) {
      if (KernelLibrary.has(library, number)) {
        all.add(new NativeKernels(library, number));
      }
    }
    return all;
  }

  /**
   * The family {@code amx_bf16} with its instructions on tiles modelled in C, for CPUs that have
   * none. Null on those that lack the other instructions of the family, AVX-512 with BF16, which is
   * said; and where the model is not built, as in {@link #all}.
   */
  public static NativeKernels withModelledTiles() {
    Path model = built("librealm-modelled-tiles.so");
    List<NativeKernels> all = all();
    if (model == null || all.isEmpty()) {
      return null;
    }
    if (!all.getLast().family().endsWith("bf16")) {
      System.err.println("kernels with modelled tiles are not tested: the CPU has no AVX512_BF16");
      return null;
    }
    return new NativeKernels(model, AMX_BF16);
  }

  /** The number of a family in kernels.h. */
  static int number(String family) {
    int number = 1;
    while (!family.equals(KernelLibrary.familyName(number))) {
      number++;
    }
    return number;
  }

  /**
   * The file of the native kernels: what the environment variable REALM_TEST_KERNELS names, or that
   * of this system's build; null where it is not built, as in {@link #all}.
   */
  static Path library() {
    String named = System.getenv("REALM_TEST_KERNELS");
    return named != null ? Path.of(named) : built("librealm-kernels.so");
  }

  private static Path built(String name) {
    Path file = Path.of(BUILD + name).toAbsolutePath();
    if (Files.exists(file)) {
      return file;
    }
    boolean expected = System.getProperty("os.name").equals("Linux");
    if (expected && "true".equals(System.getenv("CI"))) {
      throw new IllegalStateException(file + " is missing: npm run build makes it");
    }
    System.err.println("native kernels are not tested: there is no " + file);
    return null;
  }
}
