// A guest that does nothing by itself: it exports a wrapper for each host function, and its memory, which it does not use.

import * as host from './env'

export function realm_store_model(ggufPtr: u32, ggufLen: u32, modelId: u32): i32 {
  return host.realm_store_model(ggufPtr, ggufLen, modelId)
}

export function realm_get_tensor(modelId: u32, namePtr: u32, nameLen: u32, outPtr: u32, outMaxLen: u32): i32 {
  return host.realm_get_tensor(modelId, namePtr, nameLen, outPtr, outMaxLen)
}

export function realm_get_tensor_range(
  modelId: u32,
  namePtr: u32,
  nameLen: u32,
  firstElement: u64,
  elementCount: u32,
  outPtr: u32,
  outMaxLen: u32,
): i32 {
  return host.realm_get_tensor_range(modelId, namePtr, nameLen, firstElement, elementCount, outPtr, outMaxLen)
}

export function realm_get_model_info(modelId: u32, outTensorCount: u32, outTotalSize: u32): i32 {
  return host.realm_get_model_info(modelId, outTensorCount, outTotalSize)
}

export function realm_get_model_metadata(modelId: u32, outPtr: u32, outMaxLen: u32): i32 {
  return host.realm_get_model_metadata(modelId, outPtr, outMaxLen)
}

export function realm_remove_model(modelId: u32): i32 {
  return host.realm_remove_model(modelId)
}

export function realm_encode_tokens(
  modelId: u32,
  textPtr: u32,
  textLen: u32,
  addSpecial: u32,
  outIds: u32,
  outMax: u32,
): i32 {
  return host.realm_encode_tokens(modelId, textPtr, textLen, addSpecial, outIds, outMax)
}

export function realm_decode_tokens(
  modelId: u32,
  idsPtr: u32,
  idsCount: u32,
  outPtr: u32,
  outMaxLen: u32,
): i32 {
  return host.realm_decode_tokens(modelId, idsPtr, idsCount, outPtr, outMaxLen)
}

export function realm_embed_tokens(
  modelId: u32,
  idsPtr: u32,
  idsCount: u32,
  outPtr: u32,
  outMaxLen: u32,
): i32 {
  return host.realm_embed_tokens(modelId, idsPtr, idsCount, outPtr, outMaxLen)
}

export function realm_forward_layer(
  sessionId: u32,
  layer: u32,
  hiddenPtr: u32,
  hiddenCount: u32,
  position: u32,
  outPtr: u32,
  outMaxLen: u32,
): i32 {
  return host.realm_forward_layer(sessionId, layer, hiddenPtr, hiddenCount, position, outPtr, outMaxLen)
}

export function realm_compute_logits(
  modelId: u32,
  hiddenPtr: u32,
  hiddenCount: u32,
  outPtr: u32,
  outMaxLen: u32,
): i32 {
  return host.realm_compute_logits(modelId, hiddenPtr, hiddenCount, outPtr, outMaxLen)
}

export function realm_open_session(modelId: u32, contextLength: u32): i32 {
  return host.realm_open_session(modelId, contextLength)
}

export function realm_close_session(sessionId: u32): i32 {
  return host.realm_close_session(sessionId)
}

export function realm_generate(
  modelId: u32,
  promptPtr: u32,
  promptLen: u32,
  optionsPtr: u32,
  optionsLen: u32,
  outPtr: u32,
  outMaxLen: u32,
): i32 {
  return host.realm_generate(modelId, promptPtr, promptLen, optionsPtr, optionsLen, outPtr, outMaxLen)
}
