package ai.realm.bridge.javet;

import com.google.gson.Gson;
import com.google.gson.JsonObject;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What is run, and how.
 *
 * @param script the app's first file, or the code itself
 * @param args its arguments
 * @param nodeOptions options of Node that stood before the script
 * @param isCode whether {@code script} is code, as after Node's option {@code -e}
 * @param execPath what the app finds in {@code process.execPath}: a program that runs scripts as
 *     this one is run; if empty, what Node puts there
 * @param ownsProcess whether the process ends as the app does, and so as one of Node would: else an
 *     error that nobody catches ends the app only
 */
record AppSettings(
    String script,
    boolean isCode,
    List<String> args,
    List<String> nodeOptions,
    Optional<String> execPath,
    boolean ownsProcess) {

  /** What {@code boot.js} reads of it. */
  String json(int wakeSocket) {
    Gson gson = new Gson();
    JsonObject json = new JsonObject();
    json.addProperty("isCode", isCode);
    json.addProperty(
        "script", isCode ? script : Path.of(script).toAbsolutePath().normalize().toString());
    json.add("args", gson.toJsonTree(args));
    json.add("nodeOptions", gson.toJsonTree(nodeOptions));
    execPath.ifPresent(path -> json.addProperty("execPath", path));
    json.addProperty("ownsProcess", ownsProcess);
    json.add("java", gson.toJsonTree(java()));
    json.addProperty("wakeSocket", wakeSocket);
    return gson.toJson(json);
  }

  /** The Java that runs, as js-bindings/lib/bridge/findJava.js describes one. */
  private static Map<String, String> java() {
    Path home = Path.of(System.getProperty("java.home"));
    String libjvm = home.resolve("lib/server/libjvm.so").toString();
    String version = System.getProperty("java.version");
    return Map.of("home", home.toString(), "version", version, "libjvm", libjvm);
  }
}
