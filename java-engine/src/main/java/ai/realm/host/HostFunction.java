package ai.realm.host;

import static ai.realm.host.HostFunction.Parameter.I32;
import static ai.realm.host.HostFunction.Parameter.I64;

import java.util.List;

/**
 * The functions that guests import from the module {@code env}, by name and parameters, for bridges
 * that bind all of them alike. Each returns an i32. What they do is in {@link HostFunctions}.
 */
@SuppressWarnings("ImmutableEnumChecker") // List.of makes the list of parameters immutable.
public enum HostFunction {
  STORE_MODEL("realm_store_model", I32, I32, I32),
  GET_TENSOR("realm_get_tensor", I32, I32, I32, I32, I32),
  GET_TENSOR_RANGE("realm_get_tensor_range", I32, I32, I32, I64, I32, I32, I32),
  GET_MODEL_INFO("realm_get_model_info", I32, I32, I32),
  GET_MODEL_METADATA("realm_get_model_metadata", I32, I32, I32),
  REMOVE_MODEL("realm_remove_model", I32),
  ENCODE_TOKENS("realm_encode_tokens", I32, I32, I32, I32, I32, I32),
  DECODE_TOKENS("realm_decode_tokens", I32, I32, I32, I32, I32),
  EMBED_TOKENS("realm_embed_tokens", I32, I32, I32, I32, I32),
  FORWARD_LAYER("realm_forward_layer", I32, I32, I32, I32, I32, I32, I32),
  COMPUTE_LOGITS("realm_compute_logits", I32, I32, I32, I32, I32),
  OPEN_SESSION("realm_open_session", I32, I32),
  CLOSE_SESSION("realm_close_session", I32),
  GENERATE("realm_generate", I32, I32, I32, I32, I32, I32, I32);

  /** The type of a parameter in WebAssembly. All are unsigned but for what says otherwise. */
  public enum Parameter {
    I32,
    I64
  }

  private final String importName;
  private final List<Parameter> parameters;

  HostFunction(String importName, Parameter... parameters) {
    this.importName = importName;
    this.parameters = List.of(parameters);
  }

  /** The name that guests import. */
  public String importName() {
    return importName;
  }

  /** The types of the parameters. */
  public List<Parameter> parameters() {
    return parameters;
  }

  /**
   * Calls it.
   *
   * @param f the guest's functions
   * @param args one for each parameter; those of 32 bits may be signed or unsigned
   */
  public int call(HostFunctions f, long... args) {
    if (args.length != parameters.size()) {
      throw new IllegalArgumentException(importName + " was given " + args.length + " arguments");
    }
    int[] a = new int[args.length];
    for (int i = 0; i < args.length; i++) {
      a[i] = (int) args[i];
    }
    return switch (this) {
      case STORE_MODEL -> f.models().storeModel(a[0], a[1], a[2]);
      case GET_TENSOR -> f.models().getTensor(a[0], a[1], a[2], a[3], a[4]);
      case GET_TENSOR_RANGE ->
          f.models().getTensorRange(a[0], a[1], a[2], args[3], a[4], a[5], a[6]);
      case GET_MODEL_INFO -> f.models().getModelInfo(a[0], a[1], a[2]);
      case GET_MODEL_METADATA -> f.models().getModelMetadata(a[0], a[1], a[2]);
      case REMOVE_MODEL -> f.models().removeModel(a[0]);
      case ENCODE_TOKENS -> f.texts().encodeTokens(a[0], a[1], a[2], a[3], a[4], a[5]);
      case DECODE_TOKENS -> f.texts().decodeTokens(a[0], a[1], a[2], a[3], a[4]);
      case EMBED_TOKENS -> f.layers().embedTokens(a[0], a[1], a[2], a[3], a[4]);
      case FORWARD_LAYER -> f.layers().forwardLayer(a[0], a[1], a[2], a[3], a[4], a[5], a[6]);
      case COMPUTE_LOGITS -> f.layers().computeLogits(a[0], a[1], a[2], a[3], a[4]);
      case OPEN_SESSION -> f.layers().openSession(a[0], a[1]);
      case CLOSE_SESSION -> f.layers().closeSession(a[0]);
      case GENERATE -> f.texts().generate(a[0], a[1], a[2], a[3], a[4], a[5], a[6]);
    };
  }
}
