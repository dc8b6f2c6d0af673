import assert from 'node:assert/strict'
import { once } from 'node:events'
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { javetProgram } from '../../js-bindings/lib/javet/javetProgram.js'
import { startApp } from './startApp.js'

/** Without the frames of Node's own files, which differ between its versions, and without its version. */
const withoutFrames = (/** @type {string} */ text) => text.replaceAll(/\n( {4}at .*|Node\.js v.*)/g, '')

describe('realm run', () => {
  before(async function () {
    // So that no test sees how Javet is fetched.
    this.timeout(300_000)
    await javetProgram()
  })

  for (const way of ['empty', 'exitCode', 'exit', 'uncaught', 'rejected', 'beforeExit', 'workers', 'kill']) {
    it(`ends as node does: ${way}`, async () => {
      const [expected, actual] = await Promise.all(
        /** @type {const} */ (['node', 'javet']).map((runtime) => startApp(runtime, ['ends.cjs', way]).end),
      )
      assert.deepEqual(
        { ...actual, stderr: withoutFrames(actual.stderr) },
        { ...expected, stderr: withoutFrames(expected.stderr) },
      )
    })
  }

  for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGUSR2'])) {
    it(`hands ${signal} to the app`, async () => {
      const { child, end } = startApp('javet', ['signals.cjs', 'heard'])
      await once(child.stdout, 'data')
      child.kill(signal)
      assert.deepEqual(await end, { stdout: `ready\nheard ${signal}\n`, stderr: '', code: 7, signal: null })
    })
  }

  for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP'])) {
    it(`dies of ${signal}, if the app does not hear it`, async () => {
      const { child, end } = startApp('javet', ['signals.cjs'])
      await once(child.stdout, 'data')
      child.kill(signal)
      assert.deepEqual(await end, { stdout: 'ready\n', stderr: '', code: null, signal })
    })
  }

  for (const locale of ['C', 'C.UTF-8', 'en_NOWHERE.UTF-8']) {
    it(`shows the app what node shows, in the locale ${locale}`, async () => {
      const args = ['surroundings.mjs', 'one', '--two', '-e', '--', 'drei größer 😀']
      const ends = await Promise.all([
        startApp('node', args, { LC_ALL: locale }).end,
        startApp('javet', args, { LC_ALL: locale }).end,
      ])
      assert.deepEqual(ends[1], ends[0])
      assert.equal(JSON.parse(ends[0].stdout).args.length, 5)
    })
  }

  it('takes options of node before the script', async () => {
    const { stdout } = await startApp('javet', ['--no-warnings', '--', 'surroundings.mjs']).end
    assert.deepEqual(JSON.parse(stdout).execArgv, ['--no-warnings'])
    const heap = [
      '--max-old-space-size=123',
      '-e',
      'console.log(v8.getHeapStatistics().heap_size_limit >> 20)',
    ]
    assert.ok(Number((await startApp('javet', heap).end).stdout) < 200)
  })

  it('runs code: a script, and a module', async () => {
    const script = startApp('javet', ['-e', 'console.log(require("os").EOL.length, process.argv[1])', 'arg'])
    const module = startApp('javet', [
      '--input-type=module',
      '-e',
      'import os from "node:os"; console.log(os.EOL.length, await 2)',
    ])
    assert.equal((await script.end).stdout, '1 arg\n')
    assert.equal((await module.end).stdout, '1 2\n')
  })

  it('has the engine in the same process, in workers too', async () => {
    const { stdout, stderr } = await startApp('javet', ['runtimes.mjs']).end
    assert.equal(stdout, 'javet\nin a worker: javet\n', stderr)
  })

  it('passes stdin on, to its end', async () => {
    const { child, end } = startApp('javet', ['-e', 'process.stdin.pipe(process.stdout)'])
    child.stdin.end('text of stdin\n')
    assert.equal((await end).stdout, 'text of stdin\n')
  })

  it('forks programs that run in Java, too', async () => {
    const { stdout, stderr } = await startApp('javet', ['forks.cjs']).end
    assert.equal(stdout, '{"question":"Grüße?","answer":["child"],"java":true}\nexit 9\n', stderr)
  })

  it('leaves nothing in the temporary folder', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'realm-tmp-'))
    try {
      await startApp('javet', ['ends.cjs', 'exit'], { TMPDIR: folder }).end
      assert.deepEqual(readdirSync(folder), [])
    } finally {
      rmSync(folder, { recursive: true })
    }
  })

  it('says why Java does not start', async () => {
    const { stderr, code } = await startApp('javet', ['ends.cjs', 'empty'], {
      REALM_JAVA_OPTIONS: '-XX:NoSuchOption=1',
    }).end
    assert.match(stderr, /NoSuchOption/)
    assert.equal(code, 1)
  })

  it('says that it needs a script', async () => {
    const { stderr, code } = await startApp('javet', []).end
    assert.match(stderr, /^error\[INVALID_ARGUMENT\]: missing required argument 'app'/)
    assert.equal(code, 2)
  })

  it('says that Javet cannot be had', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'realm-home-'))
    try {
      const { stderr, code } = await startApp('javet', ['ends.cjs', 'empty'], {
        HOME: folder,
        XDG_CACHE_HOME: folder,
        REALM_MAVEN_REPOSITORY: 'http://127.0.0.1:9',
      }).end
      assert.match(stderr, /error\[DOWNLOAD_FAILED\]: No source delivered javet-.*\.jar/s)
      assert.equal(code, 1)
    } finally {
      rmSync(folder, { recursive: true })
    }
  })
})
