package ai.realm.model.cache;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.realm.error.EngineException;
import ai.realm.error.ErrorCode;
import ai.realm.kernels.AttentionShape;
import ai.realm.kernels.KvFormat;
import ai.realm.kernels.Rows;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Sequences with recurrent layers, without a model: a state is what a hash makes of all tokens, and
 * of the layer's number, so that it is right only if it was computed from the right one.
 */
class StatesTest {
  private static final LayerMemory ATTENTION =
      new LayerMemory.KeysAndValues(AttentionShape.causal(1, 1, 2));
  private static final LayerMemory SMALL = new LayerMemory.State(8);
  private static final LayerMemory LARGE = new LayerMemory.State(1 << 20);
  private static final Sharing ONE = new Sharing.Tenant("one");
  private static final String HASH = "ab".repeat(32);

  private static CacheShape shape(LayerMemory... layers) {
    return CacheShape.of(List.of(layers), KvFormat.F16);
  }

  private static PagePool pool(CacheShape shape) {
    return new PagePool(shape, 1L << 32);
  }

  private static int[] tokens(int count, int seed) {
    return new Random(seed).ints(count, 0, 1000).toArray();
  }

  private static boolean isRecurrent(CacheShape shape, int layer) {
    return shape.isRecurrent(layer);
  }

  private static void step(Sequence sequence, int[] tokens, int from, int count, Rows rows) {
    int position = sequence.length();
    sequence.reserve(position, count, rows);
    for (int layer = 0; layer < sequence.kept().shape().layers(); layer++) {
      take(sequence, layer, tokens, from, position, count);
      sequence.hold(layer, position + count);
    }
    sequence.append(tokens, from, count, rows);
  }

  private static void take(
      Sequence sequence, int layer, int[] tokens, int from, int position, int count) {
    if (!isRecurrent(sequence.kept().shape(), layer)) {
      return;
    }
    int taken = 0;
    for (Stretch stretch : sequence.stretches(layer, position, count)) {
      assertEquals(taken, stretch.row());
      int state = stretch.before().get(JAVA_INT, 0);
      for (int i = 0; i < stretch.count(); i++) {
        state = next(state, layer, tokens[from + stretch.row() + i]);
      }
      stretch.after().set(JAVA_INT, 0, state);
      taken += stretch.count();
    }
    assertEquals(count, taken);
  }

  private static int next(int state, int layer, int token) {
    return 31 * state + 7 * layer + token + 1;
  }

  private static void assertHolds(Sequence sequence, int[] tokens, int count) {
    assertEquals(count, sequence.length());
    if (count == 0) {
      return;
    }
    CacheShape shape = sequence.kept().shape();
    for (int layer = 0; layer < shape.layers(); layer++) {
      if (isRecurrent(shape, layer)) {
        int expected = 0;
        for (int i = 0; i < count; i++) {
          expected = next(expected, layer, tokens[i]);
        }
        MemorySegment state = sequence.kept().states().get(count).memory();
        assertEquals(expected, state.get(JAVA_INT, shape.place(layer).offset()), "layer " + layer);
      }
    }
  }

  private static Sequence prompt(PagePool pool, Sharing sharing, int[] tokens, int step) {
    Sequence sequence = new Sequence(pool, 5000, sharing);
    proceed(sequence, tokens, step, Rows.TOGETHER);
    return sequence;
  }

  /** Takes over what is known, and computes the rest. */
  private static void proceed(Sequence sequence, int[] tokens, int step, Rows rows) {
    while (sequence.length() < tokens.length) {
      int at = sequence.length();
      if (sequence.resume(tokens, at, tokens.length - at, rows) == 0) {
        step(sequence, tokens, at, Math.min(step, tokens.length - at), rows);
      }
      assertHolds(sequence, tokens, sequence.length());
    }
  }

  private static int resumed(PagePool pool, int[] tokens) {
    try (Sequence sequence = new Sequence(pool, 5000, ONE)) {
      int resumed = sequence.resume(tokens, 0, tokens.length, Rows.TOGETHER);
      assertHolds(sequence, tokens, resumed);
      return resumed;
    }
  }

  @Test
  void lastingStatesAreAsFarApartAsTheyAreLarge() {
    assertEquals(1, shape(ATTENTION, SMALL).stride());
    assertEquals(4, shape(ATTENTION, LARGE).stride());
    assertEquals(16, shape(LARGE, LARGE, LARGE, LARGE).stride());
    assertEquals(4 * 2 * (4L << 20), shape(LARGE, LARGE, LARGE, LARGE).bytes(1000));
    assertEquals(0, shape(ATTENTION).stateBytes());
  }

  @Test
  void everyPageEndHasAStateWhereStatesAreSmall() {
    for (CacheShape shape : List.of(shape(ATTENTION, SMALL), shape(SMALL, SMALL))) {
      int[] tokens = tokens(300, 1);
      try (PagePool pool = pool(shape)) {
        prompt(pool, ONE, tokens, 128).close();
        for (int length : new int[] {300, 256, 255, 190, 64, 63}) {
          assertEquals(length / 64 * 64, resumed(pool, Arrays.copyOf(tokens, length)));
        }
        assertEquals(0, pool.figures().held());
      }
    }
  }

  /** A chat's next prompt begins with the last one. */
  @Test
  void aPromptLeavesTheStateAtItsLastPageWhereStatesAreLarge() {
    int[] tokens = tokens(1000, 2);
    try (PagePool pool = pool(shape(LARGE, ATTENTION))) {
      prompt(pool, ONE, Arrays.copyOf(tokens, 725), 128).close();
      assertEquals(704, resumed(pool, tokens));
      // Those on the way were kept only where they last: all 256 tokens.
      assertEquals(512, resumed(pool, Arrays.copyOf(tokens, 703)));
      assertEquals(256, resumed(pool, Arrays.copyOf(tokens, 500)));
      Sequence text = prompt(pool, ONE, Arrays.copyOf(tokens, 725), 128);
      proceed(text, tokens, 1, Rows.EACH);
      text.close();
      assertEquals(704, resumed(pool, Arrays.copyOf(tokens, 740)));
    }
  }

  @Test
  void whereTextsPartedBeforeAStateIsLeftForTheThird() {
    int[] system = tokens(200, 3);
    try (PagePool pool = pool(shape(LARGE, ATTENTION))) {
      for (int user = 0; user < 3; user++) {
        int[] tokens = Arrays.copyOf(system, 330);
        Arrays.fill(tokens, 200, 330, user);
        assertEquals(user < 2 ? 0 : 192, resumed(pool, tokens));
        prompt(pool, ONE, tokens, 128).close();
      }
    }
  }

  @Test
  void isCutToTheLastStateAndTheRestComputedAgain() {
    for (Sharing sharing : List.of(ONE, new Sharing.Nobody())) {
      int[] tokens = tokens(400, 4);
      try (PagePool pool = pool(shape(ATTENTION, SMALL))) {
        Sequence sequence = prompt(pool, sharing, tokens, 100);
        assertThrows(IllegalArgumentException.class, () -> sequence.truncate(399));
        sequence.truncate(384);
        assertHolds(sequence, tokens, 384);
        proceed(sequence, tokens, 7, Rows.TOGETHER);
        sequence.cut(390);
        assertEquals(390, sequence.known());
        assertHolds(sequence, tokens, 384);
        while (sequence.length() < sequence.known()) {
          step(sequence, tokens, sequence.length(), 1, sequence.rows(sequence.length()));
        }
        assertHolds(sequence, tokens, 390);
        sequence.rollBack(0);
        assertEquals(390, sequence.known());
        sequence.close();
        assertEquals(0, pool.figures().held());
      }
    }
  }

  @Test
  void afterDraftedRowsItIsCutBehindAnyOfThem() {
    int[] tokens = tokens(80, 5);
    try (PagePool pool = pool(shape(ATTENTION, LARGE))) {
      for (int accepted = 1; accepted <= 5; accepted++) {
        try (Sequence sequence = prompt(pool, ONE, Arrays.copyOf(tokens, 62), 62)) {
          step(sequence, tokens, 62, 5, Rows.EACH);
          sequence.truncate(62 + accepted);
          assertHolds(sequence, tokens, 62 + accepted);
          proceed(sequence, tokens, 3, Rows.EACH);
          // What the last step began with, and what follows.
          assertTrue(sequence.bytes() <= 5 * (4 << 20) + 1024, sequence.bytes() + " bytes");
        }
      }
      assertEquals(0, pool.figures().held());
    }
  }

  @Test
  void aStepThatFailsLeavesTheStateBeforeIt() {
    int[] tokens = tokens(100, 6);
    try (PagePool pool = pool(shape(SMALL, ATTENTION, SMALL))) {
      Sequence sequence = prompt(pool, ONE, Arrays.copyOf(tokens, 70), 70);
      sequence.reserve(70, 20);
      take(sequence, 0, tokens, 0, 70, 20);
      sequence.hold(0, 90);
      sequence.rollBack(70);
      assertHolds(sequence, tokens, 70);
      proceed(sequence, tokens, 30, Rows.TOGETHER);
      sequence.close();
    }
  }

  @Test
  void whatWasSavedHasItsState(@TempDir Path folder) {
    int[] tokens = tokens(150, 7);
    Path path = folder.resolve("sequence");
    CacheShape shape = shape(ATTENTION, SMALL, SMALL);
    try (PagePool pool = pool(shape)) {
      Sequence sequence = prompt(pool, ONE, Arrays.copyOf(tokens, 100), 50);
      SequenceFile.write(sequence, HASH, "seen", path);
      sequence.close();
      Sequence restored = new Sequence(pool, 1000, ONE);
      assertEquals("seen", SequenceFile.read(restored, HASH, 1000, path));
      assertHolds(restored, tokens, 100);
      proceed(restored, tokens, 50, Rows.TOGETHER);
      restored.close();
      assertEquals(0, pool.figures().held());
    }
    try (PagePool pool = pool(shape(ATTENTION, SMALL));
        Sequence empty = new Sequence(pool, 1000, ONE)) {
      EngineException other =
          assertThrows(EngineException.class, () -> SequenceFile.read(empty, HASH, 1000, path));
      assertEquals(ErrorCode.SEQUENCE_INVALID, other.code());
    }
  }

  /** Layer by layer, each goes on where it is. */
  @Test
  void layersGoAtTheirOwnPace() {
    int[] tokens = tokens(40, 8);
    try (PagePool pool = pool(shape(SMALL, SMALL));
        Sequence sequence = new Sequence(pool, 1000, ONE)) {
      sequence.keepToItself();
      int[][] paces = {{1, 2, 3, 4, 5, 25}, {30, 10}};
      for (int layer = 0; layer < 2; layer++) {
        int position = 0;
        for (int count : paces[layer]) {
          sequence.reserve(position, count);
          take(sequence, layer, tokens, position, position, count);
          position += count;
          sequence.hold(layer, position);
        }
        assertEquals(40, sequence.earliest(layer));
      }
      assertHolds(sequence, tokens, 40);
    }
  }

  @Test
  void aPoolMustHoldTheStatesOfAStep() {
    CacheShape shape = shape(LARGE);
    assertThrows(EngineException.class, () -> new PagePool(shape, 2 * (4 << 20) - 1));
    try (PagePool pool = new PagePool(shape, 2 * (4 << 20));
        Sequence sequence = new Sequence(pool, 1000, ONE);
        Sequence other = new Sequence(pool, 1000, ONE)) {
      // There is no room for those that are of use later: it does without them.
      int[] tokens = tokens(700, 9);
      proceed(sequence, tokens, 128, Rows.TOGETHER);
      assertFalse(other.tryReserve(0, 1));
      sequence.rollBack(0);
      assertTrue(other.tryReserve(0, 1));
    }
  }

  /** Whatever happens, a state is the one of its tokens, and all are held, kept or free. */
  @Test
  void atRandomEveryStateIsThatOfItsTokens() {
    Random random = new Random(10);
    int[][] begins = {tokens(400, 11), tokens(400, 12), tokens(90, 13)};
    CacheShape shape = shape(SMALL, ATTENTION, new LayerMemory.State(1 << 17));
    try (PagePool pool = new PagePool(shape, 4 * shape.bytes(64))) {
      List<Sequence> open = new ArrayList<>();
      List<int[]> expected = new ArrayList<>();
      int refused = 0;
      for (int round = 0; round < 3000; round++) {
        int action = random.nextInt(6);
        if (open.isEmpty() || action == 0 && open.size() < 6) {
          int[] begin = begins[random.nextInt(3)];
          open.add(new Sequence(pool, 2000, random.nextInt(4) == 0 ? new Sharing.Nobody() : ONE));
          expected.add(Arrays.copyOf(begin, 1 + random.nextInt(begin.length)));
        }
        int i = random.nextInt(open.size());
        Sequence sequence = open.get(i);
        int[] tokens = expected.get(i);
        switch (action) {
          case 1 -> {
            open.remove(i).close();
            expected.remove(i);
          }
          case 2 -> {
            int cut = 1 + random.nextInt(tokens.length);
            sequence.cut(Math.min(cut, sequence.known()));
            expected.set(i, Arrays.copyOf(tokens, cut));
          }
          case 3 -> {
            if (open.size() < 6) {
              open.add(sequence.fork());
              expected.add(tokens);
            }
          }
          case 4 -> {
            int more = 1 + random.nextInt(5);
            int[] longer = Arrays.copyOf(tokens, Math.min(1900, tokens.length + more));
            for (int p = tokens.length; p < longer.length; p++) {
              longer[p] = random.nextInt(4);
            }
            expected.set(i, longer);
          }
          default -> {
            if (sequence.length() < sequence.known()) {
              sequence.resumeKnown(sequence.known());
            } else {
              int from = sequence.length();
              sequence.resume(tokens, from, tokens.length - from, Rows.TOGETHER);
            }
            int at = sequence.length();
            boolean isKnown = at < sequence.known();
            Rows rows =
                isKnown ? sequence.rows(at) : random.nextBoolean() ? Rows.EACH : Rows.TOGETHER;
            int left = isKnown ? sequence.alike(at, sequence.known()) : tokens.length - at;
            int count = Math.min(left, 1 + random.nextInt(rows == Rows.EACH ? 4 : 150));
            if (count > 0 && sequence.tryReserve(at, count, rows)) {
              step(sequence, tokens, at, count, rows);
            } else {
              refused += count > 0 ? 1 : 0;
            }
          }
        }
        for (int s = 0; s < open.size(); s++) {
          assertHolds(open.get(s), expected.get(s), open.get(s).length());
        }
        PagePool.Figures figures = pool.figures();
        assertTrue(figures.held() + figures.kept() <= figures.budget(), figures.toString());
      }
      open.forEach(Sequence::close);
      assertEquals(0, pool.figures().held());
      assertTrue(refused > 5, refused + " times there was no room");
      assertTrue(pool.figures().reused() > 64 * 10, pool.figures().toString());
    }
  }
}
