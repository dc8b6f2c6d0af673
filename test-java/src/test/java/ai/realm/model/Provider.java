package ai.realm.model;

import ai.realm.fixture.Rounds;
import ai.realm.gguf.Gguf;
import ai.realm.kernels.Kernels;
import ai.realm.kernels.ffm.NativeFamilies;
import ai.realm.kernels.ffm.NativeKernels;
import ai.realm.kernels.packed.Layout;
import ai.realm.kernels.scalar.ScalarKernels;
import ai.realm.kernels.vector.VectorKernels;
import ai.realm.model.cache.CacheOptions;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import jdk.incubator.vector.FloatVector;

/**
 * Kernels under test.
 *
 * @param name of the provider, or of the native family
 * @param kernels themselves
 * @param rounds whether prefill rounds the factors of products of packed types to bf16
 * @param roundsAlone whether decode rounds activations to 10 bits for weights that are nibbles, or
 *     made of them
 */
public record Provider(String name, Kernels kernels, boolean rounds, boolean roundsAlone) {
  /** Variants of the golden llama with weights that are nibbles, or made of them. */
  private static final List<String> NIBBLES = List.of("q4_0", "q4_1", "q5", "k-quants");

  /** Whether decode of this variant of the golden llama rounds activations to 10 bits. */
  boolean roundsAlone(String variant) {
    return roundsAlone && NIBBLES.contains(variant);
  }

  /** Every provider and native family that this machine runs. */
  public static List<Provider> all() {
    List<Provider> all = new ArrayList<>();
    all.add(new Provider("scalar", new ScalarKernels(), false, false));
    boolean narrow = FloatVector.SPECIES_PREFERRED.length() < Layout.ROW_GROUP;
    all.add(new Provider("vector", new VectorKernels(), false, narrow));
    for (NativeKernels kernels : NativeFamilies.all()) {
      boolean rounds = kernels.family().endsWith("bf16");
      all.add(new Provider(kernels.family(), kernels, rounds, false));
    }
    return all;
  }

  /** Each provider once; of the native families, the one that users of this machine get. */
  public static List<Provider> each() {
    List<Provider> all = all();
    return all.size() <= 3 ? all : List.of(all.get(0), all.get(1), all.getLast());
  }

  /**
   * The same but for the scalar one, whose time is most of the others' together, where {@code npm
   * test} is to be short.
   */
  public static List<Provider> fast() {
    List<Provider> each = each();
    return Rounds.of(each.subList(1, each.size()), each);
  }

  /** A language model on two threads, with these kernels. */
  public LanguageModel load(Gguf gguf, int contextLength, CacheOptions cache) {
    return (LanguageModel) Models.open(gguf, OptionalInt.of(contextLength), 2, cache, kernels);
  }

  @Override
  public String toString() {
    return name;
  }
}
