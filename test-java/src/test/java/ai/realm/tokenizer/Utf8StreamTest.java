package ai.realm.tokenizer;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import com.google.gson.Gson;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class Utf8StreamTest {

  @Test
  void neverSplitsACharacter() {
    byte[] bytes = "a\u00E9\u4E2D\uD83D\uDE00!".getBytes(UTF_8);
    Utf8Stream stream = new Utf8Stream();
    StringBuilder text = new StringBuilder();
    for (byte b : bytes) {
      String piece = stream.push(new byte[] {b});
      assertFalse(piece.contains("\uFFFD"));
      assertEquals(
          0, piece.chars().filter(c -> Character.isSurrogate((char) c)).count() % 2, piece);
      text.append(piece);
    }
    assertEquals("a\u00E9\u4E2D\uD83D\uDE00!", text.toString());
    assertEquals("", stream.finish());
  }

  /** The examples of the Unicode Standard, chapter 3.9, which the WHATWG decoder follows. */
  @ParameterizedTest
  @CsvSource({
    "C0AFE080BFF081824120, FFFD FFFD FFFD FFFD FFFD FFFD FFFD FFFD 41 20",
    "EDA080EDBFBFEDAF4120, FFFD FFFD FFFD FFFD FFFD FFFD FFFD FFFD 41 20",
    "F4919293FF4180BF4220, FFFD FFFD FFFD FFFD FFFD 41 FFFD FFFD 42 20",
    "E180E2F09192F1BF4120, FFFD FFFD FFFD FFFD 41 20",
  })
  void replacesEachMaximalSubpart(String hex, String expected) {
    byte[] bytes = HexFormat.of().parseHex(hex);
    Utf8Stream stream = new Utf8Stream();
    String text = stream.push(bytes) + stream.finish();
    String[] units = expected.split(" ", -1);
    assertEquals(units.length, text.length());
    for (int i = 0; i < units.length; i++) {
      assertEquals(Integer.parseInt(units[i], 16), text.charAt(i));
    }
  }

  private record Decoded(String bytes, String text) {}

  /** Against Node's TextDecoder, which saw all bytes at once. */
  @Test
  void randomBytesInRandomPieces() {
    Decoded[] cases =
        new Gson()
            .fromJson(
                new String(VocabularyFile.resource("../utf8.golden.json.gz"), UTF_8),
                Decoded[].class);
    assertEquals(3000, cases.length);
    Random random = new Random(3);
    for (Decoded expected : cases) {
      byte[] bytes = HexFormat.of().parseHex(expected.bytes);
      Utf8Stream stream = new Utf8Stream();
      StringBuilder text = new StringBuilder();
      for (int at = 0; at < bytes.length; ) {
        int next = Math.min(bytes.length, at + random.nextInt(4));
        text.append(stream.push(Arrays.copyOfRange(bytes, at, next)));
        at = next;
      }
      text.append(stream.finish());
      assertEquals(expected.text, text.toString(), expected.bytes);
    }
  }

  @Test
  void finishReplacesAnIncompleteCharacter() {
    Utf8Stream stream = new Utf8Stream();
    assertEquals("", stream.push(new byte[] {(byte) 0xF0, (byte) 0x9F}));
    assertEquals("\uFFFD", stream.finish());
    assertEquals("", stream.finish());
    assertEquals("a", stream.push(new byte[] {'a'}));
  }
}
