import { openVocabulary } from '../lib/diagnostics.js'

// node writePromptIds.js MODEL COUNT: prints the first COUNT token ids of a long text as JSON.

const TEXT =
  'The harbour was quiet when the first boats came back. A woman on the quay counted the crates, wrote the number in a ' +
  'small book and asked how deep the water had been. Nobody knew for certain, so they measured the rope once more: forty ' +
  'two metres, a little longer than the year before. Behind them the lamps went out, one after the other. '

const [path, wanted] = process.argv.slice(2)
const count = Number(wanted)
const vocabulary = await openVocabulary(path)
let ids = vocabulary.tokenize(TEXT)
while (ids.length < count) ids = [...ids, ...vocabulary.tokenize(TEXT)]
process.stdout.write(`${JSON.stringify(ids.slice(0, count))}\n`)
await vocabulary.dispose()
