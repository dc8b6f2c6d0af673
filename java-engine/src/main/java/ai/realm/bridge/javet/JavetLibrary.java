package ai.realm.bridge.javet;

import ai.realm.error.EngineException;
import ai.realm.error.ErrorCode;
import com.caoccao.javet.enums.JSRuntimeType;
import com.caoccao.javet.exceptions.JavetException;
import com.caoccao.javet.interop.V8Host;
import com.caoccao.javet.interop.loader.IJavetLibLoadingListener;
import com.caoccao.javet.interop.loader.JavetLibLoader;
import com.caoccao.javet.interop.options.NodeRuntimeOptions;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.net.URLConnection;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The native library in which Javet carries Node. Javet itself would copy its 127 MB to the
 * temporary folder for each process; here it lies once in Realm's cache.
 */
final class JavetLibrary {
  private static final JSRuntimeType NODE = JSRuntimeType.NodeI18n;

  /** JavaScript that is interrupted leaves more on Node's stack of async ids than Node expects. */
  private static final String UNCHECKED_HOOKS = "--no-force-async-hooks-checks";

  private static Optional<V8Host> loaded = Optional.empty();

  private JavetLibrary() {}

  /**
   * Loads the library, once a process.
   *
   * @param nodeOptions options of Node, which only the first call of the process can set
   * @throws EngineException {@code ADDON_NOT_FOUND} if Javet is not on the class path or not made
   *     for this system, {@code IO_ERROR} if the library cannot be put into the cache
   */
  static synchronized V8Host load(List<String> nodeOptions) {
    if (loaded.isEmpty()) {
      loaded = Optional.of(host(nodeOptions));
    }
    return loaded.get();
  }

  private static V8Host host(List<String> nodeOptions) {
    try {
      JavetLibLoader loader = new JavetLibLoader(NODE);
      Path library = unpack(loader.getResourceFileName(), loader.getLibFileName());
      JavetLibLoader.setLibLoadingListener(new LibraryIn(library.getParent()));
      NodeRuntimeOptions.NODE_FLAGS
          // Without it, Javet 4.1 ends the process when a Float32Array crosses.
          .setJsFloat16Array(true)
          .setCustomFlags(
              Stream.concat(Stream.of(UNCHECKED_HOOKS), nodeOptions.stream())
                  .toArray(String[]::new));
      V8Host host = V8Host.getNodeI18nInstance();
      if (!host.isLibraryLoaded()) {
        throw unusable(host.getLastException());
      }
      // Native addons of npm packages look for Node's symbols.
      SystemCalls.share(library.toString());
      return host;
    } catch (NoClassDefFoundError | JavetException missing) {
      throw unusable(missing);
    }
  }

  private static Path unpack(String resource, String fileName) {
    Path library = cache().resolve(fileName);
    try {
      URL url = JavetLibLoader.class.getResource(resource);
      URLConnection packed = url.openConnection();
      packed.setUseCaches(false);
      if (Files.exists(library) && Files.size(library) == packed.getContentLengthLong()) {
        return library;
      }
      Files.createDirectories(library.getParent());
      Path copy = Files.createTempFile(library.getParent(), fileName, ".part");
      try (InputStream bytes = packed.getInputStream()) {
        Files.copy(bytes, copy, StandardCopyOption.REPLACE_EXISTING);
        // Another process may have brought it meanwhile, and be using it.
        Files.move(copy, library, StandardCopyOption.ATOMIC_MOVE);
      } finally {
        Files.deleteIfExists(copy);
      }
      return library;
    } catch (IOException failure) {
      throw new EngineException(
          ErrorCode.IO_ERROR,
          "Javet's library could not be unpacked to "
              + library
              + ": "
              + failure
              + "; the cache must be writable and have 130 MB of room; XDG_CACHE_HOME moves it",
          failure);
    }
  }

  /** The folder in which js-bindings/lib/artifacts keeps jars. */
  private static Path cache() {
    Path home = Path.of(System.getenv().getOrDefault("HOME", System.getProperty("user.home")));
    Path xdg = Path.of(System.getenv().getOrDefault("XDG_CACHE_HOME", ""));
    return (xdg.isAbsolute() ? xdg : home.resolve(".cache")).resolve("realm/java");
  }

  private static EngineException unusable(Throwable cause) {
    return new EngineException(
        ErrorCode.ADDON_NOT_FOUND,
        "Javet cannot be used here: "
            + cause
            + "; the class path needs javet and javet-node-linux-x86_64-i18n of the same version,"
            + " and there is none with Intl for other systems",
        cause);
  }

  private record LibraryIn(Path folder) implements IJavetLibLoadingListener {
    @Override
    public File getLibPath(JSRuntimeType type) {
      return folder.toFile();
    }

    @Override
    public boolean isDeploy(JSRuntimeType type) {
      return false;
    }
  }
}
