package ai.realm.engine;

import static ai.realm.engine.EngineFixture.loaded;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.realm.error.EngineException;
import ai.realm.error.ErrorCode;
import ai.realm.fixture.FakeModel;
import ai.realm.fixture.FakeTokenizer;
import ai.realm.tokenizer.TextPair;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Pairs go through the fake model, whose score is a thousandth of the tokens that it was given. */
class DocumentRankingTest {
  private final FakeModel fake = FakeModel.noise();

  DocumentRankingTest() {
    fake.ranks = true;
  }

  private static final class Scores implements RankingListener {
    private final CompletableFuture<double[]> all = new CompletableFuture<>();
    private int tokens;

    @Override
    public void finished(double[] scores, int count) {
      tokens = count;
      all.complete(scores);
    }

    @Override
    public void aborted() {
      all.cancel(false);
    }

    @Override
    public void failed(Throwable failure) {
      all.completeExceptionally(failure);
    }
  }

  private static List<TextPair> pairs(String query, String... documents) {
    FakeTokenizer tokenizer = new FakeTokenizer();
    return Arrays.stream(documents).map(document -> tokenizer.encodePair(query, document)).toList();
  }

  @Test
  void scoresEachDocumentWithTheQueryAndWhatStandsAround() {
    Scores scores = new Scores();
    try (LoadedModel model = loaded(fake, 100)) {
      model.lease().rank(pairs("ab", "", "cde", "f"), Claim.APP, scores);
      assertArrayEquals(new double[] {.005, .008, .006}, scores.all.join(), 1e-7);
    }
    assertEquals(5 + 8 + 6, scores.tokens);
    assertEquals(1, fake.batches.size());
    int control = FakeTokenizer.CONTROL;
    int eos = FakeTokenizer.EOS;
    assertArrayEquals(
        new int[] {control, 'a', 'b', eos, 'f', eos},
        fake.batches.getFirst().slices().getLast().tokens());
    assertEquals(0, fake.openCaches.get());
  }

  @Test
  void takesALongDocumentInPartsThatOverlapByHalf() {
    TextPair pair = new TextPair(new int[] {-1, -2, 0, 1, 2, 3, 4, 5, 6, 7, 8, -3}, 2, 1);
    List<int[]> parts = pair.parts(4);
    assertEquals(4, parts.size());
    assertArrayEquals(new int[] {-1, -2, 0, 1, 2, 3, -3}, parts.get(0));
    assertArrayEquals(new int[] {-1, -2, 2, 3, 4, 5, -3}, parts.get(1));
    assertArrayEquals(new int[] {-1, -2, 4, 5, 6, 7, -3}, parts.get(2));
    assertArrayEquals(new int[] {-1, -2, 5, 6, 7, 8, -3}, parts.get(3));
    for (int room = 1; room < 12; room++) {
      List<int[]> all = pair.parts(room);
      int most = Math.min(room, 9) + 3;
      assertTrue(all.stream().allMatch(part -> part.length == most), "room " + room);
      assertEquals(0, all.getFirst()[2]);
      assertEquals(8, all.getLast()[most - 2]);
      for (int i = 1; i < all.size(); i++) {
        int step = all.get(i)[2] - all.get(i - 1)[2];
        assertTrue(step > 0 && step <= Math.max(1, room / 2), "room " + room);
      }
    }
  }

  @Test
  void theBestPartsScoreIsTheDocuments() {
    Scores scores = new Scores();
    try (LoadedModel model = loaded(fake, 14)) {
      model.lease().rank(pairs("ab", "x".repeat(40), "y"), Claim.APP, scores);
      assertArrayEquals(new double[] {.014, .006}, scores.all.join(), 1e-7);
    }
    // Room for 9 tokens: parts from 0, 4, 8, ..., 28, 31.
    assertEquals(9 * 14 + 6, scores.tokens);
  }

  @Test
  void aPairOfATemplateIsItsFrameWithTheDocumentWithin() {
    int[] frame = {1, 2, 3, 9, 8};
    TextPair pair = TextPair.framed(new int[] {1, 2, 3, 5, 6, 9, 8}, frame);
    assertEquals(3, pair.head());
    assertEquals(2, pair.tail());
    assertEquals(5, TextPair.framed(frame, frame).head());
    assertEquals(0, TextPair.framed(frame, frame).tail());
    // A document that reads like the frame takes none of it twice.
    TextPair alike = TextPair.framed(new int[] {1, 2, 3, 9, 8, 9, 8}, frame);
    assertEquals(5, alike.head() + alike.tail());
  }

  @Test
  void refusesWhatItCannotRank() {
    assertSame(ErrorCode.CONTEXT_OVERFLOW, refused(fake, 6, pairs("abcdef", "x")));
    FakeModel other = FakeModel.noise();
    assertSame(ErrorCode.UNSUPPORTED_OPERATION, refused(other, 100, pairs("a", "b")));
    List<TextPair> empty = List.of(new TextPair(new int[0], 0, 0));
    FakeModel third = FakeModel.noise();
    third.ranks = true;
    assertSame(ErrorCode.INVALID_ARGUMENT, refused(third, 100, empty));
  }

  private static ErrorCode refused(FakeModel fake, int contextLength, List<TextPair> pairs) {
    try (LoadedModel model = loaded(fake, contextLength);
        ModelLease lease = model.lease()) {
      return assertThrows(EngineException.class, () -> lease.rank(pairs, Claim.APP, new Scores()))
          .code();
    }
  }

  @Test
  void cancellingEndsIt() {
    AtomicReference<DocumentRanking> ranking = new AtomicReference<>();
    CompletableFuture<Void> known = new CompletableFuture<>();
    fake.hook =
        step -> {
          known.join();
          ranking.get().cancel();
        };
    Scores scores = new Scores();
    try (LoadedModel model = loaded(fake, 1000)) {
      ranking.set(model.lease().rank(pairs("a", "b"), Claim.APP, scores));
      known.complete(null);
    }
    assertTrue(scores.all.isCancelled());
    assertEquals(0, fake.openCaches.get());
  }

  @Test
  void endsAtItsDeadline() {
    AtomicLong now = new AtomicLong();
    fake.hook = step -> now.addAndGet(40_000_000);
    Scores scores = new Scores();
    Claim claim = new Claim("", 0, OptionalLong.of(100));
    String[] documents =
        IntStream.range(0, 64).mapToObj(i -> "x".repeat(900)).toArray(String[]::new);
    try (LoadedModel model = loaded(fake, 1000, Places.DEFAULT, now::get)) {
      model.lease().rank(pairs("a", documents), claim, scores);
      ExecutionException thrown = assertThrows(ExecutionException.class, () -> scores.all.get());
      assertSame(ErrorCode.DEADLINE_EXCEEDED, ((EngineException) thrown.getCause()).code());
    }
  }
}
