package ai.realm.host;

/** The functions on a guest's models and their tensors; see {@link HostFunctions}. */
public final class ModelFunctions {
  private static final String BY_RANGES = "read it range by range with realm_get_tensor_range";

  private final Tenant tenant;
  private final AbiBoundary boundary;

  ModelFunctions(Tenant tenant, AbiBoundary boundary) {
    this.tenant = tenant;
    this.boundary = boundary;
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
    return boundary.answer(() -> {
      GuestRange gguf = boundary.range("the model", ggufPtr, ggufLen, 1);
      return tenant.storeModel(gguf.read(), id);
    });
  }

  /**
   * {@code realm_get_tensor}: a whole tensor, dequantized to f32.
   *
   * @return bytes written; {@code TENSOR_NOT_FOUND}
   */
  public int getTensor(int model, int namePtr, int nameLen, int outPtr, int outMaxLen) {
    return boundary.answer(() -> {
      GuestRange name = boundary.range("the name", namePtr, nameLen, 1);
      GuestRange out = boundary.range("the output", outPtr, outMaxLen, 1);
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
    return boundary.answer(() -> {
      GuestRange name = boundary.range("the name", namePtr, nameLen, 1);
      GuestRange out = boundary.range("the output", outPtr, outMaxLen, 1);
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
    return boundary.answer(() -> {
      GuestRange count = boundary.range("the tensor count", outTensorCount, 1, Integer.BYTES);
      GuestRange total = boundary.range("the total size", outTotalSize, 1, Long.BYTES);
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
    return boundary.answer(() -> {
      GuestRange out = boundary.range("the output", outPtr, outMaxLen, 1);
      return out.writeText(tenant.data().metadata(model).toString());
    });
  }

  /**
   * {@code realm_remove_model}: drops a reference of the guest's to a model. Its memory is freed
   * when nothing uses it any more.
   *
   * @return 0
   */
  public int removeModel(int model) {
    return boundary.answer(() -> {
      tenant.removeModel(model);
      return 0;
    });
  }
}
