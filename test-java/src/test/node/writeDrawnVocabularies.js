// Writes the vocabularies of drawnVocabularies.js that the tests of ai.realm.tokenizer have as files:
//   node writeDrawnVocabularies.js

import { writeFileSync } from 'node:fs'
import { gzipSync } from 'node:zlib'
import { plamo2Vocabulary, rwkvVocabulary } from './drawnVocabularies.js'

const folder = new URL('../resources/ai/realm/tokenizer/vocab/', import.meta.url)
for (const [name, bytes] of Object.entries({ plamo2: plamo2Vocabulary(), rwkv: rwkvVocabulary() })) {
  writeFileSync(new URL(`${name}.gguf.gz`, folder), gzipSync(bytes, { level: 9 }))
}
