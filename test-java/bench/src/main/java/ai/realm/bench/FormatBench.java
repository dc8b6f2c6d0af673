package ai.realm.bench;

import ai.realm.constraint.Constraint;
import ai.realm.constraint.Grammar;
import ai.realm.constraint.Grammar.Source;
import ai.realm.constraint.TokenSet;
import ai.realm.constraint.TokenTrie;
import ai.realm.constraint.json.JsonSchema.Style;
import ai.realm.gguf.Gguf;
import ai.realm.tokenizer.Tokenizer;
import ai.realm.tokenizer.Tokenizers;
import com.google.gson.Gson;
import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * What formats cost: the tree of a vocabulary, compiling, and each token of a text, in time of the
 * thread's processor. Arguments: a GGUF file with a vocabulary, or how many tokens a generated one
 * shall have; and a file with an array of formats, each with a {@code name} and a {@code schema} or
 * a {@code grammar}. Prints a line of JSON a format.
 */
public final class FormatBench {
  private static final int TEXTS = 60;
  private static final int MOST_TOKENS = 120;

  /** Texts behind which a grammar has found out most of what it ever does. */
  private static final int WARM = 30;

  private static final int MOST_FORCED = 64;

  private final TokenTrie trie;
  private final float[] logits;

  /** So that what is asked for is computed. */
  long behind;

  /**
   * What was measured of a format.
   *
   * @param trieMillis to make the vocabulary's tree
   * @param compileMillis to compile it
   * @param firstMicros a token of its first text, on average
   * @param micros a token of later texts, on average
   * @param p99Micros of those
   */
  private record Figures(
      String name,
      int vocabulary,
      double trieMillis,
      double compileMillis,
      double firstMicros,
      double micros,
      double p99Micros) {}

  private FormatBench(TokenTrie trie) {
    this.trie = trie;
    this.logits = new float[trie.vocabulary()];
  }

  /** Runs it. */
  public static void main(String[] args) throws IOException {
    JsonArray formats = JsonParser.parseString(Files.readString(Path.of(args[1]))).getAsJsonArray();
    for (JsonElement format : formats) {
      // Each has a tree of its own: what is found out of places stays with it.
      long start = now();
      TokenTrie trie = new TokenTrie(tokenizer(args[0]));
      double trieMillis = (now() - start) / 1e6;
      FormatBench bench = new FormatBench(trie);
      System.out.println(new Gson().toJson(bench.measure(format.getAsJsonObject(), trieMillis)));
    }
  }

  private static Tokenizer tokenizer(String given) {
    if (given.matches("\\d+")) {
      return new GeneratedTokenizer(Integer.parseInt(given));
    }
    try (Gguf gguf = Gguf.open(Path.of(given))) {
      return Tokenizers.of(gguf.metadata());
    }
  }

  private Figures measure(JsonObject format, double trieMillis) {
    long start = now();
    Grammar grammar = Grammar.compile(source(format), trie);
    double compileMillis = (now() - start) / 1e6;
    double[] first = text(grammar, new Random(0));
    List<double[]> later = new ArrayList<>();
    for (int i = 1; i < TEXTS; i++) {
      double[] times = text(grammar, new Random(i));
      if (i >= WARM) {
        later.add(times);
      }
    }
    double[] all = later.stream().flatMapToDouble(Arrays::stream).sorted().toArray();
    return new Figures(
        format.get("name").getAsString(),
        trie.vocabulary(),
        trieMillis,
        compileMillis,
        Arrays.stream(first).average().orElse(0),
        Arrays.stream(all).average().orElse(0),
        all[(int) (0.99 * (all.length - 1))]);
  }

  private static Source source(JsonObject format) {
    return format.has("grammar")
        ? new Source.Rules(format.get("grammar").getAsString())
        : new Source.Schema(format.get("schema"), Map.of(), Style.USUAL);
  }

  /** The times of a text's tokens, in microseconds. */
  private double[] text(Grammar grammar, Random random) {
    double[] times = new double[MOST_TOKENS];
    Constraint constraint = grammar.constrain();
    int count = 0;
    while (count < MOST_TOKENS && !constraint.hasEnded()) {
      Arrays.fill(logits, 1);
      long start = now();
      TokenSet allowed = constraint.allowed();
      allowed.mask(logits, 0, logits.length);
      long masked = now() - start;
      int token = any(allowed, random);
      if (constraint.ends(token)) {
        break;
      }
      // What the engine asks for each token: whether the end is near, and what must come.
      start = now();
      behind += constraint.shortestLengthBehind(token);
      constraint.accept(token);
      behind += constraint.forced(MOST_FORCED).length;
      times[count++] = (masked + now() - start) / 1e3;
    }
    return Arrays.copyOf(times, count);
  }

  private int any(TokenSet allowed, Random random) {
    int id = random.nextInt(trie.vocabulary());
    // Where few may come, the next one behind a random place.
    while (!allowed.contains(id)) {
      id = (id + 1) % trie.vocabulary();
    }
    return id;
  }

  private static long now() {
    return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
  }
}
