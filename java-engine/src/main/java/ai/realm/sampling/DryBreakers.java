package ai.realm.sampling;

import ai.realm.tokenizer.SpecialTokens;
import ai.realm.tokenizer.Tokenizer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The ways in which texts that break repetitions come as tokens: a token that has the whole text
 * within it, or one that ends with its beginning, and the tokens of the rest.
 */
public final class DryBreakers {
  /** As long as llama.cpp has it. */
  private static final int LONGEST_REST = 20;

  /** By the first token, the tokens that follow it then. */
  private final Map<Integer, List<int[]>> rests = new HashMap<>();

  /**
   * Looks at every token of a vocabulary.
   *
   * @param breakers the texts, none of them empty
   */
  public DryBreakers(List<String> breakers, Tokenizer tokenizer) {
    for (String breaker : breakers) {
      byte[] bytes = breaker.getBytes(StandardCharsets.UTF_8);
      int[][] restFrom = new int[bytes.length][];
      for (int id = 0; id < tokenizer.vocabularySize(); id++) {
        byte[] token = tokenizer.bytes(id);
        for (int at = 0; at < token.length; at++) {
          int shared = Math.min(bytes.length, token.length - at);
          if (!Arrays.equals(token, at, at + shared, bytes, 0, shared)) {
            continue;
          }
          if (shared == bytes.length) {
            add(id, new int[0]);
            break;
          }
          if (restFrom[shared] == null) {
            restFrom[shared] = rest(bytes, shared, tokenizer);
          }
          add(id, restFrom[shared]);
        }
      }
    }
  }

  /** Ways that are known: for each the first token and those that follow it. */
  DryBreakers(Map<Integer, List<int[]>> rests) {
    this.rests.putAll(rests);
  }

  private static int[] rest(byte[] breaker, int from, Tokenizer tokenizer) {
    String text = new String(breaker, from, breaker.length - from, StandardCharsets.UTF_8);
    int[] ids = tokenizer.encode(text, new SpecialTokens.None(), false);
    return ids.length > LONGEST_REST ? Arrays.copyOf(ids, LONGEST_REST) : ids;
  }

  private void add(int first, int[] rest) {
    List<int[]> known = rests.computeIfAbsent(first, _ -> new ArrayList<>());
    if (known.stream().noneMatch(other -> Arrays.equals(other, rest))) {
      known.add(rest);
    }
  }

  /** Whether a token alone breaks repetitions. */
  boolean breaksAlone(int id) {
    return rests.getOrDefault(id, List.of()).stream().anyMatch(rest -> rest.length == 0);
  }

  /**
   * How many tokens at the end of {@code tokens}, of which there are {@code length}, stand behind
   * the last text that breaks repetitions; at most {@code most}.
   */
  int behindLast(int[] tokens, int length, int most) {
    for (int back = 0; back < most; back++) {
      int first = length - 1 - back;
      int longest = -1;
      for (int[] rest : rests.getOrDefault(tokens[first], List.of())) {
        if (rest.length > longest
            && rest.length <= back
            && Arrays.equals(tokens, first + 1, first + 1 + rest.length, rest, 0, rest.length)) {
          longest = rest.length;
        }
      }
      if (longest >= 0) {
        return back - longest;
      }
    }
    return most;
  }
}
