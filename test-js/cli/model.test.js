import assert from 'node:assert/strict'
import { once } from 'node:events'
import {
  closeSync,
  copyFileSync,
  mkdtempSync,
  openSync,
  rmSync,
  truncateSync,
  writeFileSync,
  writeSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { cachedTestModel } from '../cachedTestModel.js'
import { callRealm } from './callRealm.js'
import { runRealm, startRealm } from './runRealm.js'

/** Text, ids and the most probable next tokens with their log-probabilities, of exact arithmetic in Python (numpy). */
const GOLDEN = {
  text: '<|im_start|>user\nWhat is the capital of France?<|im_end|>\n<|im_start|>assistant\nThe capital of France is Paris.',
  ids: [
    1, 4093, 198, 1780, 314, 260, 3575, 282, 4649, 47, 2, 198, 1, 520, 9531, 198, 504, 3575, 282, 4649, 314,
    7042, 30,
  ],
  best: {
    4: [260, -0.61579],
    6: [282, -0.07305],
    19: [314, -0.01334],
    20: [7042, -0.02957],
    22: [2, -0.35267],
  },
}
const QUESTION = 'What is the capital of France?'

describe('realm with the real model', function () {
  this.timeout(300_000)
  cachedTestModel()
  /** @type {string} */
  let folder

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'realm-cli-'))
  })
  afterEach(() => rmSync(folder, { recursive: true }))

  /**
   * @param {string[]} args
   * @param {typeof callRealm} [run]
   */
  async function succeed(args, run = callRealm) {
    const { code, stdout, stderr } = await run(args)
    assert.equal(stderr, '')
    assert.equal(code, 0)
    return stdout
  }
  const json = async (/** @type {string[]} */ args) => JSON.parse(await succeed([...args, '--json']))

  /** @param {string} name @param {unknown} content */
  function file(name, content) {
    const path = join(folder, name)
    writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content))
    return path
  }

  it('answers a question', async () => {
    const answer = await succeed(['generate', QUESTION, '--temperature', '0'], runRealm)
    assert.equal(answer, 'The capital of France is Paris.\n')
  })

  it('answers the question of a file, and prints the whole result as JSON', async () => {
    const question = file('question.txt', QUESTION)
    const result = await json(['generate', '--prompt-file', question, '--temperature', '0', '--threads', '1'])
    assert.equal(result.text, 'The capital of France is Paris.')
    assert.equal(result.finishReason, 'stop')
    assert.equal(result.usage.completionTokens, result.tokens.length)
    assert.deepEqual(Object.keys(result.timings).sort(), [
      'accepted',
      'decodeTokensPerSecond',
      'drafted',
      'firstTokenMs',
      'loadMs',
      'prefillTokensPerSecond',
    ])
  })

  const greedy = ['generate', QUESTION, '--temperature', '0']

  it('ends after --max-tokens, and before a --stop', async () => {
    const short = await json([...greedy, '--max-tokens', '3'])
    assert.equal(short.tokens.length, 3)
    assert.equal(short.finishReason, 'length')
    const stopped = await json([...greedy, '--stop', 'never', '--stop', ' is'])
    assert.equal(stopped.text, 'The capital of France')
    assert.equal(stopped.finishReason, 'stop')
  })

  it('takes a --raw prompt verbatim, special tokens and all', async () => {
    const prompt = GOLDEN.text.slice(0, -' Paris.'.length)
    const raw = await json(['generate', prompt, '--temperature', '0', '--raw', '--max-tokens', '1'])
    assert.equal(raw.text, ' Paris')
    assert.equal(raw.usage.promptTokens, GOLDEN.ids.length - 2)
  })

  it('puts the --system message before the prompt', async () => {
    const plain = await json([...greedy, '--max-tokens', '1'])
    const system = 'You are a helpful assistant. You answer in one word, and you never say more than that.'
    const longer = await json([...greedy, '--max-tokens', '1', '--system', system])
    assert.ok(longer.usage.promptTokens > plain.usage.promptTokens)
  })

  it('makes the same text of the same --seed', async () => {
    const random = ['generate', 'Tell me a story.', '--temperature', '1', '--max-tokens', '12', '--seed']
    const one = await json([...random, '7'])
    assert.deepEqual((await json([...random, '7'])).tokens, one.tokens)
    assert.notDeepEqual((await json([...random, '8'])).tokens, one.tokens)
  })

  it('reports what the library refuses', async () => {
    for (const [args, code] of [
      [['--max-tokens', '-1'], 'INVALID_ARGUMENT'],
      [['--max-tokens', '1.5'], 'INVALID_ARGUMENT'],
      [['--temperature', '-1'], 'INVALID_ARGUMENT'],
      [['--context-length', '8'], 'CONTEXT_OVERFLOW'],
    ]) {
      const { code: status, stderr } = await callRealm(['generate', QUESTION, ...args])
      assert.equal(status, 1)
      assert.match(stderr, new RegExp(`^error\\[${code}\\]: .+\n$`))
    }
  })

  it('stops an answer at Ctrl-C with 130', async () => {
    const { child, end } = startRealm([
      'generate',
      'Tell me a long story about the sea.',
      '--temperature',
      '0',
    ])
    await once(child.stdout, 'data')
    child.kill('SIGINT')
    const { code, stdout, stderr } = await end
    assert.equal(code, 130)
    assert.equal(stderr, '')
    assert.match(stdout, /\S.*\n$/s)
  })

  it('ends quietly where its reader leaves', async () => {
    const { child, end } = startRealm([
      'generate',
      'Tell me a long story about the sea.',
      '--temperature',
      '0',
    ])
    await once(child.stdout, 'data')
    child.stdout.destroy()
    const { code, stderr } = await end
    assert.equal(stderr, '')
    assert.equal(code, 0)
  })

  it('chats with a pipe: a line is a message, and what was said counts', async () => {
    const input = `My name is Ada.\n\n${QUESTION}\n/clear\n${QUESTION}\n/exit\nnot read\n`
    const args = ['chat', '--temperature', '0', '--max-tokens', '16']
    const told = (/** @type {string} */ input) => (/** @type {string[]} */ args) => runRealm(args, { input })
    const lines = (await succeed([...args, '--json'], told(input))).trimEnd().split('\n')
    const [first, second, third, ...none] = lines.map((line) => JSON.parse(line))
    assert.equal(none.length, 0)
    const { promptTokens, completionTokens } = first.usage
    assert.ok(second.usage.promptTokens > promptTokens + completionTokens)
    assert.ok(third.usage.promptTokens < second.usage.promptTokens)
    assert.equal(third.text, 'The capital of France is Paris.')

    assert.equal(await succeed(args, told(QUESTION)), 'The capital of France is Paris.\n')
  })

  it('gives the ids of texts', async () => {
    assert.deepEqual(await json(['tokenize', '--text', GOLDEN.text]), [{ tokens: GOLDEN.ids }])
    const texts = file('texts.json', [GOLDEN.text, '', '<|im_end|>'])
    const [whole, empty, special] = await json(['tokenize', '--texts-file', texts, '--no-bos'])
    assert.deepEqual([whole.tokens, empty.tokens, special.tokens], [GOLDEN.ids, [], [2]])
    const [plain] = await json(['tokenize', '--text', '<|im_end|>', '--no-special'])
    assert.ok(plain.tokens.length > 1)
  })

  it('gives the most probable next tokens, token by token as well as at once', async () => {
    const tokens = file('tokens.json', [GOLDEN.ids, [1]])
    for (const batch of [[], ['--batch', '1']]) {
      const [{ ids, top }, short] = await json(['logits', '--tokens-file', tokens, '--top', '5', ...batch])
      assert.deepEqual(ids, GOLDEN.ids)
      assert.equal(top.length, ids.length)
      assert.ok(top.every((position) => position.length === 5))
      for (const [position, [id, logProbability]] of Object.entries(GOLDEN.best)) {
        assert.equal(top[position][0][0], id)
        assert.ok(Math.abs(top[position][0][1] - logProbability) < 0.05, `${top[position][0]} at ${position}`)
      }
      assert.equal(short.top.length, 1)
    }
  })

  it('refuses an id outside the vocabulary', async () => {
    const tokens = file('tokens.json', [[1, 49_152]])
    const { code, stderr } = await callRealm(['logits', '--tokens-file', tokens])
    assert.equal(code, 1)
    assert.match(stderr, /^error\[TOKEN_OUT_OF_RANGE\]: .*49152/)
  })

  it('shows what a file holds', async () => {
    const { metadata, tensors } = await json(['inspect', 'smollm2-135m-instruct'])
    assert.equal(metadata['general.architecture'], 'llama')
    assert.equal(metadata['llama.block_count'], 30)
    assert.equal(tensors.length, 272)
    const { offset, ...embedding } = tensors.find(({ name }) => name === 'token_embd.weight')
    assert.deepEqual(embedding, {
      name: 'token_embd.weight',
      type: 'Q8_0',
      shape: [576, 49_152],
      bytes: (576 / 32) * 34 * 49_152,
    })
    assert.ok(Number.isInteger(offset))
    const shown = await succeed(['inspect', 'smollm2-135m-instruct'])
    assert.match(shown, /^llama\.block_count = 30$/m)
    assert.match(shown, /^272 tensors, 9\d\.\d MB$/m)
    assert.match(shown, /^token_embd\.weight +Q8_0 +576 × 49152$/m)
  })

  it('reads a file that holds a vocabulary only', async () => {
    const path = join(folder, 'vocabulary.gguf')
    copyFileSync(String(process.env.REALM_TEST_MODEL), path)
    // Its metadata end before; the count of its tensors is at 8.
    truncateSync(path, 4_000_000)
    const handle = openSync(path, 'r+')
    writeSync(handle, Buffer.alloc(8), 0, 8, 8)
    closeSync(handle)
    assert.deepEqual((await json(['inspect', path])).tensors, [])
    assert.deepEqual(await json(['tokenize', '--model', path, '--text', GOLDEN.text]), [
      { tokens: GOLDEN.ids },
    ])
  })

  it('says what it runs on', async () => {
    const report = JSON.parse(await succeed(['doctor', '--json'], runRealm))
    assert.deepEqual(report.problems, [])
    assert.equal(report.bridge.kind, 'addon')
    assert.match(report.java.version, /^2[5-9]/)
    assert.equal(typeof report.engine.kernels, 'string')
    assert.equal(report.cache.models, 1)
    assert.equal(typeof report.javet.works, 'boolean')
    assert.equal(report.javet.reason === null, report.javet.works)
    assert.match(
      await succeed(['doctor']),
      /^Java +2[5-9].*\nAddon .*\nEngine .*\nKernels +\S+: .*\nJavet +realm run (works|does not work)/m,
    )
  })
})
