package ai.realm.constraint;

import ai.realm.tokenizer.SpecialTokens;
import ai.realm.tokenizer.Tokenizer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Set;

/**
 * The bytes of a vocabulary's tokens as a tree: its nodes in one order, each behind its parent and
 * before its later siblings. Control tokens are in it as {@link Signs}; those that end a text and
 * empty ones are not.
 */
public final class TokenTrie {
  /** The node of the empty text. */
  static final int ROOT = 0;

  private static final int NONE = -1;

  /** No vocabulary has more tokens. */
  private static final int ID_BITS = 24;

  /** Bytes by which tokens are sorted at first. */
  private static final int HEAD = 5;

  private final Tokenizer tokenizer;
  private final int vocabulary;
  private final byte[][] texts;
  private final Signs signs;
  private final Set<Integer> ends;
  private byte[] labels;
  private int[] afters;
  private int[] parents;

  /** The first token whose bytes end at a node, or -1. */
  private int[] tokens;

  /** By token: the next one with the same bytes, or -1. */
  private final int[] twins;

  private int nodes;
  private int longest;

  /** Of JSON strings of any text, which most grammars have; found when the first one asks. */
  private TextTokens anyString;

  /** That of a tokenizer's vocabulary. */
  public TokenTrie(Tokenizer tokenizer) {
    this.tokenizer = tokenizer;
    this.vocabulary = tokenizer.vocabularySize();
    this.ends = tokenizer.endOfGeneration();
    this.texts = new byte[vocabulary][];
    this.twins = new int[vocabulary];
    Arrays.fill(twins, NONE);
    for (int id = 0; id < vocabulary; id++) {
      texts[id] = ends.contains(id) ? new byte[0] : text(id, tokenizer);
    }
    this.signs = Signs.of(tokenizer);
    build();
  }

  /** The bytes of a token; none where they would read as a control token's, and are no UTF-8. */
  private static byte[] text(int id, Tokenizer tokenizer) {
    byte[] text = tokenizer.bytes(id);
    if (text.length > 0 && tokenizer.isControl(id)) {
      return Signs.sign(text);
    }
    for (byte b : text) {
      if (b == Signs.MARK) {
        return new byte[0];
      }
    }
    return text;
  }

  private void build() {
    int[] ids = inOrder();
    labels = new byte[1024];
    afters = new int[1024];
    parents = new int[1024];
    tokens = new int[1024];
    tokens[ROOT] = NONE;
    parents[ROOT] = NONE;
    nodes = 1;
    byte[] before = new byte[0];
    int[] path = new int[16];
    for (int id : ids) {
      byte[] text = texts[id];
      longest = Math.max(longest, text.length);
      int common = Math.max(0, Arrays.mismatch(before, text));
      if (Arrays.equals(before, text)) {
        int node = path[text.length];
        twins[id] = tokens[node];
        tokens[node] = id;
        continue;
      }
      close(path, common, before.length);
      path = path.length <= text.length ? Arrays.copyOf(path, 2 * text.length) : path;
      for (int depth = common + 1; depth <= text.length; depth++) {
        path[depth] = node(text[depth - 1], path[depth - 1]);
      }
      tokens[path[text.length]] = id;
      before = text;
    }
    close(path, 0, before.length);
    afters[ROOT] = nodes;
  }

  /** Tokens in the order of their bytes; of twins, the last comes first. */
  private int[] inOrder() {
    // By their first bytes as numbers, and those that begin alike by the rest.
    long[] keys = new long[vocabulary];
    int count = 0;
    for (int id = vocabulary - 1; id >= 0; id--) {
      if (texts[id].length > 0) {
        keys[count++] = head(texts[id]) << ID_BITS | vocabulary - 1 - id;
      }
    }
    Arrays.sort(keys, 0, count);
    int[] ids = new int[count];
    for (int i = 0; i < count; i++) {
      ids[i] = vocabulary - 1 - (int) (keys[i] & (1L << ID_BITS) - 1);
    }
    for (int from = 0; from < count; ) {
      int to = from + 1;
      while (to < count && keys[to] >>> ID_BITS == keys[from] >>> ID_BITS) {
        to++;
      }
      if (to - from > 1) {
        int[] sorted =
            Arrays.stream(ids, from, to)
                .boxed()
                .sorted(
                    Comparator.<Integer, byte[]>comparing(id -> texts[id], Arrays::compareUnsigned)
                        .thenComparing(Comparator.reverseOrder()))
                .mapToInt(Integer::intValue)
                .toArray();
        System.arraycopy(sorted, 0, ids, from, sorted.length);
      }
      from = to;
    }
    return ids;
  }

  /** The first bytes as a number that is in their order, below 2^39. */
  private static long head(byte[] text) {
    long head = 0;
    for (int i = 0; i < HEAD; i++) {
      head = head << 8 | (i < text.length ? text[i] & 0xFF : 0);
    }
    return head >>> 1;
  }

  private void close(int[] path, int from, int to) {
    for (int depth = from + 1; depth <= to; depth++) {
      afters[path[depth]] = nodes;
    }
  }

  private int node(byte label, int parent) {
    if (nodes == labels.length) {
      labels = Arrays.copyOf(labels, 2 * nodes);
      afters = Arrays.copyOf(afters, 2 * nodes);
      parents = Arrays.copyOf(parents, 2 * nodes);
      tokens = Arrays.copyOf(tokens, 2 * nodes);
    }
    labels[nodes] = label;
    tokens[nodes] = NONE;
    parents[nodes] = parent;
    return nodes++;
  }

  /** Its control tokens. */
  Signs signs() {
    return signs;
  }

  /** How many tokens the vocabulary has. */
  public int vocabulary() {
    return vocabulary;
  }

  /** Tokens that end a text. */
  public Set<Integer> ends() {
    return ends;
  }

  /** Bytes of the longest token. */
  int longest() {
    return longest;
  }

  /** The bytes of a token, none of one that is not in the tree. */
  byte[] text(int id) {
    return texts[id];
  }

  /** The first child of a node; it is {@link #after} the node where there is none. */
  int firstChild(int node) {
    return node + 1;
  }

  /** One past the last node below a node, where its next sibling is. */
  int after(int node) {
    return afters[node];
  }

  /** The node before a node, -1 before the root. */
  int parent(int node) {
    return parents[node];
  }

  /** The byte that leads to a node, from 0 to 255. */
  int label(int node) {
    return labels[node] & 0xFF;
  }

  /** The tokens from within a JSON string of any text, which {@code place} is. */
  synchronized TextTokens anyString(TextState place) {
    if (anyString == null) {
      anyString = new TextTokens(this, place, TextTokens.Ending.QUOTE);
    }
    return anyString;
  }

  /** Adds the tokens whose bytes end at a node. */
  void addTokens(int node, TokenSet set) {
    for (int id = tokens[node]; id != NONE; id = twins[id]) {
      set.add(id);
    }
  }

  /** Takes out the tokens at a node and below it. */
  void removeBelow(int node, TokenSet set) {
    for (int at = node; at < afters[node]; at++) {
      for (int id = tokens[at]; id != NONE; id = twins[id]) {
        set.remove(id);
      }
    }
  }

  /** Adds the tokens whose bytes end at a node, and notes a number of each. */
  void addTokens(int node, TokenSet set, byte[] numbers, byte number) {
    for (int id = tokens[node]; id != NONE; id = twins[id]) {
      set.add(id);
      numbers[id] = number;
    }
  }

  /** The longest token that {@code text} begins with at {@code from}, or -1. */
  int longestAt(byte[] text, int from) {
    int found = NONE;
    int node = ROOT;
    for (int i = from; i < text.length; i++) {
      int child = firstChild(node);
      int end = after(node);
      while (child < end && label(child) < (text[i] & 0xFF)) {
        child = after(child);
      }
      if (child >= end || label(child) != (text[i] & 0xFF)) {
        break;
      }
      node = child;
      found = tokens[node] == NONE ? found : tokens[node];
    }
    return found;
  }

  /**
   * The tokens that the tokenizer makes of a text; none where it makes none of just these bytes:
   * they end within a character, or it adds to them.
   */
  int[] usual(byte[] text) {
    if (text.length == 0) {
      return new int[0];
    }
    String whole = new String(text, StandardCharsets.UTF_8);
    int[] ids = tokenizer.encode(whole, new SpecialTokens.None(), false);
    int at = 0;
    for (int id : ids) {
      byte[] bytes = text(id);
      if (bytes.length == 0 || !isAt(bytes, text, at)) {
        return new int[0];
      }
      at += bytes.length;
    }
    return at == text.length ? ids : new int[0];
  }

  private static boolean isAt(byte[] part, byte[] text, int at) {
    return at + part.length <= text.length
        && Arrays.equals(part, 0, part.length, text, at, at + part.length);
  }

  /** The bytes from the root to a node. */
  byte[] path(int node) {
    int length = 0;
    for (int n = node; n != ROOT; n = parents[n]) {
      length++;
    }
    byte[] path = new byte[length];
    for (int n = node; n != ROOT; n = parents[n]) {
      path[--length] = labels[n];
    }
    return path;
  }
}
