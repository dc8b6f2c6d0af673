package ai.realm.host;

/** The functions of a forward pass, layer by layer, and its sessions; see {@link HostFunctions}. */
public final class LayerFunctions {
  private final Tenant tenant;
  private final AbiBoundary boundary;

  LayerFunctions(Tenant tenant, AbiBoundary boundary) {
    this.tenant = tenant;
    this.boundary = boundary;
  }

  /**
   * {@code realm_embed_tokens}: what enters layer 0, for each id (u32) a hidden state of f32.
   *
   * @return bytes written; {@code TOKEN_OUT_OF_RANGE}, {@code UNSUPPORTED_ARCHITECTURE}, {@code
   *     MODEL_INVALID}
   */
  public int embedTokens(int model, int idsPtr, int idsCount, int outPtr, int outMaxLen) {
    return boundary.answer(() -> {
      GuestRange ids = boundary.range("the ids", idsPtr, idsCount, Integer.BYTES);
      GuestRange out = boundary.range("the output", outPtr, outMaxLen, 1);
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
   *     a position that leaves a gap, or one (but 0) before which a sliding window has lost what it
   *     saw, {@code CONTEXT_OVERFLOW}, {@code QUOTA_EXCEEDED}
   */
  public int forwardLayer(
      int session,
      int layer,
      int hiddenPtr,
      int hiddenCount,
      int position,
      int outPtr,
      int outMaxLen) {
    return boundary.answer(() -> {
      GuestRange input = boundary.range("the hidden states", hiddenPtr, hiddenCount, Float.BYTES);
      GuestRange out = boundary.range("the output", outPtr, outMaxLen, 1);
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
    return boundary.answer(() -> {
      GuestRange input = boundary.range("the hidden states", hiddenPtr, hiddenCount, Float.BYTES);
      GuestRange out = boundary.range("the output", outPtr, outMaxLen, 1);
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
    return boundary.answer(
        () -> tenant.sessions().open(model, Integer.toUnsignedLong(contextLength)));
  }

  /**
   * {@code realm_close_session}: ends a session.
   *
   * @return 0; {@code SESSION_NOT_FOUND}
   */
  public int closeSession(int session) {
    return boundary.answer(() -> {
      tenant.closeSession(session);
      return 0;
    });
  }
}
