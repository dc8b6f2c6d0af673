/**
 * The functions that a guest imports from the module `env`. Pointers are offsets in its memory; pointers, lengths in
 * bytes, counts of elements and ids are read as unsigned 32-bit numbers, so that -1 is 2^32 - 1. Each returns its result,
 * 0 or more, or the negative number of an error code; `lastError()` of the imports then says more. None throws but for
 * arguments that are no numbers (`INVALID_ARGUMENT`). docs/host-functions.md has their rules.
 *
 * @typedef {object} HostFunctions
 * @property {(ggufPtr: number, ggufLen: number, modelId: number) => number} realm_store_model stores the GGUF file in a
 *   range of the memory; `modelId` is the wanted one, or 0. Returns the id
 * @property {(modelId: number, namePtr: number, nameLen: number, outPtr: number, outMaxLen: number) => number}
 *   realm_get_tensor writes all values of a tensor, as f32. Returns bytes
 * @property {(modelId: number, namePtr: number, nameLen: number, firstElement: bigint | number, elementCount: number,
 *   outPtr: number, outMaxLen: number) => number} realm_get_tensor_range writes some of its values. Returns bytes
 * @property {(modelId: number, outTensorCount: number, outTotalSize: number) => number} realm_get_model_info writes how
 *   many tensors there are (u32), and how many bytes they have as they are stored (u64). Returns 0
 * @property {(modelId: number, outPtr: number, outMaxLen: number) => number} realm_get_model_metadata writes the metadata
 *   as JSON. Returns bytes
 * @property {(modelId: number) => number} realm_remove_model drops a reference to a model that the guest stored. Returns 0
 * @property {(modelId: number, textPtr: number, textLen: number, addSpecial: number, outIds: number, outMax: number) =>
 *   number} realm_encode_tokens writes the token ids of a text (u32). Returns how many
 * @property {(modelId: number, idsPtr: number, idsCount: number, outPtr: number, outMaxLen: number) => number}
 *   realm_decode_tokens writes the text of token ids. Returns bytes
 * @property {(modelId: number, idsPtr: number, idsCount: number, outPtr: number, outMaxLen: number) => number}
 *   realm_embed_tokens writes the hidden states of token ids (f32). Returns bytes
 * @property {(sessionId: number, layer: number, hiddenPtr: number, hiddenCount: number, position: number, outPtr: number,
 *   outMaxLen: number) => number} realm_forward_layer takes hidden states through one layer. Returns bytes
 * @property {(modelId: number, hiddenPtr: number, hiddenCount: number, outPtr: number, outMaxLen: number) => number}
 *   realm_compute_logits writes the logits after the last hidden state (f32). Returns bytes
 * @property {(modelId: number, contextLength: number) => number} realm_open_session opens a session. Returns its id
 * @property {(sessionId: number) => number} realm_close_session ends a session. Returns 0
 * @property {(modelId: number, promptPtr: number, promptLen: number, optionsPtr: number, optionsLen: number, outPtr:
 *   number, outMaxLen: number) => number} realm_generate writes the text that follows a prompt. Returns bytes
 */

export {}
