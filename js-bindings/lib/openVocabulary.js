import { startBridge } from './bridge/startBridge.js'
import { EngineModel } from './engine/EngineModel.js'
import { Vocabulary } from './Vocabulary.js'

/**
 * Opens the tokenizer of a GGUF file, which may hold nothing else.
 *
 * @param {string} path
 * @param {{ signal?: AbortSignal }} [options]
 * @returns {Promise<Vocabulary>} to be disposed when it is no longer needed
 * @throws {import('./errors/RealmError.js').RealmError} `FILE_NOT_FOUND`, `IO_ERROR`, `GGUF_…`, `MODEL_INVALID` or
 *   `UNSUPPORTED_TOKENIZER`
 */
export async function openVocabulary(path, { signal } = {}) {
  const bridge = await startBridge()
  const opened = await bridge.open('openVocabulary', { path }, { signal })
  return new Vocabulary(new EngineModel(bridge, opened.model), opened)
}
