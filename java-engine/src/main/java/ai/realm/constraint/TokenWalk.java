package ai.realm.constraint;

/** Collects the tokens that may come: goes down the tree of their bytes as far as texts go on. */
public final class TokenWalk {
  private final TokenTrie trie;
  private final TokenSet found;

  TokenWalk(TokenTrie trie, TokenSet found) {
    this.trie = trie;
    this.found = found;
  }

  /** The vocabulary's tree. */
  TokenTrie trie() {
    return trie;
  }

  /** The tokens found so far. */
  TokenSet found() {
    return found;
  }

  /** Adds all tokens that a stack goes on with. */
  void walk(Stack stack) {
    Stacks stacks = new Stacks();
    stacks.add(stack);
    walk(TokenTrie.ROOT, stacks);
  }

  /** Adds all tokens below a node, whose bytes before it are taken already. */
  void walk(int node, Stacks stacks) {
    int end = trie.after(node);
    for (int child = trie.firstChild(node); child < end; child = trie.after(child)) {
      Stacks next = stacks.step(trie.label(child));
      if (!next.isEmpty()) {
        trie.addTokens(child, found);
        walk(child, next);
      }
    }
  }
}
