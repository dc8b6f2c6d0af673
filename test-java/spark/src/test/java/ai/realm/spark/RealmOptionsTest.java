package ai.realm.spark;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.realm.error.EngineException;
import ai.realm.error.ErrorCode;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is asked of rows, before any task runs. */
class RealmOptionsTest {

  private static void assertInvalid(String begins, UnaryOperator<RealmOptions> change) {
    EngineException refusal =
        assertThrows(EngineException.class, () -> change.apply(RealmOptions.of("a.gguf")));
    assertEquals(ErrorCode.INVALID_ARGUMENT, refusal.code());
    assertTrue(refusal.getMessage().startsWith(begins), refusal.getMessage());
  }

  @Test
  void takesTheNamesOfJavaScript() {
    RealmOptions options =
        RealmOptions.of("a.gguf")
            .load("{\"contextLength\":64,\"threads\":3,\"parallel\":5,\"kvCache\":\"q8_0\"}")
            .generate("{\"maxTokens\":9,\"seed\":4,\"stop\":[\"x\"],\"format\":{\"regex\":\"a+\"}}")
            .embed("{\"dimensions\":2,\"truncate\":true}");
    assertEquals(64, options.loading().contextLength().orElseThrow());
    assertEquals(3, options.loading().threads().orElseThrow());
    assertEquals(5, options.loading().places().parallel());
    assertEquals(9, options.generating().maxTokens().orElseThrow());
    assertEquals(4, options.generating().sampling().seed().orElseThrow());
    assertTrue(options.generating().format().isPresent());
    assertEquals(2, options.embedding().dimensions().orElseThrow());
    assertTrue(options.embedding().truncate());
    assertTrue(options.embedding().normalize());
    assertEquals(0, RealmOptions.of("a.gguf").generating().sampling().seed().orElseThrow());
  }

  @Test
  void refusesWhatItDoesNotKnow() {
    assertInvalid("load has the field ctx", options -> options.load("{\"ctx\":1}"));
    assertInvalid("load is [1]; it must be an object", options -> options.load("[1]"));
    assertInvalid("generate has the field logprobs", all -> all.generate("{\"logprobs\":1}"));
    assertInvalid("generate is no JSON", options -> options.generate("{"));
    assertInvalid("generate.seed is -1", options -> options.generate("{\"seed\":-1}"));
    assertInvalid("temperature is -1", options -> options.generate("{\"temperature\":-1}"));
    assertInvalid("a stop string is empty", options -> options.generate("{\"stop\":[\"\"]}"));
    assertInvalid("embed.pooling is \"none\"", options -> options.embed("{\"pooling\":\"none\"}"));
    assertInvalid("window is 0", options -> options.window(0));
    assertInvalid("window is 100001", options -> options.window(100_001));
    assertThrows(EngineException.class, () -> RealmOptions.of(""));
  }

  /** Made with Python's hashlib: int.from_bytes(sha256(pack('>q', seed) + text), 'big') >> 11. */
  @ParameterizedTest
  @CsvSource({
    "0, '', 6169008071258145",
    "0, the cat, 444219403374045",
    "7, the cat, 3636103669917759",
    "0, é中, 1109685169883127"
  })
  void aRowsSeedIsOfTheOptionsAndItsText(long seed, String text, long expected) {
    assertEquals(expected, RowSeed.of(seed, text));
  }
}
