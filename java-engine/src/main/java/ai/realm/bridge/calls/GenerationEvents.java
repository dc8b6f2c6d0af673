package ai.realm.bridge.calls;

import ai.realm.bridge.Job;
import ai.realm.engine.Generation;
import ai.realm.engine.GenerationListener;
import ai.realm.engine.GenerationResult;
import ai.realm.engine.TokenLogprob;
import ai.realm.error.EngineException;
import ai.realm.error.ErrorCode;
import ai.realm.json.Arguments;
import ai.realm.json.GenerationResultJson;
import com.google.gson.JsonObject;
import java.util.List;
import java.util.OptionalInt;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;

/** Tells JavaScript of a generation, which waits for its reader there. */
final class GenerationEvents implements GenerationListener {
  private final Job job;
  private final boolean stream;
  private final OptionalInt mostUnread;
  private final OpenTexts open;

  /** UTF-16 units that the reader has not taken. */
  private final AtomicLong unread = new AtomicLong();

  private final AtomicReference<Generation> generation = new AtomicReference<>();

  private GenerationEvents(Job job, boolean stream, OptionalInt mostUnread, OpenTexts open) {
    this.job = job;
    this.stream = stream;
    this.mostUnread = mostUnread;
    this.open = open;
  }

  /**
   * Of a job's arguments: {@code stream} says whether it gets the text as it comes, and not only
   * with the end, since each piece takes a core from the kernels for a moment; {@code mostUnread}
   * how many UTF-16 units its reader may be behind, by {@code textTaken}, before the text waits for
   * it, as far as a step does not make more. Without it, none is waited for.
   *
   * @param open those whose readers tell of themselves
   */
  static GenerationEvents read(Job job, Arguments args, OpenTexts open) {
    boolean stream = !args.has("stream") || args.flag("stream");
    OptionalInt mostUnread = args.optionalInteger("mostUnread", 1, Integer.MAX_VALUE);
    return new GenerationEvents(job, stream, mostUnread, open);
  }

  /**
   * Starts the generation. A reader is told that the engine has taken it up, by a progress.
   *
   * @return what cancels it
   * @throws EngineException where the engine refuses it
   */
  Runnable start(Supplier<Generation> begin) {
    if (mostUnread.isEmpty()) {
      return begin.get()::cancel;
    }
    open.add(job.id(), this);
    Generation begun;
    try {
      begun = begin.get();
    } catch (Throwable refused) {
      open.remove(job.id());
      throw refused;
    }
    generation.set(begun);
    begun.goOn(); // Its reader may have taken something before.
    JsonObject accepted = new JsonObject();
    accepted.addProperty("accepted", true);
    job.progress(accepted);
    return begun::cancel;
  }

  /** The reader has taken that many UTF-16 units more. From any thread. */
  void taken(long units) {
    boolean wasBehind = behind();
    unread.addAndGet(-units);
    Generation known = generation.get();
    if (wasBehind && !behind() && known != null) {
      known.goOn();
    }
  }

  @Override
  public boolean behind() {
    return mostUnread.isPresent() && unread.get() >= mostUnread.getAsInt();
  }

  @Override
  public boolean text(String piece) {
    unread.addAndGet(piece.length());
    return !stream || job.text(piece);
  }

  @Override
  public boolean text(String piece, List<TokenLogprob> tokens) {
    unread.addAndGet(piece.length());
    return !stream || job.part(GenerationResultJson.piece(piece, tokens));
  }

  @Override
  public void finished(GenerationResult result) {
    open.remove(job.id());
    job.result(GenerationResultJson.of(result));
  }

  @Override
  public void aborted(GenerationResult result) {
    open.remove(job.id());
    job.error(
        new EngineException(
            ErrorCode.ABORTED, "the generation was cancelled; its result is what it gave so far"),
        GenerationResultJson.of(result));
  }

  @Override
  public void failed(Throwable failure) {
    open.remove(job.id());
    job.error(failure, null);
  }
}
