package ai.realm.kernels.ffm;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The native kernels that {@code npm run build} made, for each family that this CPU runs. */
public final class NativeFamilies {
  private static final Path LIBRARY = Path.of("../js-bindings/build/librealm-kernels.so");

  private NativeFamilies() {}

  /**
   * One for each family; none where the library is not built, which is said, and fails with CI=true
   * on x86-64 Linux.
   */
  public static List<NativeKernels> all() {
    List<NativeKernels> all = new ArrayList<>();
    if (!Files.exists(LIBRARY)) {
      boolean built =
          System.getProperty("os.name").equals("Linux")
              && System.getProperty("os.arch").equals("amd64");
      if (built && "true".equals(System.getenv("CI"))) {
        throw new IllegalStateException(LIBRARY + " is missing: npm run build makes it");
      }
      System.err.println("native kernels are not tested: there is no " + LIBRARY);
      return all;
    }
    NativeKernels best = new NativeKernels(LIBRARY.toAbsolutePath());
    String last = "";
    for (int limit = 1; !last.equals(best.family()); limit++) {
      NativeKernels kernels = new NativeKernels(LIBRARY.toAbsolutePath(), limit);
      last = kernels.family();
      all.add(kernels);
    }
    return all;
  }
}
