package ai.realm.model.cache;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.realm.error.EngineException;
import ai.realm.error.ErrorCode;
import ai.realm.kernels.AttentionShape;
import ai.realm.kernels.KvFormat;
import ai.realm.kernels.Rows;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;
import org.junit.jupiter.api.Test;

/** Sequences of one pool, without a model: each page bears the numbers of its tokens. */
class PagePoolTest {
  private static final CacheShape SHAPE =
      new CacheShape(List.of(AttentionShape.causal(1, 1, 2)), KvFormat.F16);
  private static final long PAGE = SHAPE.bytes(64);
  private static final Sharing ONE = new Sharing.Tenant("one");
  private static final Sharing OTHER = new Sharing.Tenant("other");

  private static PagePool pool(int pages) {
    return new PagePool(SHAPE, pages * PAGE);
  }

  private static int[] tokens(int count, int seed) {
    return new Random(seed).ints(count, 0, 1000).toArray();
  }

  /** What a step does; every position of the page gets its token. */
  private static void step(Sequence sequence, int[] tokens, int from, int count, Rows rows) {
    int position = sequence.length();
    sequence.reserve(position, count);
    for (int i = 0; i < count; i++) {
      set(sequence, position + i, tokens[from + i]);
    }
    sequence.hold(0, position + count);
    sequence.append(tokens, from, count, rows);
  }

  private static void set(Sequence sequence, int position, int token) {
    MemorySegment page = sequence.layer(0, 1).pages()[position / 64];
    page.setAtIndex(ValueLayout.JAVA_INT, position % 64, token);
  }

  private static void assertHolds(Sequence sequence, int[] tokens, int count) {
    assertEquals(count, sequence.length());
    assertEquals(count, sequence.known());
    for (int i = 0; i < count; i++) {
      MemorySegment page = sequence.layer(0, 1).pages()[i / 64];
      assertEquals(tokens[i], page.getAtIndex(ValueLayout.JAVA_INT, i % 64), "position " + i);
      assertEquals(tokens[i], sequence.token(i));
    }
  }

  private static Sequence prompt(PagePool pool, Sharing sharing, int[] tokens) {
    Sequence sequence = new Sequence(pool, tokens.length + 1000, sharing);
    int resumed = sequence.resume(tokens, 0, tokens.length, Rows.TOGETHER);
    if (resumed < tokens.length) {
      step(sequence, tokens, resumed, tokens.length - resumed, Rows.TOGETHER);
    }
    assertHolds(sequence, tokens, tokens.length);
    return sequence;
  }

  private static int resumed(PagePool pool, Sharing sharing, int[] tokens) {
    try (Sequence sequence = new Sequence(pool, tokens.length + 64, sharing)) {
      int resumed = sequence.resume(tokens, 0, tokens.length, Rows.TOGETHER);
      assertHolds(sequence, tokens, resumed);
      return resumed;
    }
  }

  @Test
  void whatBeginsAlikeHasTheSamePages() {
    int[] tokens = tokens(300, 1);
    try (PagePool pool = pool(100)) {
      Sequence first = prompt(pool, ONE, tokens);
      assertEquals(new PagePool.Figures(100 * PAGE, 5 * PAGE, 0, 0, 0), pool.figures());
      Sequence second = prompt(pool, ONE, tokens);
      // Four full pages are the same ones; each has a last one of its own.
      assertEquals(new PagePool.Figures(100 * PAGE, 6 * PAGE, 0, 256, 0), pool.figures());
      assertEquals(first.layer(0, 1).addresses()[3], second.layer(0, 1).addresses()[3]);
      assertNotEquals(first.layer(0, 1).addresses()[4], second.layer(0, 1).addresses()[4]);
      first.close();
      first.close();
      assertEquals(5 * PAGE, pool.figures().held());
      second.close();
      assertEquals(0, pool.figures().held());
      assertEquals(4 * PAGE, pool.figures().kept());
      assertEquals(256, resumed(pool, ONE, tokens));
      assertEquals(256, resumed(pool, ONE, Arrays.copyOf(tokens, 256)));
      assertEquals(192, resumed(pool, ONE, Arrays.copyOf(tokens, 255)));
      int[] different = tokens.clone();
      different[130]++;
      assertEquals(128, resumed(pool, ONE, different));
      different[0]++;
      assertEquals(0, resumed(pool, ONE, different));
    }
  }

  @Test
  void tenantsShareNothingUnlessBothSaySo() {
    int[] tokens = tokens(200, 2);
    Sharing everyone = new Sharing.Everyone();
    Sharing nobody = new Sharing.Nobody();
    try (PagePool pool = pool(100)) {
      prompt(pool, ONE, tokens).close();
      assertEquals(192, resumed(pool, ONE, tokens));
      assertEquals(192, resumed(pool, new Sharing.Tenant("one"), tokens));
      for (Sharing other : List.of(OTHER, everyone, nobody)) {
        assertEquals(0, resumed(pool, other, tokens), other.toString());
      }
      prompt(pool, everyone, tokens).close();
      assertEquals(192, resumed(pool, everyone, tokens));
      assertEquals(0, resumed(pool, OTHER, tokens));
      prompt(pool, nobody, tokens).close();
      assertEquals(0, resumed(pool, nobody, tokens));
    }
  }

  /** Their keys and values have other bits. */
  @Test
  void aPromptThatRepeatsATextIsComputed() {
    int[] tokens = tokens(192, 3);
    try (PagePool pool = pool(100)) {
      Sequence chat = new Sequence(pool, 500, ONE);
      step(chat, tokens, 0, 100, Rows.TOGETHER);
      step(chat, tokens, 100, 92, Rows.EACH);
      assertEquals(Rows.TOGETHER, chat.rows(99));
      assertEquals(Rows.EACH, chat.rows(100));
      chat.close();
      assertEquals(64, resumed(pool, ONE, tokens));
    }
  }

  /** 31 * a + b is the hash of a pair. */
  @Test
  void tokensOfTheSameHashAreNotTaken() {
    int[] tokens = tokens(64, 4);
    int[] alike = tokens.clone();
    alike[10] += 1;
    alike[11] -= 31;
    assertEquals(Arrays.hashCode(tokens), Arrays.hashCode(alike));
    try (PagePool pool = pool(100)) {
      prompt(pool, ONE, tokens).close();
      assertEquals(0, resumed(pool, ONE, alike));
      prompt(pool, ONE, alike).close();
      assertEquals(64, resumed(pool, ONE, alike));
      assertEquals(64, resumed(pool, ONE, tokens));
    }
  }

  @Test
  void whatWasLetGoFirstIsGivenUpFirstAndOfASequenceItsEnd() {
    int[] a = tokens(256, 5);
    int[] b = tokens(256, 6);
    int[] c = tokens(256, 7);
    try (PagePool pool = pool(10)) {
      prompt(pool, ONE, a).close();
      prompt(pool, ONE, b).close();
      assertEquals(8 * PAGE, pool.figures().kept());
      prompt(pool, ONE, c).close();
      // Two pages were free, two were given up: the last ones of a.
      assertEquals(2, pool.figures().givenUp());
      assertEquals(128, resumed(pool, ONE, a));
      assertEquals(256, resumed(pool, ONE, b));
      assertEquals(256, resumed(pool, ONE, c));
      // Now a was asked for before b and c: it is next.
      prompt(pool, ONE, tokens(128, 8)).close();
      assertEquals(0, resumed(pool, ONE, a));
      assertEquals(256, resumed(pool, ONE, b));
    }
  }

  @Test
  void aFullPoolSaysSoAndHasRoomAgainOnceSomeEnd() {
    try (PagePool pool = pool(4)) {
      Sequence first = prompt(pool, ONE, tokens(128, 9));
      Sequence second = new Sequence(pool, 1000, ONE);
      assertTrue(second.tryReserve(0, 128));
      second.hold(0, 128);
      assertFalse(second.tryReserve(128, 1));
      EngineException full = assertThrows(EngineException.class, () -> second.reserve(128, 1));
      assertEquals(ErrorCode.OUT_OF_MEMORY, full.code());
      assertTrue(
          full.getMessage().contains("may have %d bytes".formatted(4 * PAGE)), full.getMessage());
      assertTrue(full.getMessage().contains("hold %d".formatted(4 * PAGE)), full.getMessage());
      first.close();
      assertTrue(second.tryReserve(128, 128));
      assertEquals(4 * PAGE, pool.figures().held());
      second.close();
    }
    EngineException none = assertThrows(EngineException.class, () -> new PagePool(SHAPE, PAGE - 1));
    assertEquals(ErrorCode.OUT_OF_MEMORY, none.code());
  }

  @Test
  void howMuchThereMayBeIsAskedForOnceItIsNeeded() {
    AtomicInteger asked = new AtomicInteger();
    LongSupplier more =
        () -> {
          asked.incrementAndGet();
          return 3 * PAGE;
        };
    try (PagePool pool = new PagePool(SHAPE, 2 * PAGE, more);
        Sequence sequence = new Sequence(pool, 1000, ONE)) {
      sequence.reserve(0, 128);
      assertEquals(0, asked.get());
      sequence.reserve(0, 192);
      assertEquals(1, asked.get());
      assertFalse(sequence.tryReserve(0, 193));
      assertEquals(3 * PAGE, pool.figures().budget());
      assertEquals(1, asked.get());
    }
  }

  /** Also of those that share with nobody. */
  @Test
  void whatAForkWritesTheOtherDoesNotRead() {
    for (Sharing sharing : List.of(ONE, new Sharing.Nobody())) {
      int[] tokens = tokens(150, 10);
      try (PagePool pool = pool(100)) {
        Sequence one = prompt(pool, sharing, tokens);
        Sequence two = one.fork();
        assertEquals(3 * PAGE, pool.figures().held());
        int[] left = Arrays.copyOf(tokens, 200);
        int[] right = Arrays.copyOf(tokens, 200);
        Arrays.fill(left, 150, 200, 7);
        Arrays.fill(right, 150, 200, 8);
        step(one, left, 150, 50, Rows.EACH);
        step(two, right, 150, 50, Rows.EACH);
        assertHolds(one, left, 200);
        assertHolds(two, right, 200);
        // Two pages in common; a third and a fourth each.
        assertEquals(6 * PAGE, pool.figures().held());
        one.truncate(100);
        int[] third = Arrays.copyOf(tokens, 120);
        Arrays.fill(third, 100, 120, 9);
        step(one, third, 100, 20, Rows.TOGETHER);
        assertHolds(one, third, 120);
        assertHolds(two, right, 200);
        one.close();
        two.close();
        assertEquals(0, pool.figures().held());
      }
    }
  }

  @Test
  void whatIsCutAndWrittenAnewIsNoLongerWhatOthersFind() {
    int[] tokens = tokens(128, 11);
    try (PagePool pool = pool(100)) {
      Sequence sequence = prompt(pool, ONE, tokens);
      sequence.truncate(70);
      int[] anew = tokens.clone();
      Arrays.fill(anew, 70, 128, 3);
      step(sequence, anew, 70, 58, Rows.TOGETHER);
      assertHolds(sequence, anew, 128);
      sequence.close();
      assertEquals(128, resumed(pool, ONE, tokens));
      assertEquals(128, resumed(pool, ONE, anew));
    }
  }

  /** Two that compute the same at the same time keep one page of it. */
  @Test
  void theSamePageIsKeptOnce() {
    int[] tokens = tokens(128, 12);
    try (PagePool pool = pool(100)) {
      Sequence one = new Sequence(pool, 200, ONE);
      Sequence two = new Sequence(pool, 200, ONE);
      step(one, tokens, 0, 63, Rows.TOGETHER);
      step(two, tokens, 0, 63, Rows.TOGETHER);
      assertEquals(2 * PAGE, pool.figures().held());
      step(one, tokens, 63, 1, Rows.TOGETHER);
      step(two, tokens, 63, 1, Rows.TOGETHER);
      assertEquals(PAGE, pool.figures().held());
      step(one, tokens, 64, 64, Rows.TOGETHER);
      // What one of them is ahead, the other takes over.
      assertEquals(64, two.resume(tokens, 64, 64, Rows.TOGETHER));
      assertHolds(two, tokens, 128);
      one.close();
      two.close();
    }
  }

  @Test
  void aSequenceThatWaitsGivesItsPagesToThoseThatNeedThem() {
    int[] tokens = tokens(200, 13);
    try (PagePool pool = pool(4)) {
      Sequence waits = prompt(pool, ONE, tokens);
      waits.rest();
      try (Sequence other = prompt(pool, ONE, tokens(64, 14))) {
        assertEquals(0, waits.length());
        assertEquals(200, waits.known());
        assertEquals(1, other.length() / 64);
      }
      waits.wake();
      // One of its three full pages was given up, the last; what is known is found again.
      assertEquals(192, waits.resumeKnown(200));
      step(waits, tokens, 192, 8, Rows.TOGETHER);
      assertHolds(waits, tokens, 200);
      waits.close();
      assertEquals(0, pool.figures().held());
    }
  }

  /** Whatever happens, every page is held, kept or free, and nobody reads what another wrote. */
  @Test
  void atRandomNothingIsLostAndNothingIsMixed() {
    Random random = new Random(15);
    int[][] begins = {tokens(400, 16), tokens(400, 17), tokens(90, 18)};
    try (PagePool pool = pool(40)) {
      List<Sequence> open = new ArrayList<>();
      List<int[]> expected = new ArrayList<>();
      int refused = 0;
      for (int round = 0; round < 3000; round++) {
        int action = random.nextInt(6);
        if (action == 0 && open.size() < 12) {
          Sharing sharing = random.nextBoolean() ? ONE : OTHER;
          int[] begin = begins[random.nextInt(3)];
          int length = 1 + random.nextInt(begin.length);
          Sequence sequence = new Sequence(pool, 2000, sharing);
          int resumed = sequence.resume(begin, 0, length, Rows.TOGETHER);
          if (sequence.tryReserve(resumed, length - resumed)) {
            if (resumed < length) {
              step(sequence, begin, resumed, length - resumed, Rows.TOGETHER);
            }
            open.add(sequence);
            expected.add(Arrays.copyOf(begin, length));
          } else {
            sequence.close();
            refused++;
          }
        } else if (!open.isEmpty()) {
          int i = random.nextInt(open.size());
          Sequence sequence = open.get(i);
          int length = expected.get(i).length;
          switch (action) {
            case 1 -> {
              open.remove(i).close();
              expected.remove(i);
            }
            case 2 -> {
              int cut = random.nextInt(length + 1);
              sequence.truncate(cut);
              expected.set(i, Arrays.copyOf(expected.get(i), cut));
            }
            case 3 -> {
              if (open.size() < 12) {
                open.add(sequence.fork());
                expected.add(expected.get(i));
              }
            }
            default -> {
              int more = 1 + random.nextInt(100);
              if (sequence.tryReserve(length, more)) {
                int[] longer = Arrays.copyOf(expected.get(i), length + more);
                Arrays.setAll(longer, p -> p < length ? longer[p] : random.nextInt(4));
                step(sequence, longer, length, more, Rows.EACH);
                expected.set(i, longer);
              } else {
                refused++;
              }
            }
          }
        }
        for (int i = 0; i < open.size(); i++) {
          assertHolds(open.get(i), expected.get(i), expected.get(i).length);
        }
        PagePool.Figures figures = pool.figures();
        assertTrue(figures.held() + figures.kept() <= figures.budget(), figures.toString());
      }
      assertTrue(refused > 20, refused + " times there was no room");
      assertTrue(pool.figures().givenUp() > 20 && pool.figures().reused() > 64 * 20);
      open.forEach(Sequence::close);
      assertEquals(0, pool.figures().held());
    }
  }
}
