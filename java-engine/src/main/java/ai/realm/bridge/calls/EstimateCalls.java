package ai.realm.bridge.calls;

import ai.realm.bridge.Job;
import ai.realm.gguf.Gguf;
import ai.realm.json.Arguments;
import ai.realm.kernels.FreeMemory;
import ai.realm.kernels.KvFormat;
import ai.realm.model.MemoryPlan;
import com.google.gson.JsonArray;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Supplier;
import java.util.stream.IntStream;

/** How much memory a model will take, by the head of its file. */
final class EstimateCalls {
  /**
   * What is asked for.
   *
   * @param context tokens of a text; empty for what the model was trained for
   * @param texts at a time
   * @param contexts of the table
   */
  private record Question(OptionalInt context, KvFormat format, int texts, int[] contexts) {}

  private final Background background;

  EstimateCalls(Background background) {
    this.background = background;
  }

  void addTo(MethodTable methods) {
    methods.open("estimate", (_, job, args) -> estimate(job, args));
  }

  private void estimate(Job job, Arguments args) {
    Supplier<Gguf> file = file(args);
    Optional<Arguments> draft =
        args.has("draft") ? Optional.of(args.object("draft")) : Optional.empty();
    Optional<Supplier<Gguf>> smaller = draft.map(EstimateCalls::file);
    draft.ifPresent(Arguments::end);
    Question question =
        new Question(
            args.optionalInteger("contextLength", 1, Integer.MAX_VALUE),
            KvFormat.named(args.text("kvCache")),
            (int) args.integer("parallel", 1, Integer.MAX_VALUE),
            args.ints("contexts"));
    args.end();
    background.run(
        job,
        () -> {
          try (Gguf gguf = file.get()) {
            MemoryPlan alone = MemoryPlan.of(gguf);
            MemoryPlan plan = smaller.map(EstimateCalls::plan).map(alone::with).orElse(alone);
            JsonObject result = answer(plan, question, FreeMemory.orTotal());
            String architecture = gguf.metadata().string("general.architecture", "");
            result.addProperty("architecture", architecture);
            job.result(result);
          }
        });
  }

  private static MemoryPlan plan(Supplier<Gguf> file) {
    try (Gguf gguf = file.get()) {
      return MemoryPlan.of(gguf);
    }
  }

  private static Supplier<Gguf> file(Arguments args) {
    if (args.has("path")) {
      Path path = args.path("path");
      return () -> Gguf.open(path);
    }
    List<Path> heads = args.texts("heads").stream().map(Path::of).toList();
    return () -> Gguf.ofHeads(heads);
  }

  private static JsonObject answer(MemoryPlan plan, Question question, FreeMemory machine) {
    int trained = plan.trainedContext();
    int context = question.context().orElse(trained);
    long cache = plan.cacheBytes(question.format(), context, question.texts());
    JsonObject bytes = new JsonObject();
    bytes.addProperty("packedWeights", plan.packedBytes());
    bytes.addProperty("fileWeights", plan.fileBytes());
    bytes.addProperty("cache", cache);
    bytes.addProperty("work", plan.workBytes(question.texts()));
    bytes.addProperty("runtime", plan.runtimeBytes());
    long total = plan.totalBytes(question.format(), context, question.texts());
    bytes.addProperty("total", total);
    bytes.addProperty("draft", plan.draftBytes(question.format(), context, question.texts()));
    JsonObject found = new JsonObject();
    found.addProperty("freeBytes", machine.bytes());
    found.addProperty("limitBytes", machine.limit());
    found.addProperty("bound", machine.bound());
    JsonObject result = new JsonObject();
    result.addProperty("trainedContext", trained);
    result.addProperty("contextLength", context);
    result.addProperty("kvCache", question.format().toString());
    result.addProperty("parallel", question.texts());
    result.add("bytes", bytes);
    result.add("machine", found);
    result.addProperty("fits", total <= machine.bytes());
    OptionalInt largest = plan.largestContext(question.format(), question.texts(), machine.bytes());
    if (largest.isPresent()) {
      result.addProperty("largestContext", largest.getAsInt());
    } else {
      result.add("largestContext", JsonNull.INSTANCE);
    }
    result.add("contexts", table(plan, question, machine, context));
    return result;
  }

  private static JsonArray table(
      MemoryPlan plan, Question question, FreeMemory machine, int context) {
    int trained = plan.trainedContext();
    int[] contexts =
        IntStream.concat(
                IntStream.of(trained, context),
                Arrays.stream(question.contexts()).filter(tokens -> tokens < trained))
            .sorted()
            .distinct()
            .toArray();
    JsonArray rows = new JsonArray();
    for (int tokens : contexts) {
      for (KvFormat format : plan.formats()) {
        long total = plan.totalBytes(format, tokens, question.texts());
        JsonObject row = new JsonObject();
        row.addProperty("contextLength", tokens);
        row.addProperty("kvCache", format.toString());
        row.addProperty("cacheBytes", plan.cacheBytes(format, tokens, question.texts()));
        row.addProperty("totalBytes", total);
        row.addProperty("fits", total <= machine.bytes());
        rows.add(row);
      }
    }
    return rows;
  }
}
