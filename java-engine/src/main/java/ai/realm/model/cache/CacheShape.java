package ai.realm.model.cache;

import ai.realm.kernels.AttentionShape;
import ai.realm.kernels.KvFormat;
import ai.realm.kernels.KvLayer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * What a sequence keeps: keys and values of each layer. Layers that see equally far behind share
 * pages: what none of them sees any more is given back together.
 */
public final class CacheShape {
  /** Tokens that a step takes at most where memory matters: prompts come in parts of as many. */
  public static final int STEP = 128;

  /**
   * Layers whose parts lie in the same pages.
   *
   * @param behind positions before its own that a query sees at most
   * @param pageBytes of the parts of all of them
   */
  record Group(int behind, long pageBytes) {}

  /** Where a layer lies: in the pages of which group, and how many bytes from a page's start. */
  record Place(int group, long offset) {}

  private final List<AttentionShape> layers;
  private final KvFormat format;
  private final List<Group> groups;
  private final Place[] places;

  /**
   * The keys and values of an encoder's layers: each writes over those of the one before, since a
   * text goes through all layers in one step.
   */
  public static CacheShape ofEncoder(List<AttentionShape> layers) {
    long pageBytes = 0;
    for (AttentionShape shape : layers) {
      pageBytes =
          Math.max(pageBytes, KvLayer.bytes(KvFormat.F16, shape.kvHeads(), shape.headDim()));
    }
    Place[] places = new Place[layers.size()];
    Arrays.fill(places, new Place(0, 0));
    Group group = new Group(AttentionShape.ALL, pageBytes);
    return new CacheShape(layers, KvFormat.F16, List.of(group), places);
  }

  private CacheShape(
      List<AttentionShape> layers, KvFormat format, List<Group> groups, Place[] places) {
    this.layers = List.copyOf(layers);
    this.format = format;
    this.groups = groups;
    this.places = places;
  }

  /** The keys and values of layers with these shapes. */
  public CacheShape(List<AttentionShape> layers, KvFormat format) {
    this(layers, format, new ArrayList<>(), new Place[layers.size()]);
    for (int behind : layers.stream().mapToInt(AttentionShape::behind).distinct().toArray()) {
      long offset = 0;
      for (int l = 0; l < places.length; l++) {
        AttentionShape shape = layers.get(l);
        if (shape.behind() == behind) {
          places[l] = new Place(groups.size(), offset);
          offset += KvLayer.bytes(format, shape.kvHeads(), shape.headDim());
        }
      }
      groups.add(new Group(behind, offset));
    }
  }

  /** How keys and values are kept. */
  KvFormat format() {
    return format;
  }

  /** The number of layers. */
  int layers() {
    return places.length;
  }

  AttentionShape shape(int layer) {
    return layers.get(layer);
  }

  List<Group> groups() {
    return groups;
  }

  Place place(int layer) {
    return places[layer];
  }

  int behind(int layer) {
    return layers.get(layer).behind();
  }

  /** Bytes of a sequence of {@code length} tokens of which everything is kept. */
  public long bytes(int length) {
    return groups.stream().mapToLong(group -> pages(length) * group.pageBytes()).sum();
  }

  /**
   * Bytes of a sequence of {@code length} tokens that came in steps of at most {@link #STEP}: what
   * no query sees any more is not kept.
   */
  public long bytesInSteps(int length) {
    long bytes = 0;
    for (Group group : groups) {
      long seen = (long) group.behind() + STEP;
      long kept = Math.min(pages(length), Math.ceilDiv(seen, KvLayer.PAGE) + 1);
      bytes += kept * group.pageBytes();
    }
    return bytes;
  }

  static long pages(int positions) {
    return Math.ceilDiv(positions, KvLayer.PAGE);
  }
}
