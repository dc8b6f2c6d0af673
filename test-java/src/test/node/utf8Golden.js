// Writes random bytes, valid UTF-8 and not, and the text that Node's TextDecoder (the WHATWG Encoding Standard's) makes of
// them, as the tests of ai.realm.tokenizer expect it: node utf8Golden.js

import { writeFileSync } from 'node:fs'
import { gzipSync } from 'node:zlib'

// Bytes at the ends of the ranges that the standard tells apart.
const edges = [
  0x41, 0x80, 0x8f, 0x90, 0x9f, 0xa0, 0xbf, 0xc1, 0xc2, 0xdf, 0xe0, 0xe1, 0xec, 0xed, 0xee, 0xef, 0xf0, 0xf1,
  0xf3, 0xf4, 0xf5, 0xff,
]
let state = 1
const random = (below) => {
  state = (Math.imul(state, 1103515245) + 12345) & 0x7fffffff
  return (state >> 8) % below
}
const cases = Array.from({ length: 3000 }, () => {
  const bytes = Uint8Array.from({ length: 1 + random(10) }, () =>
    random(5) === 0 ? random(256) : edges[random(edges.length)],
  )
  const text = new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes)
  return { bytes: Buffer.from(bytes).toString('hex'), text }
})
const out = new URL('../resources/ai/realm/tokenizer/utf8.golden.json.gz', import.meta.url)
writeFileSync(out, gzipSync(JSON.stringify(cases), { level: 9 }))
