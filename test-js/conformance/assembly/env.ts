// The host functions. This file's name is the module that they are imported from.

export declare function realm_store_model(ggufPtr: u32, ggufLen: u32, modelId: u32): i32

export declare function realm_get_tensor(
  modelId: u32,
  namePtr: u32,
  nameLen: u32,
  outPtr: u32,
  outMaxLen: u32,
): i32

export declare function realm_get_tensor_range(
  modelId: u32,
  namePtr: u32,
  nameLen: u32,
  firstElement: u64,
  elementCount: u32,
  outPtr: u32,
  outMaxLen: u32,
): i32

export declare function realm_get_model_info(modelId: u32, outTensorCount: u32, outTotalSize: u32): i32

export declare function realm_get_model_metadata(modelId: u32, outPtr: u32, outMaxLen: u32): i32

export declare function realm_remove_model(modelId: u32): i32

export declare function realm_encode_tokens(
  modelId: u32,
  textPtr: u32,
  textLen: u32,
  addSpecial: u32,
  outIds: u32,
  outMax: u32,
): i32

export declare function realm_decode_tokens(
  modelId: u32,
  idsPtr: u32,
  idsCount: u32,
  outPtr: u32,
  outMaxLen: u32,
): i32

export declare function realm_embed_tokens(
  modelId: u32,
  idsPtr: u32,
  idsCount: u32,
  outPtr: u32,
  outMaxLen: u32,
): i32

export declare function realm_forward_layer(
  sessionId: u32,
  layer: u32,
  hiddenPtr: u32,
  hiddenCount: u32,
  position: u32,
  outPtr: u32,
  outMaxLen: u32,
): i32

export declare function realm_compute_logits(
  modelId: u32,
  hiddenPtr: u32,
  hiddenCount: u32,
  outPtr: u32,
  outMaxLen: u32,
): i32

export declare function realm_open_session(modelId: u32, contextLength: u32): i32

export declare function realm_close_session(sessionId: u32): i32

export declare function realm_generate(
  modelId: u32,
  promptPtr: u32,
  promptLen: u32,
  optionsPtr: u32,
  optionsLen: u32,
  outPtr: u32,
  outMaxLen: u32,
): i32
