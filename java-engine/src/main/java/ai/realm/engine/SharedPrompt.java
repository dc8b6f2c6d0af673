package ai.realm.engine;

import ai.realm.model.cache.Sequence;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/**
 * A prompt that several texts follow. The first of them to be asked computes it; each of the others
 * goes on with a fork of its sequence, and draws its first token from the same logits. Until all
 * have, a fork rests here: where others need its pages it loses them, and the next text computes
 * the prompt again. A text alone is the only one of its prompt. Safe for all threads.
 */
final class SharedPrompt {
  /**
   * What was computed.
   *
   * @param sequence holds the prompt
   * @param logits (vocabulary), behind its last token
   */
  record Computed(Sequence sequence, float[] logits) {}

  private final int texts;

  /** Those that have begun, or ended before. */
  private final Set<Work> served = new HashSet<>();

  private Optional<Work> computing = Optional.empty();
  private Optional<Computed> computed = Optional.empty();

  /** The most tokens that one of the texts may have. */
  private int longest;

  /** One of {@code texts} texts, at least 1. */
  SharedPrompt(int texts) {
    this.texts = texts;
  }

  /** One of the texts may have so many tokens: to be said of each before the first begins. */
  synchronized void mayHave(int tokens) {
    longest = Math.max(longest, tokens);
  }

  /** Tokens for which a sequence that others go on with needs room behind the prompt. */
  synchronized int room() {
    return longest;
  }

  /**
   * Whether a text that has not begun is to wait, since another computes the prompt. One that is
   * not computes it, unless it can {@link #take} it.
   */
  synchronized boolean awaits(Work text) {
    if (computed.isPresent()) {
      return false;
    }
    if (computing.isEmpty()) {
      computing = Optional.of(text);
    }
    return computing.get() != text;
  }

  /** Whether others wait for what a text computes. */
  synchronized boolean isAwaitedOf(Work text) {
    return computing.equals(Optional.of(text)) && served.size() + 1 < texts;
  }

  /** The text that computed it gives it to the others; the sequence is theirs. */
  synchronized void give(Work text, Computed prompt) {
    served.add(text);
    computing = Optional.empty();
    prompt.sequence().rest();
    computed = Optional.of(prompt);
  }

  /** What a text that has not begun begins with, which is its own; empty where there is nothing. */
  synchronized Optional<Computed> take(Work text) {
    if (computed.isEmpty()) {
      return Optional.empty();
    }
    Computed prompt = computed.get();
    Sequence sequence = prompt.sequence();
    sequence.wake();
    if (sequence.length() < sequence.known()) {
      drop();
      return Optional.empty();
    }
    served.add(text);
    if (served.size() == texts) {
      computed = Optional.empty();
      return Optional.of(prompt);
    }
    Sequence fork = sequence.fork();
    sequence.rest();
    return Optional.of(new Computed(fork, prompt.logits().clone()));
  }

  /** A text has ended. */
  synchronized void leave(Work text) {
    served.add(text);
    if (computing.equals(Optional.of(text))) {
      computing = Optional.empty();
    }
    if (served.size() == texts) {
      drop();
    }
  }

  private void drop() {
    computed.ifPresent(prompt -> {
      prompt.sequence().wake();
      prompt.sequence().close();
    });
    computed = Optional.empty();
  }
}
