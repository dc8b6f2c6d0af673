package ai.realm.host;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.realm.fixture.NeedsRealModel;
import ai.realm.fixture.RealModel;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** A guest of a real model: what it does layer by layer is what the host generates. */
@NeedsRealModel
class RealModelGuestTest {
  private static final String PROMPT = "The capital of France is";
  private static final int LAYERS = 30;
  private static final int WIDTH = 576;
  private static final int VOCABULARY = 49152;

  // Where things lie in the guest's memory.
  private static final int TEXT = 0;
  private static final int IDS = 1024;
  private static final int HIDDEN = 4096;
  private static final int LOGITS = 1 << 16;

  private static Host host;
  private static int model;

  @BeforeAll
  static void store() {
    host = new Host(HostOptions.defaults());
    model = host.app().storeModel(RealModel.path(), 0);
  }

  @AfterAll
  static void close() {
    if (host != null) {
      host.app().close();
      assertEquals(0, host.contents().size());
    }
  }

  private static Tenant guest() {
    return host.guest(new Grants(List.of(model), 100, 1, 64 << 20));
  }

  @Test
  void completesThePromptLayerByLayer() {
    try (Tenant guest = guest();
        WasmMemory memory = new WasmMemory(8)) {
      HostFunctions functions = new HostFunctions(guest, memory, Optional.empty());
      byte[] prompt = PROMPT.getBytes(StandardCharsets.UTF_8);
      memory.write(TEXT, prompt);
      int count = functions.texts().encodeTokens(model, TEXT, prompt.length, 1, IDS, 100);
      assertEquals(5, count);
      int session = functions.layers().openSession(model, 64);
      assertTrue(session > 0);
      int bytes = functions.layers().embedTokens(model, IDS, count, HIDDEN, LOGITS - HIDDEN);
      assertEquals(count * WIDTH * 4, bytes);
      for (int layer = 0; layer < LAYERS; layer++) {
        assertEquals(
            bytes,
            functions
                .layers()
                .forwardLayer(session, layer, HIDDEN, count * WIDTH, 0, HIDDEN, bytes));
      }
      assertEquals(
          VOCABULARY * 4,
          functions.layers().computeLogits(model, HIDDEN, count * WIDTH, LOGITS, VOCABULARY * 4));
      memory.segment().set(ValueLayout.JAVA_INT, IDS, best(memory));
      int length = functions.texts().decodeTokens(model, IDS, 1, TEXT, 100);
      byte[] text = new byte[length];
      System.arraycopy(memory.bytes(), TEXT, text, 0, length);
      assertEquals(" Paris", new String(text, StandardCharsets.UTF_8));
    }
  }

  private static int best(WasmMemory memory) {
    int best = 0;
    for (int id = 1; id < VOCABULARY; id++) {
      if (logit(memory, id) > logit(memory, best)) {
        best = id;
      }
    }
    return best;
  }

  private static float logit(WasmMemory memory, int id) {
    return memory.segment().get(ValueLayout.JAVA_FLOAT, LOGITS + 4L * id);
  }

  @Test
  void completesThePromptInOneCall() {
    try (Tenant guest = guest();
        WasmMemory memory = new WasmMemory(1)) {
      HostFunctions functions = new HostFunctions(guest, memory, Optional.empty());
      String options = "{\"maxTokens\":1,\"temperature\":0}";
      memory.write(TEXT, (PROMPT + options).getBytes(StandardCharsets.UTF_8));
      int length =
          functions
              .texts()
              .generate(model, TEXT, PROMPT.length(), PROMPT.length(), options.length(), 1024, 100);
      byte[] text = new byte[length];
      System.arraycopy(memory.bytes(), 1024, text, 0, length);
      assertEquals(" Paris", new String(text, StandardCharsets.UTF_8));
    }
  }
}
