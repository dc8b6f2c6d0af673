package ai.realm.model.arch;

import ai.realm.error.EngineException;
import ai.realm.error.ErrorCode;
import ai.realm.gguf.Gguf;
import ai.realm.gguf.TensorInfo;
import ai.realm.gguf.TensorType;
import ai.realm.kernels.Kernels;
import ai.realm.kernels.Matrix;
import ai.realm.kernels.WorkerPool;
import ai.realm.model.net.Classifier;
import ai.realm.model.net.EmbeddingTable;
import ai.realm.model.net.Linear;
import ai.realm.model.net.Network;
import ai.realm.model.net.Norm;
import ai.realm.quant.BlockFormat;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.Function;

/**
 * Takes a model's tensors from its file by name, checks their shapes, and knows which were never
 * taken. Names of parts are those of tensors without {@code .weight} or {@code .bias}.
 */
public final class WeightSource {
  private final Gguf gguf;
  private final Hyperparameters h;
  private final Function<TensorInfo, Matrix> prepare;
  private final Arena arena;
  private final BiConsumer<TensorInfo, float[]> read;
  private final Set<String> taken = new HashSet<>();

  /** Prepares matrices on {@code pool}, with storage from {@code arena}. */
  public WeightSource(Gguf gguf, Hyperparameters h, Kernels kernels, WorkerPool pool, Arena arena) {
    this(gguf, h, tensor -> kernels.prepare(tensor, pool, arena), arena, WeightSource::dequantize);
  }

  /**
   * Of a file of which its head alone may be there: matrices are made by {@code prepare}, and all
   * other values are 1. What is made of matrices' values is in {@code arena}.
   */
  public static WeightSource ofHead(
      Gguf gguf, Hyperparameters h, Function<TensorInfo, Matrix> prepare, Arena arena) {
    return new WeightSource(gguf, h, prepare, arena, (tensor, values) -> Arrays.fill(values, 1));
  }

  private WeightSource(
      Gguf gguf,
      Hyperparameters h,
      Function<TensorInfo, Matrix> prepare,
      Arena arena,
      BiConsumer<TensorInfo, float[]> read) {
    this.read = read;
    this.gguf = gguf;
    this.h = h;
    this.prepare = prepare;
    this.arena = arena;
  }

  /** Whether the file has this tensor. */
  public boolean has(String tensor) {
    return gguf.tensor(tensor).isPresent();
  }

  /** The tensor, of exactly this shape in GGUF's order. */
  public TensorInfo tensor(String name, long... shape) {
    TensorInfo tensor = tensorOf(name);
    if (!Arrays.equals(tensor.shape(), shape)) {
      throw new EngineException(
          ErrorCode.MODEL_INVALID,
          "tensor %s has the shape %s, %s is expected"
              .formatted(name, Arrays.toString(tensor.shape()), Arrays.toString(shape)));
    }
    return tensor;
  }

  /** The tensor, of any shape. */
  TensorInfo tensorOf(String name) {
    taken.add(name);
    return gguf.tensor(name)
        .orElseThrow(() ->
            new EngineException(
                ErrorCode.MODEL_INVALID,
                "the file has no tensor " + name + ", which its architecture needs"));
  }

  /** A vector of f32, as norms have. */
  public float[] vector(String tensor, int n) {
    return values(tensor, n);
  }

  /** All values of a tensor of exactly this shape in GGUF's order. */
  float[] values(String tensor, long... shape) {
    TensorInfo info = tensor(tensor, shape);
    float[] values = new float[Math.toIntExact(info.elements())];
    read.accept(info, values);
    return values;
  }

  private static void dequantize(TensorInfo tensor, float[] values) {
    BlockFormat.of(tensor.type()).dequantize(tensor.data(), 0, values, 0, values.length);
  }

  /** A two-dimensional tensor, or a slice of one of three, ready for the kernels. */
  public Matrix matrix(TensorInfo tensor) {
    return prepare.apply(tensor);
  }

  /** The RMS norm of a whole row of the stream. */
  public Norm rms(String part) {
    return rms(part, h.width());
  }

  /** The RMS norm of {@code n} values. */
  public Norm.Rms rms(String part, int n) {
    return new Norm.Rms(vector(part + ".weight", n), h.rmsEpsilon());
  }

  /** The layer norm of {@code n} values; without a bias where the file has none. */
  public Norm layerNorm(String part, int n) {
    float[] bias = has(part + ".bias") ? vector(part + ".bias", n) : new float[n];
    return new Norm.Layer(vector(part + ".weight", n), bias, h.layerNormEpsilon());
  }

  /** {@code (out, in)} weights, with a scale and a bias where the file has them. */
  public Linear linear(String part, int out, int in) {
    return parts(part, in, out)[0];
  }

  /** {@code (1, in)} weights without a bias, of a tensor that has one dimension in most files. */
  public Linear row(String part, int in) {
    TensorInfo weights = tensorOf(part + ".weight");
    if (weights.columns() != in || weights.rows() != 1) {
      return linear(part, 1, in); // Says which shape is expected.
    }
    long[] shape = {in, 1};
    TensorInfo matrix =
        new TensorInfo(weights.name(), weights.type(), shape, weights.offset(), weights.data());
    return new Linear(matrix.name(), matrix(matrix));
  }

  /** Several linear layers whose rows lie one behind the other in one tensor. */
  public Linear[] parts(String part, int in, int... outs) {
    int all = Arrays.stream(outs).sum();
    TensorInfo weights = tensor(part + ".weight", in, all);
    float[] bias = has(part + ".bias") ? vector(part + ".bias", all) : new float[0];
    float scale = scales(part, 1)[0];
    Linear[] parts = new Linear[outs.length];
    for (int i = 0, row = 0; i < outs.length; row += outs[i++]) {
      TensorInfo rows = outs[i] == all ? weights : weights.rows(row, outs[i]);
      float[] its = bias.length == 0 ? bias : Arrays.copyOfRange(bias, row, row + outs[i]);
      parts[i] = new Linear(rows.name(), matrix(rows), scale, its);
    }
    return parts;
  }

  /**
   * {@code n} linear layers {@code (out, in)}, the slices of a tensor of three dimensions; with the
   * rows of a bias {@code (n, out)}, and a scale each, where the file has them.
   */
  public Linear[] slices(String part, int out, int in, int n) {
    TensorInfo weights = tensor(part + ".weight", in, out, n);
    float[] bias = has(part + ".bias") ? values(part + ".bias", out, n) : new float[0];
    float[] scales = scales(part, n);
    Linear[] slices = new Linear[n];
    for (int i = 0; i < n; i++) {
      TensorInfo slice = weights.slice(i);
      float[] its = bias.length == 0 ? bias : Arrays.copyOfRange(bias, i * out, (i + 1) * out);
      slices[i] = new Linear(slice.name(), matrix(slice), scales[i], its);
    }
    return slices;
  }

  /** Of each of {@code n} slices several linear layers, whose rows lie one behind the other. */
  public Linear[][] sliceParts(String part, int in, int n, int... outs) {
    TensorInfo weights = tensor(part + ".weight", in, Arrays.stream(outs).sum(), n);
    float[] scales = scales(part, n);
    Linear[][] parts = new Linear[n][outs.length];
    for (int i = 0; i < n; i++) {
      TensorInfo slice = weights.slice(i);
      for (int p = 0, row = 0; p < outs.length; row += outs[p++]) {
        TensorInfo rows = slice.rows(row, outs[p]);
        parts[i][p] = new Linear(rows.name(), matrix(rows), scales[i], new float[0]);
      }
    }
    return parts;
  }

  /**
   * {@code n} linear layers {@code (in, out)} of f32: the transposes of those {@code (out, in)}
   * whose rows lie {@code apart} from each other in one tensor.
   */
  Linear[] transposes(String part, int out, int in, int n, int apart) {
    TensorInfo all = tensor(part + ".weight", in, (long) n * apart);
    BlockFormat format = BlockFormat.of(all.type());
    Linear[] transposes = new Linear[n];
    for (int i = 0; i < n; i++) {
      TensorInfo rows = all.rows(i * apart, out);
      float[] row = new float[in];
      MemorySegment data = arena.allocate((long) out * in * Float.BYTES, 64);
      for (int r = 0; r < out; r++) {
        format.dequantize(rows.data(), r * rows.rowBytes(), row, 0, in);
        for (int c = 0; c < in; c++) {
          data.set(ValueLayout.JAVA_FLOAT, ((long) c * out + r) * Float.BYTES, row[c]);
        }
      }
      String name = rows.name() + " transposed";
      TensorInfo transpose = new TensorInfo(name, TensorType.F32, new long[] {out, in}, 0, data);
      transposes[i] = new Linear(name, matrix(transpose));
    }
    return transposes;
  }

  /**
   * {@code n} linear layers {@code (out, in)}, whose first rows lie {@code apart} in one tensor.
   */
  Linear[] every(String part, int first, int out, int in, int n, int apart) {
    TensorInfo all = tensor(part + ".weight", in, (long) n * apart);
    Linear[] linears = new Linear[n];
    for (int i = 0; i < n; i++) {
      TensorInfo rows = all.rows(i * apart + first, out);
      linears[i] = new Linear(rows.name(), matrix(rows));
    }
    return linears;
  }

  /**
   * What the products of {@code n} matrices are multiplied by, as files in NVFP4 have it. The
   * scales by which their activations were to be rounded are passed over: here they are not rounded
   * so. Gemma 4's router has a vector of this name, which is no such scale, and what experts give
   * is scaled with their weights.
   */
  private float[] scales(String part, int n) {
    ignore(part + ".input_scale");
    boolean scaled =
        gguf.tensor(part + ".scale").map(TensorInfo::elements).orElse(0L) == n
            && !part.endsWith("ffn_down_exps");
    if (scaled) {
      return vector(part + ".scale", n);
    }
    float[] ones = new float[n];
    Arrays.fill(ones, 1);
    return ones;
  }

  /** The tensors of one layer. */
  public LayerSource layer(int layer) {
    return new LayerSource(this, h, layer);
  }

  /** {@code token_embd}, as many rows as there are tokens. */
  public Network.Embedding embedding(double scale) {
    long vocabulary = gguf.tensor("token_embd.weight").map(TensorInfo::rows).orElse(0L);
    TensorInfo table = tensor("token_embd.weight", h.width(), vocabulary);
    return new Network.Embedding(new EmbeddingTable(table), (float) scale);
  }

  /**
   * What tokens have in every layer: {@code per_layer_token_embd}, {@code per_layer_model_proj} and
   * {@code per_layer_proj_norm}, {@code size} values a layer.
   */
  public Network.LayerInputs layerInputs(int size) {
    int all = Math.multiplyExact(size, h.layers());
    long vocabulary = gguf.tensor("token_embd.weight").map(TensorInfo::rows).orElse(0L);
    return new Network.LayerInputs(
        new EmbeddingTable(tensor("per_layer_token_embd.weight", all, vocabulary)),
        (float) Math.sqrt(size),
        linear("per_layer_model_proj", all, h.width()),
        (float) (1 / Math.sqrt(h.width())),
        rms("per_layer_proj_norm", size),
        size);
  }

  /** BERT's: {@code token_embd_norm} of tokens, their types, and maybe {@code position_embd}. */
  public Network.BertEmbedding bertEmbedding(boolean hasPositions) {
    EmbeddingTable tokens = embedding(1).table();
    float[] segment = new float[h.width()];
    if (has("token_types.weight")) {
      TensorInfo types = tensorOf("token_types.weight");
      new EmbeddingTable(tensor("token_types.weight", h.width(), types.rows())).row(0, segment, 0);
    }
    Optional<EmbeddingTable> positions =
        hasPositions
            ? Optional.of(
                new EmbeddingTable(tensor("position_embd.weight", h.width(), h.trainedContext())))
            : Optional.empty();
    Norm norm = layerNorm("token_embd_norm", h.width());
    return new Network.BertEmbedding(tokens, positions, segment, norm);
  }

  /** {@code output} behind a norm, or {@code token_embd} where the file ties them. */
  public Network.Output output(Norm norm) {
    return output(norm, 1, Double.POSITIVE_INFINITY);
  }

  /** The same with a factor of the logits, and a bound that they are kept below. */
  public Network.Output output(Norm norm, double scale, double softcap) {
    String part = has("output.weight") ? "output" : "token_embd";
    long vocabulary = gguf.tensor("token_embd.weight").map(TensorInfo::rows).orElse(0L);
    Linear linear = linear(part, (int) Math.min(vocabulary, Integer.MAX_VALUE), h.width());
    return new Network.Output(norm, linear, (float) scale, (float) softcap);
  }

  /**
   * The head of a model that judges pairs of texts, {@code cls} and {@code cls.output}; none where
   * the file has neither.
   *
   * @throws EngineException {@code MODEL_INVALID} if the file says that it is such a model, but has
   *     no head; {@code UNSUPPORTED_ARCHITECTURE} for more than two labels
   */
  public Optional<Classifier> classifier() {
    if (!has("cls.weight") && !has("cls.output.weight")) {
      if (h.isReranker()) {
        tensorOf("cls.output.weight");
      }
      return Optional.empty();
    }
    // The file of a single matrix may call it either.
    String output = has("cls.output.weight") ? "cls.output" : "cls";
    long labels = tensorOf(output + ".weight").rows();
    if (labels > 2) {
      throw new EngineException(
          ErrorCode.UNSUPPORTED_ARCHITECTURE,
          ("tensor %s.weight is of %d labels; 1 or 2 are expected, of a model that ranks: other"
                  + " classifiers do not run here")
              .formatted(output, labels));
    }
    Optional<Linear> dense =
        !output.equals("cls") && has("cls.weight")
            ? Optional.of(linear("cls", h.width(), h.width()))
            : Optional.empty();
    List<String> names = h.labels();
    if (!names.isEmpty() && names.size() != labels) {
      throw h.invalid(
          "classifier.output_labels",
          names,
          "as many labels as tensor %s.weight has rows, %d,".formatted(output, labels));
    }
    int relevant = Math.max(0, names.indexOf("yes"));
    return Optional.of(new Classifier(dense, linear(output, (int) labels, h.width()), relevant));
  }

  /** Marks a tensor that adds nothing. */
  public void ignore(String tensor) {
    taken.add(tensor);
  }

  /**
   * Refuses a file with tensors that no part of the forward pass reads: its result would be wrong.
   *
   * @throws EngineException {@code UNSUPPORTED_ARCHITECTURE}, naming the first
   */
  public void requireAllTaken() {
    for (TensorInfo tensor : gguf.tensors()) {
      if (!taken.contains(tensor.name())) {
        throw new EngineException(
            ErrorCode.UNSUPPORTED_ARCHITECTURE,
            ("tensor %s has no place in the forward pass of %s here; this variant of the"
                    + " architecture is not supported")
                .formatted(tensor.name(), h.architecture()));
      }
    }
  }
}
