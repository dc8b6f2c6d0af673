import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { ggufBytes } from '../fixture/ggufBytes.js'
import { withTinyModel } from '../fixture/withTinyModel.js'
import { callRealm } from './callRealm.js'
import { runRealm } from './runRealm.js'

describe('realm, with what it is given', function () {
  this.timeout(120_000)
  const model = withTinyModel()

  /** What is on stdin is a process's own. @param {string[]} args @param {string} [input] */
  const run = (args, input) => (input === undefined ? callRealm(args) : runRealm(args, { input }))

  /**
   * @param {string[]} args
   * @param {string} [input]
   */
  async function answer(args, input) {
    const settings = ['--temperature', '0', '--max-tokens', '8', '--threads', '1', '--json']
    const { code, stdout, stderr } = await run([...args, ...settings], input)
    assert.equal(code, 0, stderr)
    return JSON.parse(stdout.split('\n')[0]).tokens
  }

  it('takes a prompt from stdin or a file as it takes it as an argument, without the newline at its end', async () => {
    const file = join(model.folder, 'prompt.txt')
    writeFileSync(file, 'the inn\r\n')
    const generate = ['generate', '--model', model.path]
    const expected = await answer([...generate, 'the inn'])
    assert.equal(expected.length, 8)
    assert.deepEqual(await answer(generate, 'the inn\n'), expected)
    assert.deepEqual(await answer([...generate, '-'], 'the inn'), expected)
    assert.deepEqual(await answer([...generate, '--prompt-file', '-'], 'the inn\n'), expected)
    assert.deepEqual(await answer([...generate, '--prompt-file', file]), expected)
    assert.notDeepEqual(await answer(generate, 'the inn\n\n'), expected)
  })

  it('takes a prompt without quotes, wherever its options stand', async () => {
    const expected = await answer(['generate', '--model', model.path, 'the inn on the road'])
    assert.deepEqual(
      await answer(['generate', 'the', 'inn', '--model', model.path, 'on', 'the', 'road']),
      expected,
    )
  })

  it('puts what stdin holds behind the words where the last one is -', async () => {
    const generate = ['generate', '--model', model.path]
    const expected = await answer([...generate, 'the inn\n\nthe road'])
    assert.deepEqual(await answer([...generate, 'the', 'inn', '-'], 'the road\n'), expected)
    assert.notDeepEqual(await answer([...generate, 'the', '-', 'inn'], 'the road\n'), expected)
  })

  it('adds --logit-bias to the logits', async () => {
    const generate = ['generate', '--model', model.path, 'the inn']
    const [first] = await answer(generate)
    const banned = await answer([...generate, '--logit-bias', `${first}=-Infinity`])
    assert.ok(!banned.includes(first), String(banned))
    const forced = await answer([...generate, '--logit-bias', '5=100', '--logit-bias', `${first}=-100`])
    assert.deepEqual(new Set(forced), new Set([5]))
  })

  it('prints nothing on stdout where a text fails before it begins', async () => {
    for (const [command, input] of [[['generate', 'the inn']], [['chat'], 'the inn\n']]) {
      const { code, stdout, stderr } = await run(
        [...command, '--model', model.path, '--temperature', '-1'],
        input,
      )
      assert.equal(code, 1)
      assert.equal(stdout, '')
      assert.match(stderr, /^error\[INVALID_ARGUMENT\]: temperature: /)
    }
  })

  it('takes the text to tokenize and to embed as words, as an option and from stdin', async () => {
    for (const [command, ...ways] of [
      ['tokenize', { more: ['the', 'inn'] }, { more: [], input: 'the inn\n' }],
      ['embed', { more: ['the', 'inn'] }],
    ]) {
      const args = [command, '--model', model.path, '--json']
      const { code, stdout, stderr } = await run([...args, '--text', 'the inn'])
      assert.equal(code, 0, stderr)
      assert.equal(JSON.parse(stdout).length, 1)
      for (const { more, input } of ways) {
        assert.equal((await run([...args, ...more], input)).stdout, stdout)
      }
    }
  })

  it('chats with the model that is named', async () => {
    const named = await answer(['chat', model.path], 'the inn\n')
    assert.deepEqual(named, await answer(['chat', '--model', model.path], 'the inn\n'))
  })

  it('lets nothing that a file holds steer the terminal', async () => {
    const path = join(model.folder, 'steering.gguf')
    const evil = '\u001b[31mred\u009b2J\u202e'
    writeFileSync(
      path,
      ggufBytes({
        metadata: [
          ['general.architecture', 'string', `llama${evil}`],
          [`key${evil}`, 'string', evil],
        ],
        tensors: [{ name: `blk.0${evil}`, shape: [4], values: new Float32Array(4) }],
      }),
    )
    const escaped = '\\u001b[31mred\\u009b2J\\u202e'
    for (const args of [
      ['inspect', path],
      ['inspect', path, '--json'],
      ['generate', 'x', '--model', path],
    ]) {
      const { stdout, stderr } = await run(args)
      // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what must not be there
      assert.doesNotMatch(stdout + stderr, /[\u001b\u009b\u202e]/, args.join(' '))
    }
    const { stdout } = await run(['inspect', path])
    for (const shown of [`key${escaped} = "${escaped}"`, `blk.0${escaped}`, `"llama${escaped}"`]) {
      assert.ok(stdout.includes(shown), stdout)
    }
  })
})
