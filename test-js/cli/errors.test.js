import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { temporaryCache } from '../source/temporaryCache.js'
import { PROGRAM, runRealm } from './runRealm.js'

describe('realm, where something is wrong', () => {
  const cache = temporaryCache()

  /**
   * @param {string[]} args
   * @param {RegExp} message
   */
  async function fails(args, message) {
    const { code, stdout, stderr } = await runRealm(args)
    assert.equal(code, 1, stderr)
    assert.equal(stdout, '')
    assert.match(stderr, message)
    assert.doesNotMatch(stderr, /^ +at /m, 'a stack trace')
  }

  const missing = /^error\[FILE_NOT_FOUND\]: No file at .*none\.gguf.*smollm2-135m-instruct.*\n$/

  it('says that a model is missing', async () => {
    await fails(['generate', 'Hello', '--model', 'none.gguf'], missing)
    await fails(['chat', '--model', 'none.gguf'], missing)
    await fails(['pull', 'none.gguf'], missing)
    await fails(['inspect', 'none.gguf'], missing)
    await fails(['tokenize', '--model', 'none.gguf', '--text', 'Hello'], missing)
  })

  it('says what it tried where a model cannot be fetched', async () => {
    process.env.HF_ENDPOINT = 'http://127.0.0.1:9'
    await fails(
      ['pull', 'hf:owner/repo/model.gguf'],
      /error\[DOWNLOAD_FAILED\]: http:.*:9 does not list the files of owner\/repo: it refuses the connection/,
    )
    await fails(
      ['pull', 'http://127.0.0.1:9/model.gguf'],
      /error\[DOWNLOAD_FAILED\]: No source delivered model\.gguf\. Tried:\n {2}1\. http:.*put the file at/s,
    )
  })

  it('says that an input file is missing or wrong', async () => {
    const file = join(cache.path, 'input')
    await fails(['generate', '--prompt-file', file], /^error\[FILE_NOT_FOUND\]: No file at .*input/)
    await fails(['generate', '--prompt-file', cache.path], /^error\[IO_ERROR\]: .*EISDIR/)
    writeFileSync(file, Buffer.from([0xff, 0xfe]))
    await fails(['generate', '--prompt-file', file], /^error\[INVALID_ARGUMENT\]: .* is no UTF-8/)
    writeFileSync(file, '["a", ')
    await fails(
      ['tokenize', '--texts-file', file],
      /^error\[INVALID_ARGUMENT\]: .* is no JSON .*expected a list of/,
    )
    writeFileSync(file, '["a", 1]')
    await fails(
      ['tokenize', '--texts-file', file],
      /^error\[INVALID_ARGUMENT\]: .*expected: a list of strings/,
    )
    writeFileSync(file, '[[1], ["a"]]')
    await fails(
      ['logits', '--tokens-file', file],
      /^error\[INVALID_ARGUMENT\]: .*a list of lists of token ids/,
    )
  })

  it('finds out why the engine does not start', async () => {
    process.env.REALM_JAVA_OPTIONS = '-XX:+NoSuchOption'
    try {
      const { code, stdout, stderr } = await runRealm(['doctor'])
      assert.equal(code, 1)
      assert.match(stdout, /^Kernels +the engine does not start$/m)
      assert.match(stderr, /^error\[JVM_START_FAILED\]: .*NoSuchOption.*\n$/)
      const report = JSON.parse((await runRealm(['doctor', '--json'])).stdout)
      assert.equal(report.engine, null)
      assert.equal(report.bridge.kind, 'none')
      assert.deepEqual(
        report.problems.map((problem) => problem.code),
        ['JVM_START_FAILED'],
      )
    } finally {
      delete process.env.REALM_JAVA_OPTIONS
    }
  })

  it('says once, without Java, what is there and what is missing', async () => {
    const hide = new URL('fixture/hideJava.js', import.meta.url).href
    process.env.NODE_OPTIONS = `--import ${hide}`
    try {
      const { code, stdout, stderr } = await runRealm(['doctor'])
      assert.equal(code, 1)
      assert.match(stdout, /^Java +missing, see below\nAddon +\/.*realm\.node\nEngine +\/.*\.jar\n/m)
      assert.match(stdout, /^Kernels +can be told once .*\nJavet +can be told once .*\nModels +0 in /m)
      assert.match(stderr, /^error\[JAVA_NOT_FOUND\]: No Java \d+ or later was found\. Searched, .+\n$/)
      assert.doesNotMatch(stdout, /Searched|realm run/)
    } finally {
      delete process.env.NODE_OPTIONS
    }
  })

  for (const command of [['list', '--json'], ['list'], ['--help']]) {
    it(`says that stdout cannot be written: ${command.join(' ')}`, () => {
      const line = `exec "$0" "$@" > /dev/full`
      const { status, stderr } = spawnSync('sh', ['-c', line, process.execPath, PROGRAM, ...command], {
        encoding: 'utf8',
      })
      assert.equal(
        stderr,
        'error[IO_ERROR]: stdout cannot be written: ENOSPC: no space left on device, write. Check where it leads.\n',
      )
      assert.equal(status, 1)
    })
  }

  it('ends where stderr cannot be written', () => {
    const line = `exec "$0" "$@" 2> /dev/full`
    const { status, stdout } = spawnSync('sh', [
      '-c',
      line,
      process.execPath,
      PROGRAM,
      'inspect',
      'none.gguf',
    ])
    assert.deepEqual([status, String(stdout)], [1, ''])
  })
})
