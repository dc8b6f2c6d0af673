package ai.realm.model.cache;

import ai.realm.kernels.AttentionShape;
import ai.realm.kernels.KvFormat;
import ai.realm.kernels.KvLayer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * What a sequence keeps of each layer. Keys and values of layers that see equally far behind share
 * pages: what none of them sees any more is given back together. The states of all recurrent layers
 * lie in pages of one more kind, each of them the states behind one token.
 */
public final class CacheShape {
  /** Tokens that a step takes at most where memory matters: prompts come in parts of as many. */
  public static final int STEP = 128;

  /** Kinds of pages are numbered by groups; this where there are no states. */
  private static final int NONE = -1;

  /**
   * Bytes that states may add to a page of positions, beside as many as its keys and values have:
   * lasting states are so far apart.
   */
  private static final long STATE_BYTES_PER_PAGE = 1 << 20;

  /** States that a sequence needs to go on: the one behind its last token, and the next. */
  private static final int STATES = 2;

  /**
   * Layers whose keys and values lie in the same pages.
   *
   * @param behind positions before its own that a query sees at most
   * @param pageBytes of the parts of all of them
   */
  record Group(int behind, long pageBytes) {}

  /** Where a layer lies: in which kind of pages, and how many bytes from a page's start. */
  record Place(int kind, long offset) {}

  private final List<LayerMemory> layers;
  private final KvFormat format;
  private final List<Group> groups;
  private final Place[] places;
  private final long stateBytes;

  private CacheShape(
      List<LayerMemory> layers,
      KvFormat format,
      List<Group> groups,
      Place[] places,
      long stateBytes) {
    this.layers = List.copyOf(layers);
    this.format = format;
    this.groups = List.copyOf(groups);
    this.places = places;
    this.stateBytes = stateBytes;
  }

  /** The keys and values of layers with these shapes. */
  public CacheShape(List<AttentionShape> layers, KvFormat format) {
    this(of(keysAndValues(layers), format));
  }

  private CacheShape(CacheShape other) {
    this(other.layers, other.format, other.groups, other.places, other.stateBytes);
  }

  /** What layers of any kind keep. */
  public static CacheShape of(List<LayerMemory> layers, KvFormat format) {
    List<Group> groups = new ArrayList<>();
    Place[] places = new Place[layers.size()];
    for (int behind : layers.stream().flatMapToInt(CacheShape::behind).distinct().toArray()) {
      long offset = 0;
      for (int l = 0; l < places.length; l++) {
        if (layers.get(l) instanceof LayerMemory.KeysAndValues(AttentionShape shape)
            && shape.behind() == behind) {
          places[l] = new Place(groups.size(), offset);
          offset += KvLayer.bytes(format, shape.kvHeads(), shape.headDim());
        }
      }
      groups.add(new Group(behind, offset));
    }
    long stateBytes = 0;
    for (int l = 0; l < places.length; l++) {
      if (layers.get(l) instanceof LayerMemory.State state) {
        places[l] = new Place(groups.size(), stateBytes);
        stateBytes += state.bytes();
      }
    }
    return new CacheShape(layers, format, groups, places, stateBytes);
  }

  private static IntStream behind(LayerMemory layer) {
    return layer instanceof LayerMemory.KeysAndValues(AttentionShape shape)
        ? IntStream.of(shape.behind())
        : IntStream.empty();
  }

  private static List<LayerMemory> keysAndValues(List<AttentionShape> layers) {
    return layers.stream().<LayerMemory>map(LayerMemory.KeysAndValues::new).toList();
  }

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
    return new CacheShape(
        keysAndValues(layers), KvFormat.F16, List.of(group), places, /* stateBytes= */ 0);
  }

  /** How keys and values are kept. */
  KvFormat format() {
    return format;
  }

  /** The number of layers. */
  int layers() {
    return places.length;
  }

  /** The attention of a layer that has it. */
  AttentionShape shape(int layer) {
    return switch (layers.get(layer)) {
      case LayerMemory.KeysAndValues(AttentionShape shape) -> shape;
      case LayerMemory.State _ ->
          throw new IllegalArgumentException("layer " + layer + " is recurrent");
      case LayerMemory.Nothing _ ->
          throw new IllegalArgumentException("layer " + layer + " keeps nothing");
    };
  }

  /** Whether a layer keeps a state. */
  boolean isRecurrent(int layer) {
    return layers.get(layer) instanceof LayerMemory.State;
  }

  /** Bytes of a layer's state. */
  long stateBytes(int layer) {
    return layers.get(layer) instanceof LayerMemory.State state ? state.bytes() : 0;
  }

  List<Group> groups() {
    return groups;
  }

  /** Where a layer's part lies; null where it keeps nothing. */
  Place place(int layer) {
    return places[layer];
  }

  /** Kinds of pages: the groups, and then the states. */
  int kinds() {
    return groups.size() + (hasStates() ? 1 : 0);
  }

  long pageBytes(int kind) {
    return kind < groups.size() ? groups.get(kind).pageBytes() : stateBytes;
  }

  /** Bytes of the states of all layers behind one token; 0 if none is recurrent. */
  long stateBytes() {
    return stateBytes;
  }

  boolean hasStates() {
    return stateBytes > 0;
  }

  /** Whether a sequence can be cut wherever it is wanted: no layer has a state or a window. */
  public boolean isCutAnywhere() {
    return !hasStates() && groups.stream().allMatch(group -> group.behind() == AttentionShape.ALL);
  }

  /** The kind of page that states are; no kind's number if there are none. */
  int states() {
    return hasStates() ? groups.size() : NONE;
  }

  /**
   * Pages of positions from one state that is kept for long to the next, a power of two: about as
   * much memory for states as for what lies between them.
   */
  int stride() {
    long bytes = groups.stream().mapToLong(Group::pageBytes).sum() + STATE_BYTES_PER_PAGE;
    long pages = Math.clamp(Math.ceilDiv(stateBytes, bytes), 1, 1 << 20);
    return Integer.highestOneBit(2 * (int) pages - 1);
  }

  /** Positions before its own that a query of a layer sees at most; 0 where there are none. */
  int behind(int layer) {
    return places[layer] == null || isRecurrent(layer) ? 0 : shape(layer).behind();
  }

  /** Bytes of a sequence of {@code length} tokens of which everything is kept. */
  public long bytes(int length) {
    long positions = groups.stream().mapToLong(group -> pages(length) * group.pageBytes()).sum();
    return positions + STATES * stateBytes;
  }

  /**
   * Bytes of a sequence of {@code length} tokens that came in steps of at most {@link #STEP}: what
   * no query sees any more is not kept.
   */
  public long bytesInSteps(int length) {
    long bytes = STATES * stateBytes;
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
