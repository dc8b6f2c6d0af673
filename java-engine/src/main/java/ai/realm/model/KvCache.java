package ai.realm.model;

/** Keys and values of one sequence, at every layer. Used by one thread at a time. */
public interface KvCache extends AutoCloseable {

  /** Tokens held. */
  int length();

  /** Tokens that it may hold. */
  int capacity();

  /** Forgets the tokens from position {@code length} on. */
  void truncate(int length);

  @Override
  void close();
}
