// The host's functions, as docs/host-functions.md describes them. This file's name is the module that they are imported from.

export declare function realm_get_tensor(
  model: i32,
  name: usize,
  nameLength: usize,
  out: usize,
  outLength: usize,
): i32

export declare function realm_get_tensor_range(
  model: i32,
  name: usize,
  nameLength: usize,
  firstElement: u64,
  elementCount: u32,
  out: usize,
  outLength: usize,
): i32

export declare function realm_get_model_metadata(model: i32, out: usize, outLength: usize): i32

export declare function realm_encode_tokens(
  model: i32,
  text: usize,
  textLength: usize,
  addSpecial: i32,
  outIds: usize,
  outMax: i32,
): i32

export declare function realm_decode_tokens(
  model: i32,
  ids: usize,
  count: i32,
  out: usize,
  outLength: usize,
): i32

export declare function realm_embed_tokens(
  model: i32,
  ids: usize,
  count: i32,
  out: usize,
  outLength: usize,
): i32

export declare function realm_open_session(model: i32, contextLength: i32): i32

export declare function realm_close_session(session: i32): i32

export declare function realm_forward_layer(
  session: i32,
  layer: i32,
  hidden: usize,
  hiddenCount: i32,
  position: i32,
  out: usize,
  outLength: usize,
): i32

export declare function realm_compute_logits(
  model: i32,
  hidden: usize,
  hiddenCount: i32,
  out: usize,
  outLength: usize,
): i32
