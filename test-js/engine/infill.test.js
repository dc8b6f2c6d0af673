import assert from 'node:assert/strict'
import { loadModel } from '../../js-bindings/lib/index.js'
import { refusal } from '../fixture/refusal.js'
import { withTinyModel } from '../fixture/withTinyModel.js'

/** The first id behind the 263 tokens of the fixture. */
const FIRST = 263
/** <|im_start|>, which the fixture calls BOS. */
const BOS = 1

/** The ids that a model reads for a middle: those of a text that stands for them. */
async function idsOf(model, prefix, suffix, options) {
  const { given } = options
  const infill = {
    prefix,
    suffix,
    files: [],
    repository: 'myproject',
    file: 'filename',
    suffixFirst: false,
    ...given,
  }
  return model.engine.call('encodePrompt', { prompt: { infill } }).ids
}

/** Loads a tiny model with more in its vocabulary. */
function withModel(changes) {
  const file = withTinyModel(changes)
  const loaded = {}
  before(async () => {
    loaded.model = await loadModel(file.path, { threads: 1 })
  })
  after(() => loaded.model.dispose())
  return loaded
}

describe('The middle of a text', () => {
  describe('of a model with all tokens for it', () => {
    const control = ['<|fim_prefix|>', '<|fim_suffix|>', '<|fim_middle|>', '<|repo_name|>', '<|file_sep|>']
    const [PRE, SUF, MID, REP, SEP] = control.map((_, i) => FIRST + i)
    const loaded = withModel({ control, metadata: [['llama.context_length', 'u32', 512]] })
    const plain = (text) => loaded.model.tokenize(text)

    it('is asked for as llama-server asks', async () => {
      const files = [
        { name: 'a.js', text: 'the a' },
        { name: 'tmp', text: '<|fim_middle|>' },
      ]
      // Its format_prompt_infill: [FIM_REP]myproject\\n, [FIM_SEP]name\\n and text of each, [FIM_SEP]filename\\n, then
      // [FIM_PRE]prefix[FIM_SUF]suffix[FIM_MID].
      assert.deepEqual(await idsOf(loaded.model, 'the ', ' in', { given: { files } }), [
        REP,
        ...plain('myproject\n'),
        SEP,
        ...plain('a.js\n'),
        ...plain('the a'),
        SEP,
        ...plain('tmp\n'),
        ...plain('<|fim_middle|>'),
        SEP,
        ...plain('filename\n'),
        PRE,
        ...plain('the '),
        SUF,
        ...plain(' in'),
        MID,
      ])
      const first = await idsOf(loaded.model, 'a', 'b', {
        given: { suffixFirst: true, repository: 'r', file: 'f' },
      })
      assert.deepEqual(first, [
        REP,
        ...plain('r\n'),
        SEP,
        ...plain('f\n'),
        SUF,
        ...plain('b'),
        PRE,
        ...plain('a'),
        MID,
      ])
    })

    it('is generated, and streamed', async () => {
      const { model } = loaded
      const options = { maxTokens: 12, temperature: 0, files: [{ text: 'the' }] }
      const ids = await idsOf(model, 'the ', ' in', { given: { files: [{ name: 'tmp', text: 'the' }] } })
      const whole = await model.infill('the ', ' in', options)
      assert.equal(whole.usage.promptTokens, ids.length)
      assert.deepEqual(whole.tokens, (await model.generate(ids, { maxTokens: 12, temperature: 0 })).tokens)
      let text = ''
      for await (const piece of model.streamInfill('the ', ' in', options)) text += piece
      assert.equal(text, whole.text)
      const bound = await model.infill('x', 'y', { format: { choices: ['middle'] } })
      assert.equal(bound.value, 'middle')
    })

    it('takes no options of chats, and no files that are none', async () => {
      const refuses = (options, ...parts) =>
        assert.rejects(loaded.model.infill('a', 'b', options), refusal('INVALID_ARGUMENT', ...parts))
      await refuses({ system: 'x' }, 'system')
      await refuses({ n: 2 }, 'n: received 2')
      await refuses({ files: 'x' }, 'files')
      await refuses({ files: [{ name: 'x' }] }, 'files[0].text')
      await refuses({ file: 1 }, 'file')
    })
  })

  describe('of a model whose vocabulary has none for files, and that asks for BOS', () => {
    const control = ['<PRE>', '<SUF>', '<MID>']
    const loaded = withModel({ control, addBos: true })

    it('has snippets before BOS', async () => {
      const plain = (text) => loaded.model.tokenize(text)
      const files = [{ name: 'a.js', text: 'the a' }]
      assert.deepEqual(await idsOf(loaded.model, 'a', 'b', { given: { files } }), [
        ...plain('\n\n--- snippet ---\n\n'),
        ...plain('the a'),
        BOS,
        FIRST,
        ...plain('a'),
        FIRST + 1,
        ...plain('b'),
        FIRST + 2,
      ])
    })
  })

  describe('of a model whose file names the tokens', () => {
    const names = ['prefix', 'suffix', 'middle']
    const metadata = names.map((name, i) => [`tokenizer.ggml.${name}_token_id`, 'u32', FIRST + 2 - i])
    const loaded = withModel({ control: ['<x>', '<y>', '<z>'], metadata })

    it('is asked for by these', async () => {
      const ids = await idsOf(loaded.model, 'a', 'b', { given: {} })
      assert.deepEqual(
        ids.filter((id) => id >= FIRST),
        [FIRST + 2, FIRST + 1, FIRST],
      )
    })
  })

  describe('of a model without such tokens', () => {
    const loaded = withModel({})

    it('is refused', async () => {
      await assert.rejects(loaded.model.infill('a', 'b'), refusal('UNSUPPORTED_OPERATION', '<|fim_prefix|>'))
    })
  })
})
