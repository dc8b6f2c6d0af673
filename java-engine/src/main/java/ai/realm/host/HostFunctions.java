package ai.realm.host;

import ai.realm.error.EngineException;
import ai.realm.error.ErrorCode;
import java.util.Optional;

/**
 * The functions of the host that one guest calls, over its memory: the contract between guests and
 * the host, whatever bridge lies between.
 *
 * <p>Pointers, lengths, counts and ids are unsigned 32-bit numbers; a pointer is an offset in the
 * guest's memory; a length is in bytes, a count in elements of what the pointer points to. All
 * values in memory are little-endian. A result is 0 or more; an error is the negative {@linkplain
 * ErrorCode#number number} of its code. Every range is checked before any work and before any
 * write: {@code OUT_OF_BOUNDS}. On an error nothing is written. A result that is longer than its
 * range is {@code BUFFER_TOO_SMALL}, one of 2 GiB and more {@code RESULT_TOO_LARGE}. Names and
 * texts are UTF-8; what is not is {@code INVALID_ARGUMENT}. A model that the guest does not have is
 * {@code MODEL_NOT_FOUND}. After {@link Tenant#close} every function is {@code DISPOSED}.
 *
 * <p>For one thread at a time. A call may come from within {@link StreamToken#piece}.
 */
public final class HostFunctions {
  private final AbiBoundary boundary;
  private final ModelFunctions models;
  private final TextFunctions texts;
  private final LayerFunctions layers;

  /**
   * The functions for one guest.
   *
   * @param stream {@code realm_stream_token}, or empty where the guest does not export it
   */
  public HostFunctions(Tenant tenant, GuestMemory memory, Optional<StreamToken> stream) {
    this.boundary = new AbiBoundary(tenant, memory);
    this.models = new ModelFunctions(tenant, boundary);
    this.texts = new TextFunctions(tenant, boundary, stream);
    this.layers = new LayerFunctions(tenant, boundary);
  }

  /** Those on its models and their tensors. */
  public ModelFunctions models() {
    return models;
  }

  /** Those between texts and ids, and that which generates. */
  public TextFunctions texts() {
    return texts;
  }

  /** Those of a forward pass, layer by layer. */
  public LayerFunctions layers() {
    return layers;
  }

  /** What the last call that returned an error failed with. */
  public Optional<EngineException> lastError() {
    return boundary.lastError();
  }
}
