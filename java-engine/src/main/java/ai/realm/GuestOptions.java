package ai.realm;

import ai.realm.guest.GuestLimits;
import ai.realm.host.Grants;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/**
 * What a guest may use, and what ends it. Each method sets an option and returns these options;
 * {@link Realm#openGuest} refuses what is out of range with {@code INVALID_ARGUMENT}.
 */
public final class GuestOptions {
  private static final int SESSIONS = 16;

  private List<Integer> models = List.of();
  private List<Path> jars = List.of();
  private long maxTokens = Long.MAX_VALUE;
  private long memoryBytes = GuestLimits.defaults().memoryBytes();
  private long timeMs = GuestLimits.defaults().timeMs();

  /** Ids of the host's models that it has; by default none. */
  public GuestOptions models(int... ids) {
    models = Arrays.stream(ids).boxed().toList();
    return this;
  }

  /** Tokens that it may generate in all, 0 or more; by default no limit. */
  public GuestOptions maxTokens(long tokens) {
    maxTokens = tokens;
    return this;
  }

  /**
   * Bytes that its own memory may have, at least 1 MiB, and as many for what it has the host keep;
   * by default 256 MiB.
   */
  public GuestOptions memoryBytes(long bytes) {
    memoryBytes = bytes;
    return this;
  }

  /** Milliseconds that one call may take, 1 or more; by default a minute. */
  public GuestOptions timeMs(long milliseconds) {
    timeMs = milliseconds;
    return this;
  }

  /** The jars of its engine; by default those of the class path. */
  public GuestOptions jars(List<Path> paths) {
    jars = List.copyOf(paths);
    return this;
  }

  List<Path> jars() {
    return jars;
  }

  Grants grants() {
    return new Grants(models, maxTokens, SESSIONS, memoryBytes);
  }

  GuestLimits limits() {
    return new GuestLimits(timeMs, memoryBytes);
  }
}
