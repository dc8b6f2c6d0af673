import { readFileSync, writeFileSync } from 'node:fs'
import { openVocabulary } from '../../lib/diagnostics.js'

/** Among the tokens that stand for nothing but their ids. */
const MADE_UP = 300

/**
 * Writes the ids of the texts in `texts/`, as SpeculationBench reads them. The generated models have made-up vocabularies,
 * which have no words: there each word, with the space before it, and each sign stands for a token of its own.
 *
 * @param {string} model a GGUF file
 * @param {string[]} names
 * @param {string} file to write
 */
export async function writeGivenTexts(model, names, file) {
  const vocabulary = await openVocabulary(model)
  try {
    // No text is tokenized to them: what they would be merged of is no token.
    const isMadeUp = [MADE_UP, MADE_UP + 1].every((id) => vocabulary.detokenize([id]).trim() === `t${id}`)
    const ids = isMadeUp ? wordIds(MADE_UP) : (/** @type {string} */ text) => vocabulary.tokenize(text)
    const lines = names.map((name) =>
      [name, ...['prompt', 'answer'].map((part) => ids(readText(`${name}.${part}`)).join(' '))].join('\t'),
    )
    writeFileSync(file, `${lines.join('\n')}\n`)
  } finally {
    await vocabulary.dispose()
  }
}

/** @param {string} name */
function readText(name) {
  return readFileSync(new URL(`texts/${name}.txt`, import.meta.url), 'utf8')
}

/**
 * @param {number} first the id of the first word
 * @returns {(text: string) => number[]}
 */
function wordIds(first) {
  /** @type {Map<string, number>} */
  const known = new Map()
  return (text) =>
    (text.match(/\s*[\p{L}\p{N}_]+|\s*[^\s\p{L}\p{N}_]/gu) ?? []).map((word) => {
      const id = known.get(word) ?? first + known.size
      known.set(word, id)
      return id
    })
}
