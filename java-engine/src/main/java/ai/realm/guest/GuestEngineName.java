package ai.realm.guest;

import ai.realm.error.EngineException;
import ai.realm.error.ErrorCode;
import java.net.MalformedURLException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The engines for guests. Their jars are no part of Realm's: a Java program has them on its class
 * path, and others name them. Each is loaded once a process, and stays.
 */
public enum GuestEngineName {
  /** Scripts in GraalJS: {@code org.graalvm.js:js-language}. */
  GRAALJS("ai.realm.guest.graal.GraalJsEngine"),
  /** WebAssembly modules in GraalWasm: {@code org.graalvm.wasm:wasm-language}. */
  GRAALWASM("ai.realm.guest.graal.GraalWasmEngine");

  private static final String ATTACH_FAILURE = "polyglotimpl.AttachLibraryFailureAction";

  private record Place(GuestEngineName name, List<Path> jars) {}

  private static final Map<Place, GuestCode.Engine> LOADED = new HashMap<>();

  private final String className;

  GuestEngineName(String className) {
    this.className = className;
  }

  /**
   * The engine, from the class path of the program.
   *
   * @throws EngineException {@code NOT_FOUND} if its jars are not there
   */
  public GuestCode.Engine load() {
    return load(List.of());
  }

  /**
   * The engine.
   *
   * @param jars with the engine and all that it needs; none where they are on the class path
   * @throws EngineException {@code FILE_NOT_FOUND} if a jar is missing, {@code NOT_FOUND} if the
   *     engine is in none of them
   */
  public GuestCode.Engine load(List<Path> jars) {
    synchronized (LOADED) {
      return LOADED.computeIfAbsent(new Place(this, List.copyOf(jars)), place -> make(place.jars));
    }
  }

  private GuestCode.Engine make(List<Path> jars) {
    Thread thread = Thread.currentThread();
    ClassLoader before = thread.getContextClassLoader();
    try {
      ClassLoader loader =
          jars.isEmpty()
              ? GuestEngineName.class.getClassLoader()
              : new GuestEngineLoader(urls(jars), GuestEngineName.class.getClassLoader());
      // Only the first engine of a process can have the library that its compiler needs; the others
      // would warn of that on stderr.
      if (System.getProperty(ATTACH_FAILURE) == null) {
        System.setProperty(ATTACH_FAILURE, "ignore");
      }
      // Libraries of the engine look for their parts by it.
      thread.setContextClassLoader(loader);
      return Class.forName(className, true, loader)
          .asSubclass(GuestCode.Engine.class)
          .getDeclaredConstructor()
          .newInstance();
    } catch (ReflectiveOperationException | LinkageError | IllegalStateException missing) {
      throw new EngineException(
          ErrorCode.NOT_FOUND,
          "the engine "
              + this
              + " is not "
              + (jars.isEmpty() ? "on the class path" : "in the jars")
              + " ("
              + missing
              + "); add GraalVM's jars, as docs/guests.md lists them",
          missing);
    } finally {
      thread.setContextClassLoader(before);
    }
  }

  private static URL[] urls(List<Path> jars) {
    URL[] urls = new URL[jars.size()];
    for (int i = 0; i < urls.length; i++) {
      Path jar = jars.get(i);
      if (!Files.isRegularFile(jar)) {
        throw new EngineException(
            ErrorCode.FILE_NOT_FOUND, "there is no jar " + jar + "; fetch it, or check the path");
      }
      try {
        urls[i] = jar.toUri().toURL();
      } catch (MalformedURLException e) {
        throw new IllegalStateException(e);
      }
    }
    return urls;
  }
}
