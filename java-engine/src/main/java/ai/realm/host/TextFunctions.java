package ai.realm.host;

import ai.realm.error.EngineException;
import ai.realm.error.ErrorCode;
import com.google.gson.JsonObject;
import java.util.Optional;

/**
 * The functions between texts and token ids, and that which generates; see {@link HostFunctions}.
 */
public final class TextFunctions {
  private final Tenant tenant;
  private final AbiBoundary boundary;
  private final Optional<StreamToken> stream;

  TextFunctions(Tenant tenant, AbiBoundary boundary, Optional<StreamToken> stream) {
    this.tenant = tenant;
    this.boundary = boundary;
    this.stream = stream;
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
    return boundary.answer(() -> {
      GuestRange text = boundary.range("the text", textPtr, textLen, 1);
      GuestRange out = boundary.range("the output", outIds, outMax, Integer.BYTES);
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
    return boundary.answer(() -> {
      GuestRange ids = boundary.range("the ids", idsPtr, idsCount, Integer.BYTES);
      GuestRange out = boundary.range("the output", outPtr, outMaxLen, 1);
      return out.writeText(tenant.texts().decode(model, ids.ints()));
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
    return boundary.answer(() -> {
      GuestRange prompt = boundary.range("the prompt", promptPtr, promptLen, 1);
      GuestRange options = boundary.range("the options", optionsPtr, optionsLen, 1);
      GuestRange out = boundary.range("the output", outPtr, outMaxLen, 1);
      String text = prompt.utf8();
      JsonObject wanted = options.json();
      try (GuestText written = new GuestText(out, stream)) {
        tenant.texts().generate(model, text, wanted, written::add);
        return written.keep();
      }
    });
  }
}
