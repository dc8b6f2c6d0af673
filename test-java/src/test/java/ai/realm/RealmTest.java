package ai.realm;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.realm.engine.GenerationResult;
import ai.realm.engine.GenerationResult.FinishReason;
import ai.realm.error.EngineException;
import ai.realm.error.ErrorCode;
import ai.realm.fixture.TinyModelFile;
import ai.realm.guest.Guest;
import ai.realm.guest.GuestEngineName;
import ai.realm.host.Grants;
import ai.realm.host.Host;
import ai.realm.host.HostOptions;
import ai.realm.host.Tenant;
import ai.realm.model.cache.Sharing;
import com.google.gson.JsonParser;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;

/** The API for Java programs, on the small model of the conformance cases. */
class RealmTest {
  /** llama.cpp's greedy text for {@code the cea}. */
  private static final String TEXT = "khep té theerapé中bpnlyed tinanvwhe";

  private static final GenerateOptions GREEDY = new GenerateOptions().maxTokens(24).temperature(0);

  private static Path tiny() {
    try {
      return Path.of(RealmTest.class.getResource("/conformance/models/tiny.gguf").toURI());
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  private static Model load() {
    return Realm.loadModel(tiny(), new LoadOptions().threads(1));
  }

  private static void assertCode(ErrorCode code, Executable call) {
    assertEquals(code, assertThrows(EngineException.class, call).code());
  }

  @Test
  void loadsAndGenerates() {
    try (Model model = load()) {
      List<String> pieces = new ArrayList<>();
      GenerationResult result = model.generate("the cea", GREEDY, pieces::add);
      assertEquals(TEXT, result.text());
      assertEquals(TEXT, String.join("", pieces));
      assertEquals(24, pieces.size());
      assertEquals(24, result.tokens().length);
      assertEquals(5, result.promptTokens());
      assertEquals(FinishReason.LENGTH, result.finishReason());
    }
  }

  @Test
  void aSequenceGoesOnIsForkedCutSavedAndRestored(@TempDir Path folder) {
    Path file = folder.resolve("sequence");
    GenerateOptions some = new GenerateOptions().maxTokens(10).temperature(0);
    GenerateOptions rest = new GenerateOptions().maxTokens(14).temperature(0);
    try (Model model = load();
        TextSequence sequence = model.openSequence("me", Sharing.Among.TENANT)) {
      String begun = sequence.generate("the cea", some, _ -> {}).text();
      sequence.save(file);
      try (TextSequence fork = sequence.fork();
          TextSequence restored = model.restoreSequence(file)) {
        int[] none = {};
        for (TextSequence each : List.of(sequence, fork, restored)) {
          List<String> pieces = new ArrayList<>();
          GenerationResult result = each.generate(none, rest, pieces::add);
          assertEquals(TEXT, begun + result.text());
          assertEquals(result.text(), String.join("", pieces));
          assertEquals(29, each.tokens().length);
        }
        fork.truncate(5);
        assertEquals(TEXT, fork.generate(none, GREEDY, _ -> {}).text());
      }
      TextSequence ended = sequence.fork();
      ended.close();
      assertCode(ErrorCode.DISPOSED, ended::tokens);
      assertCode(ErrorCode.FILE_NOT_FOUND, () -> model.restoreSequence(folder.resolve("no")));
    }
  }

  @Test
  void generatesFromIds() {
    try (Model model = Realm.loadModel(tiny())) {
      int[] prompt = {1, 285, 290, 261, 263};
      assertEquals(TEXT, model.generate(prompt, GREEDY, _ -> {}).text());
    }
  }

  @Test
  void ofWhatAFileWantsAroundATextAPromptHasItsBeginningAlone(@TempDir Path folder) {
    Path file =
        TinyModelFile.file()
            .bool("tokenizer.ggml.add_bos_token", true)
            .bool("tokenizer.ggml.add_eos_token", true)
            .write(folder.resolve("eos.gguf"));
    try (Model model = Realm.loadModel(file, new LoadOptions().threads(1));
        TextSequence sequence = model.openSequence("", Sharing.Among.NONE)) {
      assertArrayEquals(new int[] {1, 100, 101, 2}, model.tokenize("ab", false, true));
      GenerateOptions one = new GenerateOptions().maxTokens(1).temperature(0);
      assertEquals(3, model.generate("ab", one).promptTokens());
      assertEquals(2, model.generate("ab", one.addBos(false)).promptTokens());
      assertEquals(3, sequence.generate("ab", one.addBos(true), _ -> {}).promptTokens());
    }
  }

  @Test
  void tellsAboutTheModel() {
    try (Model model = Realm.loadModel(tiny(), new LoadOptions().contextLength(20))) {
      assertEquals("tiny", model.name());
      assertEquals("llama", model.architecture());
      assertEquals(20, model.contextLength());
      assertEquals(48, model.metadata().integer("llama.feed_forward_length", 0));
    }
  }

  @Test
  void turnsTextToIdsAndBack() {
    try (Model model = load()) {
      assertArrayEquals(new int[] {285, 290, 291}, model.tokenize("the cat"));
      assertArrayEquals(new int[] {1, 3, 285}, model.tokenize("<|user|>the", true, true));
      assertEquals("the cat", model.detokenize(285, 290, 291));
      assertCode(ErrorCode.TOKEN_OUT_OF_RANGE, () -> model.detokenize(294));
    }
  }

  @Test
  void takesEveryOption() {
    try (Model model = load()) {
      assertEquals(
          "khep té thee",
          model
              .generate(
                  "the cea", new GenerateOptions().maxTokens(24).temperature(0).stop("rap", "zzz"))
              .text());
      GenerateOptions noise =
          new GenerateOptions()
              .maxTokens(16)
              .temperature(2)
              .topK(20)
              .topP(0.99)
              .minP(0.001)
              .repeatPenalty(1.1)
              .presencePenalty(0.1)
              .frequencyPenalty(0.1)
              .seed(5);
      String first = model.generate("the", noise).text();
      assertEquals(first, model.generate("the", noise).text());
      assertTrue(!first.equals(model.generate("the", noise.seed(6)).text()));
      assertEquals(
          "中中",
          model
              .generate(
                  "<s>the",
                  new GenerateOptions()
                      .maxTokens(2)
                      .special(true)
                      .addBos(false)
                      .logitBias(Map.of(293, 1000f)))
              .text());
    }
  }

  @Test
  void refusesWhatIsOutOfRange() {
    assertCode(ErrorCode.FILE_NOT_FOUND, () -> Realm.loadModel(Path.of("no such file")));
    assertCode(ErrorCode.INVALID_ARGUMENT, () -> new LoadOptions().threads(0));
    assertCode(
        ErrorCode.INVALID_ARGUMENT,
        () -> Realm.loadModel(tiny(), new LoadOptions().contextLength(65)));
    try (Model model = load()) {
      assertCode(
          ErrorCode.INVALID_ARGUMENT,
          () -> model.generate("the", new GenerateOptions().temperature(-1)));
      assertCode(
          ErrorCode.INVALID_ARGUMENT,
          () -> model.generate("the", new GenerateOptions().maxTokens(0)));
      assertCode(ErrorCode.CONTEXT_OVERFLOW, () -> model.generate("a".repeat(63), GREEDY));
    }
  }

  @Test
  void isFinalOnceClosed() {
    Model model = load();
    model.close();
    model.close();
    assertCode(ErrorCode.DISPOSED, () -> model.generate("the", GREEDY));
    assertCode(ErrorCode.DISPOSED, () -> model.tokenize("the"));
    assertCode(ErrorCode.DISPOSED, () -> model.detokenize(1));
    assertCode(ErrorCode.DISPOSED, model::metadata);
  }

  @Test
  void isGrantedToGuests() {
    Host host = new Host(HostOptions.defaults());
    try (Model model = load()) {
      int id = model.addTo(host);
      try (Tenant guest = host.guest(new Grants(List.of(id), 3, 0, 1 << 20))) {
        String text =
            guest
                .texts()
                .generate(
                    id,
                    "the cea",
                    JsonParser.parseString("{\"temperature\":0}").getAsJsonObject(),
                    _ -> true)
                .text();
        assertEquals("khep", text);
      }
      host.app().removeModel(id);
    }
  }

  @Test
  void runsGuests() {
    Host host = new Host(HostOptions.defaults());
    int id = host.app().storeModel(tiny(), 0);
    String script =
        "const run = (prompt) => "
            + "realm.models[0].generate(prompt, { maxTokens: 24, temperature: 0 }).text";
    GuestOptions options = new GuestOptions().models(id).maxTokens(24).timeMs(30_000);
    try (Guest guest = openScript(host, script, options)) {
      assertEquals('"' + TEXT + '"', guest.call("run", "[\"the cea\"]"));
      assertCode(ErrorCode.QUOTA_EXCEEDED, () -> guest.call("run", "[\"the cea\"]"));
    }
    assertCode(
        ErrorCode.TIMEOUT, () -> openScript(host, "for (;;);", new GuestOptions().timeMs(50)));
    assertCode(
        ErrorCode.MODEL_NOT_FOUND, () -> openScript(host, "", new GuestOptions().models(id + 1)));
    assertCode(ErrorCode.INVALID_ARGUMENT, () -> openScript(host, "", options.timeMs(0)));
    byte[] module = {0, 'a', 's', 'm', 1, 0, 0, 0};
    try (Guest guest =
        Realm.openGuest(host, GuestEngineName.GRAALWASM, module, new GuestOptions())) {
      assertCode(ErrorCode.NOT_FOUND, () -> guest.call("run", "[]"));
    }
    host.app().removeModel(id);
  }

  private static Guest openScript(Host host, String script, GuestOptions options) {
    byte[] source = script.getBytes(StandardCharsets.UTF_8);
    return Realm.openGuest(host, GuestEngineName.GRAALJS, source, options);
  }
}
