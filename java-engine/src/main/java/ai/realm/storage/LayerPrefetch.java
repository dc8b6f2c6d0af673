package ai.realm.storage;

import ai.realm.gguf.TensorInfo;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Follows one reader through the layers of a model: when it comes to one, the next is dequantized
 * ahead; after the last comes the first, for the next token. Safe for all threads.
 */
public final class LayerPrefetch implements AutoCloseable {
  private static final Pattern LAYER_TENSOR = Pattern.compile("blk\\.(\\d{1,9})\\..*");

  private final Prefetcher prefetcher;
  private final StoredModel model;
  private final NavigableMap<Integer, List<TensorInfo>> layers = new TreeMap<>();
  private int present = -1;
  private volatile boolean closed;

  LayerPrefetch(Prefetcher prefetcher, StoredModel model) {
    this.prefetcher = prefetcher;
    this.model = model.lease();
    for (TensorInfo tensor : model.gguf().tensors()) {
      int layer = layer(tensor);
      if (layer >= 0 && prefetcher.cache().keeps(tensor)) {
        layers.computeIfAbsent(layer, _ -> new ArrayList<>()).add(tensor);
      }
    }
  }

  /** Notes that {@code tensor} is about to be read. */
  public synchronized void reading(TensorInfo tensor) {
    int layer = layer(tensor);
    if (closed || layer < 0 || layer == present || layers.isEmpty()) {
      return;
    }
    present = layer;
    Integer higher = layers.higherKey(layer);
    int next = higher == null ? layers.firstKey() : higher;
    if (next == layer || bytes(layers.get(next)) > prefetcher.cache().bound() / 2) {
      return;
    }
    StoredModel lease = model.lease();
    if (!prefetcher.submit(() -> readAhead(lease, layers.get(next)))) {
      lease.close();
    }
  }

  /** Stops reading ahead: at once where nothing is being read, else after one tensor. */
  @Override
  public synchronized void close() {
    closed = true;
    model.close();
  }

  private void readAhead(StoredModel lease, List<TensorInfo> tensors) {
    try (lease) {
      for (TensorInfo tensor : tensors) {
        if (closed) {
          return;
        }
        prefetcher.cache().readAhead(lease, tensor);
      }
    } catch (OutOfMemoryError full) {
      close(); // Whoever reads these tensors learns of it, if it is still so then.
    }
  }

  private static int layer(TensorInfo tensor) {
    Matcher name = LAYER_TENSOR.matcher(tensor.name());
    return name.matches() ? Integer.parseInt(name.group(1)) : -1;
  }

  private static long bytes(List<TensorInfo> tensors) {
    return tensors.stream().mapToLong(CachedTensor::bytes).sum();
  }
}
