package ai.realm.engine;

import ai.realm.engine.GenerationResult.FinishReason;
import ai.realm.engine.GenerationResult.Timings;
import ai.realm.tokenizer.Tokenizer;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * What a listener has of a text: its pieces, what the model thought of its tokens, and why it
 * ended.
 */
final class Answer {
  private final GenerationListener listener;
  private final Tokenizer tokenizer;
  private final GeneratedText text;
  private final Optional<TextLogprobs> logprobs;
  private Optional<FinishReason> finishReason = Optional.empty();
  private boolean isWanted = true;

  Answer(GenerationListener listener, Tokenizer tokenizer, GenerationRules options) {
    this.listener = listener;
    this.tokenizer = tokenizer;
    this.text =
        new GeneratedText(
            tokenizer,
            options.stop(),
            id -> options.format().filter(format -> format.shows(id, tokenizer)).isPresent());
    OptionalInt top = options.logprobs();
    this.logprobs =
        top.isPresent()
            ? Optional.of(new TextLogprobs(tokenizer, top.getAsInt()))
            : Optional.empty();
  }

  /** A step begins; what an earlier one drew in vain is forgotten. */
  void begin() {
    logprobs.ifPresent(TextLogprobs::begin);
  }

  /** Looks at a row of logits before anything changes it. */
  void see(float[] logits, int at, int count) {
    logprobs.ifPresent(kept -> kept.see(logits, at, count));
  }

  /** Notes the token that was drawn from the row. */
  void drew(int token) {
    logprobs.ifPresent(kept -> kept.drew(token));
  }

  /** Whether the model ends texts with this token. */
  boolean isEnd(int token) {
    return tokenizer.endOfGeneration().contains(token);
  }

  /** The model ends the text. */
  void end() {
    end(text.finish(), FinishReason.STOP);
  }

  /**
   * Takes the next token in, and ends the text with it where nothing can follow.
   *
   * @param last whether its format lets none follow
   * @param full whether it may have no more tokens
   */
  void add(int token, boolean last, boolean full) {
    logprobs.ifPresent(kept -> kept.join(text.decoded()));
    String piece = text.add(token);
    if (text.stopped()) {
      end(piece, FinishReason.STOP);
      return;
    }
    handOut(piece, false);
    if (last) {
      end(text.finish(), FinishReason.STOP);
    } else if (full) {
      end(text.cut(), FinishReason.LENGTH);
    }
  }

  /** The text is to have no more. */
  void abort() {
    finishReason = Optional.of(FinishReason.ABORT);
  }

  boolean hasEnded() {
    return finishReason.isPresent();
  }

  /** Whether its listener has wanted all of its pieces. */
  boolean isWanted() {
    return isWanted;
  }

  /** Whether its listener has not yet read what it was given. */
  boolean readerIsBehind() {
    return listener.behind();
  }

  /** What an ended text is, with its tokens, those of its prompt and the time that it took. */
  GenerationResult result(int[] tokens, int prompt, int cached, Timings timings) {
    return new GenerationResult(
        text.toString(),
        tokens,
        logprobs.map(TextLogprobs::given),
        prompt,
        cached,
        finishReason.orElseThrow(),
        timings);
  }

  private void end(String piece, FinishReason reason) {
    handOut(piece, !text.stopped());
    finishReason = Optional.of(reason);
  }

  /**
   * Hands a piece out.
   *
   * @param whole whether all tokens belong to what was handed out then
   */
  private void handOut(String piece, boolean whole) {
    if (logprobs.isEmpty()) {
      isWanted &= piece.isEmpty() || listener.text(piece);
      return;
    }
    List<TokenLogprob> begun = whole ? logprobs.get().rest() : logprobs.get().within(text.length());
    isWanted &= piece.isEmpty() && begun.isEmpty() || listener.text(piece, begun);
  }
}
