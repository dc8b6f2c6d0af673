package ai.realm.bridge.calls;

import ai.realm.bridge.Job;
import ai.realm.engine.ModelLease;
import ai.realm.engine.OpenSequence;
import ai.realm.error.EngineException;
import ai.realm.error.ErrorCode;
import ai.realm.json.Arguments;
import ai.realm.json.GenerateOptionsJson;
import ai.realm.model.cache.Sharing;
import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import java.nio.file.Path;
import java.util.function.Function;

/** Sequences that JavaScript continues call by call, each by an id. */
final class SequenceCalls {
  private final Handles<OpenSequence> held = new Handles<>();
  private final OpenModels models;
  private final OpenTexts texts;
  private final Background background;

  SequenceCalls(OpenModels models, OpenTexts texts, Background background) {
    this.models = models;
    this.texts = texts;
    this.background = background;
  }

  void addTo(MethodTable methods) {
    methods.open("openSequence", this::open);
    methods.open("restoreSequence", this::restore);
    methods.open("forkSequence", this::fork);
    methods.open("generateSequence", (_, job, args) -> generate(job, args));
    methods.open("truncateSequence", (_, job, args) -> truncate(job, args));
    methods.open("saveSequence", (_, job, args) -> save(job, args));
    methods.open("closeSequence", (_, job, args) -> close(job, args));
    methods.call("sequenceTokens", (_, args, _) -> tokens(args));
    methods.whenEnvironmentEnds(environment ->
        held.removeAll(environment).forEach(sequence -> background.release(sequence::close)));
  }

  private void open(long environment, Job job, Arguments args) {
    long model = OpenModels.idIn(args);
    Sharing sharing = GenerateOptionsJson.readSharing(args);
    args.end();
    begin(environment, job, model, lease -> lease.openSequence(sharing));
  }

  private void restore(long environment, Job job, Arguments args) {
    long model = OpenModels.idIn(args);
    Path path = args.path("path");
    args.end();
    begin(environment, job, model, lease -> lease.restoreSequence(path));
  }

  private void begin(
      long environment, Job job, long model, Function<ModelLease, OpenSequence> maker) {
    ModelLease lease = models.get(model).lease();
    background.run(
        job,
        () -> {
          try (lease) {
            job.result(added(environment, maker.apply(lease)));
          }
        });
  }

  private void fork(long environment, Job job, Arguments args) {
    OpenSequence sequence = sequenceIn(args);
    args.end();
    background.run(job, () -> job.result(added(environment, sequence.fork())));
  }

  private void generate(Job job, Arguments args) {
    OpenSequence sequence = sequenceIn(args);
    GenerateRequest request = GenerateRequest.read(args);
    GenerationEvents events = GenerationEvents.read(job, args, texts);
    args.end();
    ModelLease lease = sequence.model().lease();
    background.run(
        job,
        () ->
            job.onCancel(
                lease.handOver(taken -> {
                  boolean first = sequence.tokens().length == 0;
                  GenerateRequest.Prompt given = request.prompt();
                  int[] prompt = (first ? given : given.behind()).ids(sequence.model().tokenizer());
                  return events.start(
                      () -> sequence.generate(taken, prompt, request.options(), events));
                })));
  }

  private void truncate(Job job, Arguments args) {
    OpenSequence sequence = sequenceIn(args);
    int tokens = (int) args.integer("tokens", 0, Integer.MAX_VALUE);
    args.end();
    background.run(
        job,
        () -> {
          sequence.truncate(tokens);
          job.result(new JsonObject());
        });
  }

  private void save(Job job, Arguments args) {
    OpenSequence sequence = sequenceIn(args);
    Path path = args.path("path");
    String note = args.text("note");
    args.end();
    background.run(
        job,
        () -> {
          sequence.save(path, note);
          job.result(new JsonObject());
        });
  }

  private void close(Job job, Arguments args) {
    long id = idIn(args);
    args.end();
    OpenSequence sequence = held.remove(id).orElseThrow(() -> missing(id));
    background.release(
        job,
        () -> {
          sequence.close();
          job.result(new JsonObject());
        });
  }

  private JsonObject tokens(Arguments args) {
    OpenSequence sequence = sequenceIn(args);
    args.end();
    JsonArray ids = new JsonArray();
    for (int token : sequence.tokens()) {
      ids.add(token);
    }
    JsonObject answer = new JsonObject();
    answer.add("ids", ids);
    return answer;
  }

  /** Gives a sequence its id; it is closed if that fails. */
  private JsonObject added(long environment, OpenSequence sequence) {
    try {
      JsonObject answer = new JsonObject();
      answer.addProperty("sequence", held.add(environment, sequence));
      answer.addProperty("note", sequence.note());
      return answer;
    } catch (Throwable failure) {
      sequence.close();
      throw failure;
    }
  }

  /** The sequence of a model, neither of which was disposed. */
  private OpenSequence sequenceIn(Arguments args) {
    models.get(OpenModels.idIn(args));
    long id = idIn(args);
    return held.find(id).orElseThrow(() -> missing(id));
  }

  private static long idIn(Arguments args) {
    return args.integer("sequence", 1, Arguments.MAX_SAFE_INTEGER);
  }

  private EngineException missing(long id) {
    return held.gaveOut(id)
        ? new EngineException(
            ErrorCode.DISPOSED, "the sequence " + id + " was disposed; open another to go on")
        : new EngineException(
            ErrorCode.INVALID_ARGUMENT, "there is no sequence " + id + "; open one first");
  }
}
