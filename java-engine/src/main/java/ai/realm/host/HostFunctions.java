package ai.realm.host;

import ai.realm.error.EngineException;
import ai.realm.error.ErrorCode;
import ai.realm.error.ErrorDescription;
import com.google.gson.JsonObject;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.function.IntSupplier;

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
  private static final String BY_RANGES = "read it range by range with realm_get_tensor_range";

  private final Tenant tenant;
  private final GuestMemory memory;
  private final Optional<StreamToken> stream;
  private EngineException lastError;

  /**
   * The functions for one guest.
   *
   * @param stream {@code realm_stream_token}, or empty where the guest does not export it
   */
  public HostFunctions(Tenant tenant, GuestMemory memory, Optional<StreamToken> stream) {
    this.tenant = tenant;
    this.memory = memory;
    this.stream = stream;
  }

  /** What the last call that returned an error failed with. */
  public Optional<EngineException> lastError() {
    return Optional.ofNullable(lastError);
  }

  /**
   * {@code realm_store_model}: copies a GGUF file to the host's storage.
   *
   * @param id the wanted id, 1 to 2^31-1, or 0 to derive it from the content
   * @return the id; {@code MODEL_ID_CONFLICT}, {@code QUOTA_EXCEEDED}, {@code OUT_OF_MEMORY}, or
   *     what is wrong with the file: {@code GGUF_INVALID}, {@code GGUF_TRUNCATED}, {@code
   *     GGUF_UNSUPPORTED_VERSION}, {@code UNSUPPORTED_TYPE}
   */
  public int storeModel(int ggufPtr, int ggufLen, int id) {
    return answer(() -> {
      GuestRange gguf = range("the model", ggufPtr, ggufLen, 1);
      return tenant.storeModel(gguf.read(), id);
    });
  }

  /**
   * {@code realm_get_tensor}: a whole tensor, dequantized to f32.
   *
   * @return bytes written; {@code TENSOR_NOT_FOUND}
   */
  public int getTensor(int model, int namePtr, int nameLen, int outPtr, int outMaxLen) {
    return answer(() -> {
      GuestRange name = range("the name", namePtr, nameLen, 1);
      GuestRange out = range("the output", outPtr, outMaxLen, 1);
      String tensor = name.utf8();
      long elements = tenant.data().elements(model, tensor);
      int bytes = out.fit(elements * Float.BYTES, BY_RANGES);
      out.write(bytes, to -> tenant.data().read(model, tensor, 0, elements, to));
      return bytes;
    });
  }

  /**
   * {@code realm_get_tensor_range}: a part of a tensor, dequantized to f32.
   *
   * @param firstElement unsigned 64 bits
   * @return bytes written; {@code TENSOR_NOT_FOUND}, {@code INVALID_ARGUMENT} for elements that it
   *     has not
   */
  public int getTensorRange(
      int model,
      int namePtr,
      int nameLen,
      long firstElement,
      int elementCount,
      int outPtr,
      int outMaxLen) {
    return answer(() -> {
      GuestRange name = range("the name", namePtr, nameLen, 1);
      GuestRange out = range("the output", outPtr, outMaxLen, 1);
      String tensor = name.utf8();
      long count = Integer.toUnsignedLong(elementCount);
      tenant.data().checkRange(model, tensor, firstElement, count);
      int bytes = out.fit(count * Float.BYTES, "ask for fewer elements a call");
      out.write(bytes, to -> tenant.data().read(model, tensor, firstElement, count, to));
      return bytes;
    });
  }

  /**
   * {@code realm_get_model_info}: how many tensors a model has (u32), and the bytes of their
   * quantized data (u64).
   *
   * @return 0
   */
  public int getModelInfo(int model, int outTensorCount, int outTotalSize) {
    return answer(() -> {
      GuestRange count = range("the tensor count", outTensorCount, 1, Integer.BYTES);
      GuestRange total = range("the total size", outTotalSize, 1, Long.BYTES);
      ModelData.Size size = tenant.data().size(model);
      count.write(new int[] {size.tensors()});
      total.write(size.bytes());
      return 0;
    });
  }

  /**
   * {@code realm_get_model_metadata}: a model's metadata as a JSON object, without arrays of more
   * than 64 elements, such as a vocabulary. An integer beyond 2^53-1 is a string, as is a number
   * that is not finite.
   *
   * @return bytes written
   */
  public int getModelMetadata(int model, int outPtr, int outMaxLen) {
    return answer(() -> {
      GuestRange out = range("the output", outPtr, outMaxLen, 1);
      return writeText(tenant.data().metadata(model).toString(), out);
    });
  }

  /**
   * {@code realm_remove_model}: drops a reference of the guest's to a model. Its memory is freed
   * when nothing uses it any more.
   *
   * @return 0
   */
  public int removeModel(int model) {
    return answer(() -> {
      tenant.removeModel(model);
      return 0;
    });
  }

  /**
   * {@code realm_encode_tokens}: the ids of a text, as u32.
   *
   * @param addSpecial a sum of: 1, the tokens that the file asks for around a text (BOS, EOS) are
   *     added; 2, texts of special tokens in the text become these tokens
   * @param outMax ids that there is room for
   * @return the number of ids; {@code UNSUPPORTED_TOKENIZER}, {@code MODEL_INVALID}
   */
  public int encodeTokens(
      int model, int textPtr, int textLen, int addSpecial, int outIds, int outMax) {
    return answer(() -> {
      GuestRange text = range("the text", textPtr, textLen, 1);
      GuestRange out = range("the output", outIds, outMax, Integer.BYTES);
      if ((addSpecial & ~3) != 0) {
        throw new EngineException(
            ErrorCode.INVALID_ARGUMENT,
            "add_special is " + Integer.toUnsignedString(addSpecial) + "; it must be 0 to 3");
      }
      int[] ids =
          tenant.texts().encode(model, text.utf8(), (addSpecial & 2) != 0, (addSpecial & 1) != 0);
      out.fit((long) ids.length * Integer.BYTES, "encode a shorter text");
      out.write(ids);
      return ids.length;
    });
  }

  /**
   * {@code realm_decode_tokens}: the text of ids (u32). Bytes that are no valid UTF-8 become
   * U+FFFD.
   *
   * @return bytes written; {@code TOKEN_OUT_OF_RANGE}, {@code UNSUPPORTED_TOKENIZER}, {@code
   *     MODEL_INVALID}
   */
  public int decodeTokens(int model, int idsPtr, int idsCount, int outPtr, int outMaxLen) {
    return answer(() -> {
      GuestRange ids = range("the ids", idsPtr, idsCount, Integer.BYTES);
      GuestRange out = range("the output", outPtr, outMaxLen, 1);
      return writeText(tenant.texts().decode(model, ids.ints()), out);
    });
  }

  /**
   * {@code realm_embed_tokens}: what enters layer 0, for each id (u32) a hidden state of f32.
   *
   * @return bytes written; {@code TOKEN_OUT_OF_RANGE}, {@code UNSUPPORTED_ARCHITECTURE}, {@code
   *     MODEL_INVALID}
   */
  public int embedTokens(int model, int idsPtr, int idsCount, int outPtr, int outMaxLen) {
    return answer(() -> {
      GuestRange ids = range("the ids", idsPtr, idsCount, Integer.BYTES);
      GuestRange out = range("the output", outPtr, outMaxLen, 1);
      long state = (long) tenant.sessions().width(model) * Float.BYTES;
      int bytes = out.fit(Integer.toUnsignedLong(idsCount) * state, "embed fewer tokens a call");
      out.write(bytes, to -> tenant.sessions().embed(model, ids.ints(), to));
      return bytes;
    });
  }

  /**
   * {@code realm_forward_layer}: takes hidden states through one layer of a session. The output may
   * be where the input is.
   *
   * @param hiddenCount f32 values: one hidden state or more
   * @param position of the first state in the session's sequence: at most as many as the layer has
   *     seen; what it has seen from there on is replaced
   * @return bytes written, as many as the input's; {@code SESSION_NOT_FOUND}, {@code
   *     INVALID_ARGUMENT} for a layer that is not there, a count that is no multiple of a state, or
   *     a position that leaves a gap, {@code CONTEXT_OVERFLOW}, {@code QUOTA_EXCEEDED}
   */
  public int forwardLayer(
      int session,
      int layer,
      int hiddenPtr,
      int hiddenCount,
      int position,
      int outPtr,
      int outMaxLen) {
    return answer(() -> {
      GuestRange input = range("the hidden states", hiddenPtr, hiddenCount, Float.BYTES);
      GuestRange out = range("the output", outPtr, outMaxLen, 1);
      tenant.sessions().checkForward(session, layer, hiddenCount, position);
      int bytes = out.fit(input.length(), "forward fewer hidden states a call");
      float[] hidden = input.floats();
      tenant.sessions().forward(session, layer, hidden, position);
      out.write(hidden);
      return bytes;
    });
  }

  /**
   * {@code realm_compute_logits}: the logits, f32, after the last of the hidden states, which have
   * left the last layer. Each call is one token of the guest's grant.
   *
   * @param hiddenCount f32 values: one hidden state or more
   * @return bytes written; {@code INVALID_ARGUMENT} for a count that is no multiple of a state,
   *     {@code UNSUPPORTED_ARCHITECTURE}, {@code MODEL_INVALID}, {@code QUOTA_EXCEEDED}
   */
  public int computeLogits(int model, int hiddenPtr, int hiddenCount, int outPtr, int outMaxLen) {
    return answer(() -> {
      GuestRange input = range("the hidden states", hiddenPtr, hiddenCount, Float.BYTES);
      GuestRange out = range("the output", outPtr, outMaxLen, 1);
      int width = tenant.sessions().width(model);
      Sessions.checkStates(Integer.toUnsignedLong(hiddenCount), width);
      long vocabulary = tenant.sessions().vocabulary(model);
      int bytes = out.fit(vocabulary * Float.BYTES, "this vocabulary is too large for a guest");
      out.write(tenant.sessions().logits(model, input.last(width)));
      return bytes;
    });
  }

  /**
   * {@code realm_open_session}: opens a session, with a KV cache of its own.
   *
   * @param contextLength positions that it may have, 1 to what the model was trained for
   * @return its id, 1 or more; {@code INVALID_ARGUMENT}, {@code UNSUPPORTED_ARCHITECTURE}, {@code
   *     MODEL_INVALID}, {@code QUOTA_EXCEEDED}
   */
  public int openSession(int model, int contextLength) {
    return answer(() -> tenant.sessions().open(model, Integer.toUnsignedLong(contextLength)));
  }

  /**
   * {@code realm_close_session}: ends a session.
   *
   * @return 0; {@code SESSION_NOT_FOUND}
   */
  public int closeSession(int session) {
    return answer(() -> {
      tenant.closeSession(session);
      return 0;
    });
  }

  /**
   * {@code realm_generate}: continues a prompt. Where the guest exports {@code realm_stream_token},
   * each piece of the text is written to the output behind the one before, and handed over there;
   * on an error the output is put back as it was.
   *
   * @param optionsPtr a JSON object as {@link Texts#generate} takes; none for a length of 0
   * @return bytes of UTF-8 written; {@code INVALID_ARGUMENT}, {@code CONTEXT_OVERFLOW}, {@code
   *     QUOTA_EXCEEDED}, {@code ABORTED}, {@code TOKEN_OUT_OF_RANGE}, {@code
   *     UNSUPPORTED_ARCHITECTURE}, {@code UNSUPPORTED_TOKENIZER}, {@code MODEL_INVALID}
   */
  public int generate(
      int model,
      int promptPtr,
      int promptLen,
      int optionsPtr,
      int optionsLen,
      int outPtr,
      int outMaxLen) {
    return answer(() -> {
      GuestRange prompt = range("the prompt", promptPtr, promptLen, 1);
      GuestRange options = range("the options", optionsPtr, optionsLen, 1);
      GuestRange out = range("the output", outPtr, outMaxLen, 1);
      String text = prompt.utf8();
      JsonObject wanted = options.json();
      try (GuestText written = new GuestText(out, stream)) {
        tenant.texts().generate(model, text, wanted, written::add);
        return written.keep();
      }
    });
  }

  private GuestRange range(String what, int pointer, int count, int size) {
    return GuestRange.of(memory, what, pointer, count, size);
  }

  private static int writeText(String text, GuestRange out) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    int length = out.fit(bytes.length, "");
    out.write(bytes);
    return length;
  }

  /** The result of a call, or the number of its error. */
  private int answer(IntSupplier call) {
    try {
      tenant.requireOpen();
      return call.getAsInt();
    } catch (EngineException failure) {
      lastError = failure;
    } catch (RuntimeException | Error failure) {
      // A guest gets codes whatever happens; the message says what it was.
      ErrorDescription description = ErrorDescription.of(failure);
      lastError = new EngineException(description.code(), description.message(), failure);
    }
    return lastError.code().number();
  }
}
