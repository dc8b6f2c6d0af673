package ai.realm.bridge.calls;

import ai.realm.bridge.Job;
import ai.realm.constraint.Grammar.Source;
import ai.realm.engine.Claim;
import ai.realm.engine.EmbeddingOptions;
import ai.realm.engine.Format;
import ai.realm.engine.GenerationRules;
import ai.realm.engine.ModelLease;
import ai.realm.engine.Scoring;
import ai.realm.json.Arguments;
import ai.realm.json.EmbeddingOptionsJson;
import ai.realm.json.GenerateOptionsJson;
import ai.realm.tokenizer.SpecialTokens;
import ai.realm.tokenizer.Tokenizer;
import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;

/** Token ids of texts, texts of token ids, and what a model makes of both. */
final class TextCalls {
  private final OpenModels models;
  private final ResultBuffers results;
  private final OpenTexts texts;
  private final Background background;

  TextCalls(OpenModels models, ResultBuffers results, OpenTexts texts, Background background) {
    this.models = models;
    this.texts = texts;
    this.results = results;
    this.background = background;
  }

  void addTo(MethodTable methods) {
    methods.call("tokenize", (_, args, _) -> tokenize(args));
    methods.call("tokensOfText", (_, args, _) -> tokensOfText(args));
    methods.call("encodePrompt", (_, args, _) -> encodePrompt(args));
    methods.call("detokenize", (_, args, _) -> detokenize(args));
    methods.open("generate", (_, job, args) -> generate(job, args));
    methods.open("generateChoices", (_, job, args) -> generateChoices(job, args));
    methods.open("generateGiven", (_, job, args) -> generateGiven(job, args));
    methods.open("embed", this::embed);
    methods.open("rank", (_, job, args) -> rank(job, args));
    methods.open("logits", (_, job, args) -> logits(job, args));
  }

  private JsonObject tokenize(Arguments args) {
    long id = OpenModels.idIn(args);
    String text = args.text("text");
    SpecialTokens special =
        args.flag("special") ? new SpecialTokens.All() : new SpecialTokens.None();
    boolean addBos = args.flag("addBos");
    args.end();
    return ids(models.get(id).file().tokenizer().encode(text, special, addBos));
  }

  /** The tokens whose bytes are those of a text, and those that the text becomes. */
  private JsonObject tokensOfText(Arguments args) {
    long id = OpenModels.idIn(args);
    String text = args.text("text");
    args.end();
    Tokenizer tokenizer = models.get(id).file().tokenizer();
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    JsonArray ids = new JsonArray();
    for (int token = 0; token < tokenizer.vocabularySize(); token++) {
      if (Arrays.equals(tokenizer.bytes(token), bytes)) {
        ids.add(token);
      }
    }
    JsonArray pieces = new JsonArray();
    for (int token : tokenizer.encode(text, new SpecialTokens.None(), false)) {
      JsonObject piece = new JsonObject();
      piece.addProperty("id", token);
      piece.addProperty("text", new String(tokenizer.bytes(token), StandardCharsets.UTF_8));
      pieces.add(piece);
    }
    JsonObject answer = new JsonObject();
    answer.add("ids", ids);
    answer.add("pieces", pieces);
    return answer;
  }

  /** What {@code generate} would continue with the same prompt. */
  private JsonObject encodePrompt(Arguments args) {
    long id = OpenModels.idIn(args);
    GenerateRequest.Prompt prompt = GenerateRequest.promptIn(args);
    args.end();
    return ids(prompt.ids(models.get(id).file().tokenizer()));
  }

  private static JsonObject ids(int[] tokens) {
    JsonArray ids = new JsonArray();
    for (int token : tokens) {
      ids.add(token);
    }
    JsonObject answer = new JsonObject();
    answer.add("ids", ids);
    return answer;
  }

  private JsonObject detokenize(Arguments args) {
    long id = OpenModels.idIn(args);
    int[] ids = args.ints("ids");
    args.end();
    JsonObject answer = new JsonObject();
    answer.addProperty("text", models.get(id).file().tokenizer().decode(ids));
    return answer;
  }

  private void generate(Job job, Arguments args) {
    long id = OpenModels.idIn(args);
    GenerateRequest request = GenerateRequest.read(args);
    GenerationEvents events = GenerationEvents.read(job, args, texts);
    args.end();
    withLease(
        job,
        models.get(id).lease(),
        lease -> {
          int[] prompt = request.prompt().ids(lease.model().tokenizer());
          return events.start(() -> lease.generate(prompt, request.options(), events));
        });
  }

  /** The texts that several seeds give. */
  private void generateChoices(Job job, Arguments args) {
    long id = OpenModels.idIn(args);
    GenerateRequest request = GenerateRequest.read(args);
    long[] seeds = args.integers("seeds", -Arguments.MAX_SAFE_INTEGER, Arguments.MAX_SAFE_INTEGER);
    if (seeds.length == 0) {
      throw Arguments.refused("seeds", args.take("seeds"), "an array of at least one seed");
    }
    args.end();
    List<GenerationRules> each = Arrays.stream(seeds).mapToObj(request.options()::seed).toList();
    withLease(
        job,
        models.get(id).lease(),
        lease -> {
          int[] prompt = request.prompt().ids(lease.model().tokenizer());
          return lease.generate(prompt, each, new ChoicesEvents(job))::cancel;
        });
  }

  /**
   * Texts that are given, each behind the same prompt: for their log-probabilities. A text has as
   * many tokens as the vocabulary makes of it, at most: one that is written letter by letter would
   * seem improbable.
   */
  private void generateGiven(Job job, Arguments args) {
    long id = OpenModels.idIn(args);
    GenerateRequest request = GenerateRequest.read(args);
    List<String> texts = args.texts("texts");
    if (texts.isEmpty()) {
      throw Arguments.refused("texts", args.take("texts"), "an array of at least one text");
    }
    args.end();
    withLease(
        job,
        models.get(id).lease(),
        lease -> {
          Tokenizer tokenizer = lease.model().tokenizer();
          List<GenerationRules> each =
              texts.stream().map(text -> given(text, tokenizer, request.options())).toList();
          int[] prompt = request.prompt().ids(tokenizer);
          return lease.generate(prompt, each, new ChoicesEvents(job))::cancel;
        });
  }

  private static GenerationRules given(String text, Tokenizer tokenizer, GenerationRules rules) {
    Format format = new Format(new Source.Choices(List.of(text)), /* closeAtLimit= */ true);
    int tokens = tokenizer.encode(text, new SpecialTokens.None(), false).length;
    return rules.format(format).maxTokens(tokens);
  }

  private void embed(long environment, Job job, Arguments args) {
    long id = OpenModels.idIn(args);
    List<String> texts = args.texts("texts");
    EmbeddingOptions options = EmbeddingOptionsJson.read(args);
    Claim claim = GenerateOptionsJson.readClaim(args);
    args.end();
    EmbeddingEvents events = new EmbeddingEvents(environment, job, results);
    withLease(
        job, models.get(id).lease(), lease -> lease.embed(texts, options, claim, events)::cancel);
  }

  private void rank(Job job, Arguments args) {
    long id = OpenModels.idIn(args);
    RankRequest request = RankRequest.read(args);
    args.end();
    withLease(
        job,
        models.get(id).lease(),
        lease ->
            lease.rank(
                    request.input().pairs(lease.model().tokenizer()),
                    request.claim(),
                    new RankingEvents(job))
                ::cancel);
  }

  private void logits(Job job, Arguments args) {
    long id = OpenModels.idIn(args);
    int[] ids = args.ints("ids");
    JsonArray given = args.take("ids").getAsJsonArray();
    int top = (int) args.integer("top", 1, Integer.MAX_VALUE);
    int batch = args.optionalInteger("batch", 1, Integer.MAX_VALUE).orElse(Scoring.DEFAULT_BATCH);
    Claim claim = GenerateOptionsJson.readClaim(args);
    args.end();
    withLease(
        job,
        models.get(id).lease(),
        lease -> lease.score(ids, top, batch, claim, new ScoringEvents(job, given))::cancel);
  }

  /** Starts work that takes the lease over; {@code start} gives what cancels it. */
  private void withLease(Job job, ModelLease lease, Function<ModelLease, Runnable> start) {
    background.run(job, () -> job.onCancel(lease.handOver(start)));
  }
}
