// Writes the classes of all code points of Unicode 15.1, as the tests of ai.realm.tokenizer expect them, a line for each
// run of one class with the run's first code point:
//   npm install --prefix /some/folder @unicode/unicode-15.1.0@2.0.7
//   node unicodeClasses.js /some/folder

import { writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { gzipSync } from 'node:zlib'

const data = resolve(process.argv[2], 'node_modules/@unicode/unicode-15.1.0')
const classes = Array(0x110000)
await set('General_Category/Other', 'CONTROL')
await set('General_Category/Unassigned', 'UNASSIGNED')
for (const name of ['Letter', 'Number', 'Mark', 'Punctuation', 'Symbol']) {
  await set(`General_Category/${name}`, name.toUpperCase())
}
await set('Binary_Property/White_Space', 'SPACE')

const lines = []
for (let codePoint = 0; codePoint < classes.length; codePoint++) {
  if (codePoint === 0 || classes[codePoint] !== classes[codePoint - 1]) {
    lines.push(`${codePoint.toString(16)} ${classes[codePoint]}\n`)
  }
}
const out = new URL('../resources/ai/realm/tokenizer/unicode-15.1.golden.txt.gz', import.meta.url)
writeFileSync(out, gzipSync(lines.join(''), { level: 9 }))

async function set(property, name) {
  const ranges = await import(pathToFileURL(join(data, property, 'ranges.mjs')).href)
  for (const { begin, end } of ranges.default) {
    classes.fill(name, begin, end)
  }
}
