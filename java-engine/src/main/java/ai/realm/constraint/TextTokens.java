package ai.realm.constraint;

import java.util.Arrays;

/**
 * From a place in a text: the tokens that stay within it, whatever comes behind, and the nodes of
 * the tree of tokens at which it may end, so that what is behind goes on. It depends on nothing
 * else, so it is found once.
 */
final class TextTokens {
  /** How a text ends. */
  enum Ending {
    /** Where it accepts, without a sign of its own. */
    OPEN,
    /** With a quote behind it. */
    QUOTE
  }

  private final TokenTrie trie;
  private final Ending ending;
  private final TokenSet within;

  /** By token within the text: characters that it needs, one that it leaves open among them. */
  private final byte[] characters;

  private int[] exits = new int[8];

  /** By exit: characters before it. */
  private byte[] before = new byte[8];

  private int count;

  /** Looks through the vocabulary, for a text of any length. */
  TextTokens(TokenTrie trie, TextState place, Ending ending) {
    this.trie = trie;
    this.ending = ending;
    this.within = new TokenSet(trie.vocabulary());
    this.characters = new byte[trie.vocabulary()];
    walk(TokenTrie.ROOT, place, 0);
    this.exits = Arrays.copyOf(exits, count);
  }

  /** The same where {@code need} characters must come before the end, and {@code left} may. */
  private TextTokens(TextTokens any, int need, int left) {
    this.trie = any.trie;
    this.ending = any.ending;
    this.within = new TokenSet(trie.vocabulary());
    this.characters = any.characters;
    for (int id = 0; id < characters.length; id++) {
      if (characters[id] <= left && any.within.contains(id)) {
        within.add(id);
      }
    }
    for (int i = 0; i < any.exits.length; i++) {
      if (any.before[i] >= need && any.before[i] <= left) {
        exit(any.exits[i], any.before[i]);
      }
    }
    this.exits = Arrays.copyOf(exits, count);
  }

  /** Those of a text in which so many characters must and may come. */
  TextTokens counted(int need, int left) {
    return new TextTokens(this, need, left);
  }

  private void walk(int node, TextState place, int read) {
    boolean ends = place.accepts();
    if (ends && ending == Ending.OPEN && trie.firstChild(node) < trie.after(node)) {
      exit(node, read);
    }
    int after = trie.after(node);
    for (int child = trie.firstChild(node); child < after; child = trie.after(child)) {
      int b = trie.label(child);
      if (ends && ending == Ending.QUOTE && b == '"') {
        exit(child, read);
        continue;
      }
      TextState next = place.next(b);
      if (next != null) {
        int now = next.isBetween() ? read + 1 : read;
        trie.addTokens(child, within, characters, clamped(next.isBetween() ? now : now + 1));
        walk(child, next, now);
      }
    }
  }

  private void exit(int node, int read) {
    if (count == exits.length) {
      exits = Arrays.copyOf(exits, 2 * count);
      before = Arrays.copyOf(before, 2 * count);
    }
    before[count] = clamped(read);
    exits[count++] = node;
  }

  private static byte clamped(int characters) {
    return (byte) Math.min(characters, Byte.MAX_VALUE);
  }

  /** The tokens that stay within the text. */
  TokenSet within() {
    return within;
  }

  /** Nodes at which the text may end; with {@link Ending#QUOTE} behind the quote. */
  int[] exits() {
    return exits;
  }
}
