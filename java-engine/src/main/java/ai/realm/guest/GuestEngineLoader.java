package ai.realm.guest;

import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.net.URLClassLoader;

/**
 * Loads an engine's jars, and Realm's own classes for the engine beside them: those see the classes
 * of the jars, which the rest of Realm does not. All else comes from the loader of Realm.
 */
final class GuestEngineLoader extends URLClassLoader {
  private static final String OWN = "ai.realm.guest.graal.";

  static {
    registerAsParallelCapable();
  }

  GuestEngineLoader(URL[] jars, ClassLoader realm) {
    super("realm-guests", jars, realm);
  }

  @Override
  protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
    if (!name.startsWith(OWN)) {
      return super.loadClass(name, resolve);
    }
    synchronized (getClassLoadingLock(name)) {
      Class<?> loaded = findLoadedClass(name);
      return loaded != null ? loaded : define(name);
    }
  }

  private Class<?> define(String name) throws ClassNotFoundException {
    try (InputStream in = getParent().getResourceAsStream(name.replace('.', '/') + ".class")) {
      if (in == null) {
        throw new ClassNotFoundException(name);
      }
      byte[] bytes = in.readAllBytes();
      return defineClass(name, bytes, 0, bytes.length);
    } catch (IOException e) {
      throw new ClassNotFoundException(name, e);
    }
  }
}
