package ai.realm.storage;

import static ai.realm.storage.StoreFixture.NO_CACHE;
import static ai.realm.storage.StoreFixture.assertCode;
import static ai.realm.storage.StoreFixture.model;
import static ai.realm.storage.StoreFixture.segment;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.realm.error.ErrorCode;
import ai.realm.gguf.Gguf;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ModelStoreTest {
  private static final byte[] A = model(1, 2, 3);
  private static final byte[] B = model(3, 2, 1);

  /** What one of them counts: the file, the model, and its one tensor. */
  private static final long CHARGE = A.length + 4608L;

  private final ContentStore contents = new ContentStore(1 << 20, NO_CACHE);
  private final Budget budget = new Budget("bytes of storage", 1 << 20);
  private final ModelStore store = new ModelStore(contents, budget);

  @TempDir Path folder;

  private String hash(int id) {
    try (StoredModel lease = store.lease(id)) {
      return lease.hash().sha256();
    }
  }

  @Test
  void foldsTheHashIntoAnId() {
    // Python: int(hashlib.sha256(bytes).hexdigest(), 16) % (2**31 - 1) + 1
    assertEquals(
        1,
        new ContentHash("0000000000000000000000000000000000000000000000000000000000000000").id());
    assertEquals(
        1,
        new ContentHash("000000000000000000000000000000000000000000000000000000007fffffff").id());
    assertEquals(
        0x7fffffff,
        new ContentHash("000000000000000000000000000000000000000000000000000000007ffffffe").id());
    assertEquals(
        841262362,
        new ContentHash("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad").id());
  }

  @Test
  void derivesTheSameIdForTheSameContent() {
    int id = store.store(segment(A), 0);
    assertTrue(id >= 1);
    assertEquals(id, store.store(segment(A), 0));
    assertEquals(id, new ModelStore(contents, budget).store(segment(A), 0));
    assertNotEquals(id, store.store(segment(B), 0));
  }

  @Test
  void takesTheNextFreeIdWhereTheDerivedOneHoldsOtherContent() {
    int id = store.store(segment(B), 0);
    store.remove(id);
    store.store(segment(A), id);
    assertEquals(id + 1, store.store(segment(B), 0));
    assertEquals(id + 1, store.store(segment(B), 0), "and finds it there");
    assertNotEquals(hash(id), hash(id + 1));
  }

  @Test
  void storesUnderTheIdThatIsAskedFor() {
    assertEquals(7, store.store(segment(A), 7));
    assertEquals(0x7fffffff, store.store(segment(A), 0x7fffffff));
    assertEquals(hash(7), hash(0x7fffffff));
    assertEquals(1, contents.size());
    assertCode(ErrorCode.INVALID_ARGUMENT, "4294967295", () -> store.store(segment(A), -1));
  }

  @Test
  void refusesOtherContentUnderATakenId() {
    store.store(segment(A), 7);
    String before = hash(7);
    long used = budget.used();
    assertCode(ErrorCode.MODEL_ID_CONFLICT, "model id 7", () -> store.store(segment(B), 7));
    assertEquals(before, hash(7));
    assertEquals(1, contents.size());
    assertEquals(used, budget.used());
  }

  @Test
  void countsReferences() {
    store.store(segment(A), 7);
    store.store(segment(A), 7);
    store.remove(7);
    hash(7);
    store.remove(7);
    assertEquals(0, contents.size());
    assertCode(ErrorCode.MODEL_NOT_FOUND, "id 7", () -> store.remove(7));
    assertCode(ErrorCode.MODEL_NOT_FOUND, "id 7", () -> store.lease(7));
    assertCode(ErrorCode.MODEL_NOT_FOUND, "id 0", () -> store.remove(0));
  }

  @Test
  void keepsTheMemoryUntilTheLastLeaseEnds() {
    store.store(segment(A), 7);
    StoredModel lease = store.lease(7);
    MemorySegment data = lease.gguf().tensor("x").orElseThrow().data();
    store.remove(7);
    assertCode(ErrorCode.MODEL_NOT_FOUND, "id 7", () -> store.lease(7));
    assertEquals(2, data.get(ValueLayout.JAVA_FLOAT_UNALIGNED, 4));
    assertEquals(1, contents.size());
    // The id is free for other content meanwhile.
    assertEquals(7, store.store(segment(B), 7));
    lease.close();
    assertEquals(1, contents.size());
  }

  @Test
  void sharesNoIdsWithOtherTenants() {
    ModelStore other = new ModelStore(contents, budget);
    store.store(segment(A), 7);
    assertCode(ErrorCode.MODEL_NOT_FOUND, "id 7", () -> other.lease(7));
    assertCode(ErrorCode.MODEL_NOT_FOUND, "id 7", () -> other.remove(7));
    other.store(segment(B), 7);
    store.store(segment(B), 8);
    assertEquals(2, contents.size());
    other.close();
    assertEquals(2, contents.size());
    hash(8);
  }

  @Test
  void chargesWhatIsStoredAndGivesItBack() {
    Budget small = new Budget("bytes of storage", 2 * CHARGE);
    ModelStore tenant = new ModelStore(contents, small);
    tenant.store(segment(A), 1);
    tenant.store(segment(A), 1);
    assertEquals(CHARGE, small.used(), "a second reference costs nothing");
    tenant.store(segment(A), 2);
    assertEquals(2 * CHARGE, small.used());
    assertCode(
        ErrorCode.QUOTA_EXCEEDED,
        CHARGE + " bytes of storage, and 0 of " + 2 * CHARGE,
        () -> tenant.store(segment(B), 3));
    assertEquals(1, contents.size());
    tenant.remove(1);
    assertEquals(2 * CHARGE, small.used());
    tenant.remove(1);
    assertEquals(CHARGE, small.used());
    tenant.close();
    assertEquals(0, small.used());
  }

  @Test
  void chargesNothingForWhatTheHostGives() {
    Budget nothing = new Budget("bytes of storage", 0);
    ModelStore tenant = new ModelStore(contents, nothing);
    store.store(segment(A), 5);
    assertEquals(5, tenant.add(store.lease(5), 5));
    assertCode(ErrorCode.QUOTA_EXCEEDED, "bytes of storage", () -> tenant.store(segment(A), 5));
    tenant.remove(5);
    assertCode(ErrorCode.MODEL_NOT_FOUND, "id 5", () -> tenant.lease(5));
    hash(5);
  }

  @Test
  void keepsAnIdApartFromThoseWhoStoreTheSameContent() {
    Gguf gguf = Gguf.of(segment(A), () -> {});
    int apart = store.addApart(contents.adopt(gguf, () -> {}));
    int stored = store.store(segment(A), 0);
    assertEquals(apart + 1, stored);
    assertEquals(hash(apart), hash(stored));
    assertEquals(apart, store.addApart(contents.adopt(gguf, () -> {})), "a second reference");
    assertCode(
        ErrorCode.MODEL_ID_CONFLICT, "model id " + apart, () -> store.store(segment(A), apart));
    store.remove(apart);
    hash(apart);
    store.remove(apart);
    assertEquals(1, contents.size());
    assertEquals(stored, store.store(segment(A), stored));
  }

  @Test
  void givesBackTheChargeOfWhatIsRefused() throws IOException {
    byte[] broken = A.clone();
    broken[4] = 9;
    assertCode(
        ErrorCode.GGUF_UNSUPPORTED_VERSION, "version 9", () -> store.store(segment(broken), 0));
    Path path = Files.write(folder.resolve("model.gguf"), A);
    Budget small = new Budget("bytes of storage", CHARGE - 1);
    ModelStore tenant = new ModelStore(contents, small);
    assertCode(ErrorCode.QUOTA_EXCEEDED, "bytes of storage", () -> tenant.store(path, 0));
    assertEquals(0, small.used());
    assertEquals(0, budget.used());
    assertEquals(0, contents.size());
    assertEquals(store.store(path, 0), store.store(segment(A), 0));
  }

  @Test
  void storesNothingOnceClosed() {
    store.store(segment(A), 7);
    store.close();
    assertEquals(0, contents.size());
    assertCode(ErrorCode.DISPOSED, "closed", () -> store.store(segment(A), 7));
    assertCode(ErrorCode.MODEL_NOT_FOUND, "id 7", () -> store.lease(7));
    assertEquals(0, contents.size());
    assertEquals(0, budget.used());
  }

  @Test
  void aBudgetGivesWhatIsLeft() {
    Budget tokens = new Budget("tokens", 10);
    assertEquals(6, tokens.takeUpTo(6));
    assertEquals(4, tokens.takeUpTo(6));
    assertCode(ErrorCode.QUOTA_EXCEEDED, "0 of 10", () -> tokens.takeUpTo(6));
    tokens.giveBack(3);
    assertEquals(3, tokens.takeUpTo(Long.MAX_VALUE));
  }
}
