package ai.realm.sampling;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.realm.constraint.WordsTokenizer;
import ai.realm.fixture.FakeTokenizer;
import java.util.List;
import org.junit.jupiter.api.Test;

/** How texts that break repetitions come as tokens; words are tokens beside all bytes. */
class DryBreakersTest {
  private static final int FIRST = FakeTokenizer.VOCABULARY;

  private static int behind(DryBreakers breakers, int... tokens) {
    return breakers.behindLast(tokens, tokens.length, tokens.length);
  }

  @Test
  void areFoundInTheMiddleOfATokenAndOverTheEdgesOfSeveral() {
    DryBreakers breakers =
        new DryBreakers(List.of("ab\n"), new WordsTokenizer("xab\ny", "xa", "ab", "b"));
    assertTrue(breakers.breaksAlone(FIRST));
    assertFalse(breakers.breaksAlone(FIRST + 1));
    assertEquals(2, behind(breakers, 'q', FIRST, 'c', 'd'));
    assertEquals(2, behind(breakers, 'q', FIRST + 1, 'b', '\n', 'c', 'd'));
    assertEquals(1, behind(breakers, 'q', FIRST + 2, '\n', 'd'));
    assertEquals(0, behind(breakers, 'q', 'a', 'b', '\n'));
    // As llama.cpp has it, the rest has the tokens that encode() gives it, and no others.
    assertEquals(4, behind(breakers, 'a', FIRST + 3, '\n', 'd'));
    assertEquals(4, behind(breakers, 'a', 'b', 'c', 'd'));
  }

  @Test
  void theLastOneCounts() {
    DryBreakers breakers = new DryBreakers(List.of(":", "\n"), new WordsTokenizer());
    assertEquals(1, behind(breakers, 'a', ':', 'b', '\n', 'c'));
    assertEquals(3, breakers.behindLast(new int[] {':', 'b', 'c', 'd', 'e'}, 5, 3));
  }

  @Test
  void aRepetitionBehindOneIsFree() {
    Dry dry = new Dry(1, 2, 1, -1, List.of());
    DryPenalty penalty = new DryPenalty(dry, new DryBreakers(List.of("\n"), new WordsTokenizer()));
    for (int id : new int[] {'a', 'b', 'c', '\n', 'a', 'b'}) {
      penalty.add(id);
    }
    float[] logits = new float[FIRST];
    penalty.apply(logits, 0);
    // Two tokens are repeated: one more than is allowed.
    assertEquals(-2, logits['c']);
    penalty.add('\n');
    float[] behind = new float[FIRST];
    penalty.apply(behind, 0);
    assertEquals(0, behind['a']);
  }
}
