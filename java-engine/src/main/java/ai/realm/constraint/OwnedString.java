package ai.realm.constraint;

import ai.realm.constraint.TextTokens.Ending;
import com.google.gson.Gson;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

/**
 * A JSON string behind its first quote whose text tells what comes behind it: the key of an object,
 * or an item that may come but once.
 */
public final class OwnedString implements Frame {
  /** Who decides by the text, decoded. */
  public interface Owner {
    /** Whether a text of the language may be here; where not, longer ones may. */
    boolean admits(String text);

    /**
     * The only texts of the language that may not be here, or null where each must be asked for.
     */
    List<String> gone();

    /** Whether some text is followed by a byte behind its closing quote. */
    boolean mayFollow(int b);

    /** Adds what comes behind the closing quote. */
    void end(String text, Stack below, Stacks out);

    /** Bytes behind the closing quote that belong to the same part, at least. */
    int lengthBehind(String text);

    /** Appends as few bytes as bring the part to an end behind the quote. */
    void shortestBehind(String text, ByteText out);
  }

  /** Bytes that are tried where a text has to be longer. */
  private static final int FIRST = 0x20;

  private static final int LAST = 0xFF;

  private final TextState place;
  private final byte[] read;
  private final Owner owner;

  OwnedString(TextState place, byte[] read, Owner owner) {
    this.place = place;
    this.read = read;
    this.owner = owner;
  }

  private static String decode(byte[] written) {
    String text = new String(written, StandardCharsets.UTF_8);
    return text.indexOf('\\') < 0 ? text : new Gson().fromJson('"' + text + '"', String.class);
  }

  @Override
  public void step(int b, Stack below, Stacks out) {
    if (b == '"' && place.accepts()) {
      String text = decode(read);
      if (owner.admits(text)) {
        owner.end(text, below, out);
      }
      return;
    }
    TextState next = place.next(b);
    if (next != null) {
      byte[] more = Arrays.copyOf(read, read.length + 1);
      more[read.length] = (byte) b;
      out.add(new Stack(new OwnedString(next, more, owner), below));
    }
  }

  @Override
  public int only(Stack below) {
    return place.accepts() ? Frame.super.only(below) : place.only();
  }

  @Override
  public boolean mayEnd() {
    return false;
  }

  @Override
  public void allow(Stack below, TokenWalk allowed) {
    TokenTrie trie = allowed.trie();
    TextTokens tokens = place.tokens(trie, Ending.QUOTE);
    allowed.found().addAll(tokens.within());
    Gone gone = new Gone(owner.gone(), read);
    for (int exit : tokens.exits()) {
      boolean goesOn = mayGoOn(exit, trie);
      if (!goesOn && gone.isElsewhere(exit, trie)) {
        trie.addTokens(exit, allowed.found());
        continue;
      }
      byte[] path = trie.path(exit);
      byte[] all = Arrays.copyOf(read, read.length + path.length - 1);
      System.arraycopy(path, 0, all, read.length, path.length - 1);
      String text = decode(all);
      if (!owner.admits(text)) {
        continue;
      }
      trie.addTokens(exit, allowed.found());
      if (goesOn) {
        Stacks behind = new Stacks();
        owner.end(text, below, behind);
        allowed.walk(exit, behind);
      }
    }
  }

  /**
   * Tells of most tokens, without a look at their bytes, that they end none of the texts that are
   * gone.
   */
  private static final class Gone {
    private final boolean isKnown;
    private final boolean[] lengths = new boolean[MOST];
    private static final int MOST = 512;

    Gone(List<String> gone, byte[] read) {
      this.isKnown = gone != null && indexOfBackslash(read) < 0;
      if (isKnown) {
        for (String text : gone) {
          int left = text.getBytes(StandardCharsets.UTF_8).length - read.length;
          if (left >= 0 && left < MOST) {
            lengths[left] = true;
          }
        }
      }
    }

    private static int indexOfBackslash(byte[] bytes) {
      for (int i = 0; i < bytes.length; i++) {
        if (bytes[i] == '\\') {
          return i;
        }
      }
      return -1;
    }

    /** Of a node behind a closing quote. */
    boolean isElsewhere(int node, TokenTrie trie) {
      if (!isKnown) {
        return false;
      }
      int length = 0;
      for (int n = trie.parent(node); n != TokenTrie.ROOT; n = trie.parent(n)) {
        if (trie.label(n) == '\\') {
          return false;
        }
        length++;
      }
      return length >= MOST || !lengths[length];
    }
  }

  private boolean mayGoOn(int node, TokenTrie trie) {
    int end = trie.after(node);
    for (int child = trie.firstChild(node); child < end; child = trie.after(child)) {
      if (owner.mayFollow(trie.label(child))) {
        return true;
      }
    }
    return false;
  }

  /** Bytes that bring it to a text that the owner admits, about as few as can be. */
  private byte[] rest() {
    byte[] rest = place.shortest();
    TextState end = place;
    for (byte b : rest) {
      end = end.next(b & 0xFF);
    }
    while (!owner.admits(text(rest))) {
      // A text that is there already can be made longer.
      TextState longer = null;
      byte[] first = rest;
      for (int b = LAST; b >= FIRST; b--) {
        TextState next = end.next(b);
        if (next == null) {
          continue;
        }
        byte[] more = next.shortest();
        byte[] all = Arrays.copyOf(rest, rest.length + 1 + more.length);
        all[rest.length] = (byte) b;
        System.arraycopy(more, 0, all, rest.length + 1, more.length);
        if (owner.admits(text(all))) {
          return all;
        }
        longer = next;
        first = all;
      }
      if (longer == null) {
        throw new IllegalStateException("a string that is there cannot be made longer");
      }
      end = longer;
      for (byte b : longer.shortest()) {
        end = end.next(b & 0xFF);
      }
      rest = first;
    }
    return rest;
  }

  private String text(byte[] rest) {
    byte[] all = Arrays.copyOf(read, read.length + rest.length);
    System.arraycopy(rest, 0, all, read.length, rest.length);
    return decode(all);
  }

  @Override
  public int shortestLength() {
    byte[] rest = rest();
    return rest.length + 1 + owner.lengthBehind(text(rest));
  }

  @Override
  public void shortest(ByteText out) {
    byte[] rest = rest();
    out.add(rest).add("\"");
    owner.shortestBehind(text(rest), out);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof OwnedString string
        && string.place.equals(place)
        && string.owner.equals(owner)
        && Arrays.equals(string.read, read);
  }

  @Override
  public int hashCode() {
    return (place.hashCode() * 31 + owner.hashCode()) * 31 + Arrays.hashCode(read);
  }
}
