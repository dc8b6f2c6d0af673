package ai.realm.host;

import ai.realm.error.EngineException;
import ai.realm.error.ErrorCode;
import ai.realm.gguf.TensorInfo;
import ai.realm.json.MetadataJson;
import ai.realm.storage.LayerPrefetch;
import ai.realm.storage.ModelStore;
import ai.realm.storage.Prefetcher;
import ai.realm.storage.StoredModel;
import com.google.gson.JsonObject;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** What a tenant's models hold. Safe for all threads. */
public final class ModelData {

  /**
   * The size of a model.
   *
   * @param tensors how many it has
   * @param bytes of their quantized data
   */
  public record Size(int tensors, long bytes) {}

  private final Host host;
  private final ModelStore models;
  private final Map<Integer, LayerPrefetch> prefetches = new HashMap<>();
  private boolean closed;

  ModelData(Host host, ModelStore models) {
    this.host = host;
    this.models = models;
  }

  /**
   * How large a model is.
   *
   * @throws EngineException {@code MODEL_NOT_FOUND}
   */
  public Size size(int model) {
    try (StoredModel lease = models.lease(model)) {
      List<TensorInfo> tensors = lease.gguf().tensors();
      long bytes = tensors.stream().mapToLong(tensor -> tensor.data().byteSize()).sum();
      return new Size(tensors.size(), bytes);
    }
  }

  /**
   * A model's metadata, without arrays of more than 64 elements.
   *
   * @throws EngineException {@code MODEL_NOT_FOUND}
   */
  public JsonObject metadata(int model) {
    try (StoredModel lease = models.lease(model)) {
      return MetadataJson.withoutLongArrays(lease.gguf().metadata());
    }
  }

  /**
   * How many elements a tensor has.
   *
   * @throws EngineException {@code MODEL_NOT_FOUND} or {@code TENSOR_NOT_FOUND}
   */
  public long elements(int model, String tensor) {
    try (StoredModel lease = models.lease(model)) {
      return find(lease, tensor).elements();
    }
  }

  /**
   * Dequantizes elements of a tensor, or copies them from the cache.
   *
   * @param first index of the first
   * @param count how many, which need not be whole blocks
   * @param out receives them as little-endian f32
   * @throws EngineException {@code MODEL_NOT_FOUND}, {@code TENSOR_NOT_FOUND}, or {@code
   *     INVALID_ARGUMENT} for elements that the tensor has not; then nothing was written
   * @throws IndexOutOfBoundsException if {@code out} is too short
   */
  public void read(int model, String tensor, long first, long count, MemorySegment out) {
    MemorySegment room = out.asSlice(0, count * Float.BYTES);
    try (StoredModel lease = models.lease(model)) {
      TensorInfo info = find(lease, tensor);
      checkRange(info, first, count);
      readAhead(model, lease, info);
      host.tensors().read(lease, info, first, count, room, 0);
    }
  }

  /**
   * All elements of a tensor as little-endian f32, in memory that the caller may keep and change:
   * nobody else sees what it writes. A tensor in the cache is not copied for that.
   *
   * @param owner frees the memory when it is closed
   * @throws EngineException {@code MODEL_NOT_FOUND}, {@code TENSOR_NOT_FOUND} or {@code
   *     OUT_OF_MEMORY}
   */
  public MemorySegment view(int model, String tensor, Arena owner) {
    try (StoredModel lease = models.lease(model)) {
      TensorInfo info = find(lease, tensor);
      readAhead(model, lease, info);
      return host.tensors().view(lease, info, owner);
    }
  }

  /**
   * Checks a range of elements.
   *
   * @throws EngineException as {@link #read}
   */
  public void checkRange(int model, String tensor, long first, long count) {
    try (StoredModel lease = models.lease(model)) {
      checkRange(find(lease, tensor), first, count);
    }
  }

  /** Cancels reading ahead in this model; the next read of it begins anew. */
  synchronized void stopReadingAhead(int model) {
    LayerPrefetch prefetch = prefetches.remove(model);
    if (prefetch != null) {
      prefetch.close();
    }
  }

  /** Cancels all reading ahead, for good. */
  synchronized void close() {
    closed = true;
    prefetches.values().forEach(LayerPrefetch::close);
    prefetches.clear();
  }

  private void readAhead(int model, StoredModel lease, TensorInfo tensor) {
    if (host.prefetcher().isPresent()) {
      readAhead(host.prefetcher().get(), model, lease, tensor);
    }
  }

  private synchronized void readAhead(
      Prefetcher prefetcher, int model, StoredModel lease, TensorInfo tensor) {
    if (!closed) {
      prefetches.computeIfAbsent(model, _ -> prefetcher.follow(lease)).reading(tensor);
    }
  }

  private static TensorInfo find(StoredModel model, String tensor) {
    return model
        .gguf()
        .tensor(tensor)
        .orElseThrow(() ->
            new EngineException(
                ErrorCode.TENSOR_NOT_FOUND,
                "the model has no tensor '" + tensor + "'; check the name and its case"));
  }

  private static void checkRange(TensorInfo tensor, long first, long count) {
    long elements = tensor.elements();
    if (first < 0 || count < 0 || first > elements || count > elements - first) {
      throw new EngineException(
          ErrorCode.INVALID_ARGUMENT,
          count
              + " elements from "
              + Long.toUnsignedString(first)
              + " on are not all in the tensor, which has "
              + elements);
    }
  }
}
