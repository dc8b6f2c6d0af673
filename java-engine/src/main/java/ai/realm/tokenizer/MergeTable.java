package ai.realm.tokenizer;

import java.util.Arrays;

/**
 * The merges of a byte-pair vocabulary: from a pair of symbols to the merge's rank and the symbol
 * that it makes.
 */
final class MergeTable {
  private static final long FREE = -1;

  private final long[] pairs;
  private final int[] ranks;
  private final int[] products;

  /** A table for up to {@code merges} merges. */
  MergeTable(int merges) {
    int capacity = Integer.highestOneBit(Math.max(merges, 1)) * 4;
    pairs = new long[capacity];
    Arrays.fill(pairs, FREE);
    ranks = new int[capacity];
    products = new int[merges];
  }

  /** Adds the merge of this rank, unless the pair has one of a lower rank. */
  void add(int left, int right, int rank, int product) {
    long pair = pair(left, right);
    int slot = slot(pair);
    while (pairs[slot] != FREE) {
      if (pairs[slot] == pair) {
        return;
      }
      slot = (slot + 1) & (pairs.length - 1);
    }
    pairs[slot] = pair;
    ranks[slot] = rank;
    products[rank] = product;
  }

  /** The rank of the merge of {@code left} and {@code right}, less going first, or -1. */
  int rank(int left, int right) {
    long pair = pair(left, right);
    int slot = slot(pair);
    while (pairs[slot] != FREE) {
      if (pairs[slot] == pair) {
        return ranks[slot];
      }
      slot = (slot + 1) & (pairs.length - 1);
    }
    return -1;
  }

  /** The symbol that the merge of this rank makes. */
  int product(int rank) {
    return products[rank];
  }

  private static long pair(int left, int right) {
    return ((long) left << 32) | right;
  }

  private int slot(long pair) {
    long mixed = pair * 0x9E3779B97F4A7C15L;
    return (int) (mixed >>> 32) & (pairs.length - 1);
  }
}
