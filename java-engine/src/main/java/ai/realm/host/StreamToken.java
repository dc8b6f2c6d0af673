package ai.realm.host;

/** {@code realm_stream_token}, where a guest exports it. */
@FunctionalInterface
public interface StreamToken {

  /**
   * Hands the guest a piece of the text that is being generated, on the thread of its call of
   * {@code realm_generate}.
   *
   * @param pointer where the piece lies in the guest's memory, until the guest returns
   * @param length bytes of UTF-8: whole characters
   * @return false if the guest failed; the generation then ends as {@code ABORTED}
   */
  boolean piece(int pointer, int length);
}
