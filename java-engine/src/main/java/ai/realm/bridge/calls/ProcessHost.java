package ai.realm.bridge.calls;

import ai.realm.error.EngineException;
import ai.realm.error.ErrorCode;
import ai.realm.host.Host;
import ai.realm.host.HostOptions;
import java.util.Map;

/**
 * The one host of the process, made when it is first asked for. Variables of the environment set
 * its options: {@code REALM_HOST_STORAGE_BYTES}, {@code REALM_HOST_CACHE_BYTES} and {@code
 * REALM_HOST_PREFETCH}, which is {@code on} or {@code off}; the defaults are those of {@link
 * HostOptions#defaults}.
 */
final class ProcessHost {
  private final Map<String, String> environment;
  private Host host;

  /** With the variables of {@code environment}. */
  ProcessHost(Map<String, String> environment) {
    this.environment = environment;
  }

  /**
   * The host.
   *
   * @throws EngineException {@code INVALID_ARGUMENT} for a variable that cannot be used
   */
  synchronized Host get() {
    if (host == null) {
      HostOptions defaults = HostOptions.defaults();
      host =
          new Host(
              new HostOptions(
                  bytes("REALM_HOST_STORAGE_BYTES", defaults.storageBytes()),
                  bytes("REALM_HOST_CACHE_BYTES", defaults.tensorCacheBytes()),
                  isOn("REALM_HOST_PREFETCH", defaults.prefetch()),
                  defaults.threads()));
    }
    return host;
  }

  private long bytes(String variable, long otherwise) {
    String value = environment.getOrDefault(variable, "");
    if (value.isEmpty()) {
      return otherwise;
    }
    if (!value.matches("[0-9]{1,18}")) {
      throw refused(variable, value, "a number of bytes");
    }
    return Long.parseLong(value);
  }

  private boolean isOn(String variable, boolean otherwise) {
    String value = environment.getOrDefault(variable, "");
    return switch (value) {
      case "" -> otherwise;
      case "on" -> true;
      case "off" -> false;
      default -> throw refused(variable, value, "on or off");
    };
  }

  private static EngineException refused(String variable, String value, String expected) {
    return new EngineException(
        ErrorCode.INVALID_ARGUMENT,
        "the variable " + variable + " is '" + value + "'; it must be " + expected);
  }
}
