/**
 * The host functions in the order in which Java's HostFunction numbers them, each with how many parameters it has.
 *
 * @type {readonly [name: keyof import('./HostFunctions.js').HostFunctions, parameters: number][]}
 */
export const HOST_FUNCTIONS = Object.freeze([
  ['realm_store_model', 3],
  ['realm_get_tensor', 5],
  ['realm_get_tensor_range', 7],
  ['realm_get_model_info', 3],
  ['realm_get_model_metadata', 3],
  ['realm_remove_model', 1],
  ['realm_encode_tokens', 6],
  ['realm_decode_tokens', 5],
  ['realm_embed_tokens', 5],
  ['realm_forward_layer', 7],
  ['realm_compute_logits', 5],
  ['realm_open_session', 2],
  ['realm_close_session', 1],
  ['realm_generate', 7],
])
