import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { on, once } from 'node:events'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { cachedTestModel } from '../cachedTestModel.js'
import { isShown, readPage } from './readPage.js'

const project = fileURLToPath(new URL('../../', import.meta.url))
const PROGRAMS = ['first-answer']
const SERVERS = ['express', 'fastify', 'hono']

describe('What the documentation has readers try', function () {
  this.timeout(300_000)
  cachedTestModel()
  /** @type {string} */
  let app

  beforeEach(() => {
    app = mkdtempSync(join(tmpdir(), 'realm-page-'))
    writeFileSync(join(app, 'package.json'), '{"type":"module"}')
    const packages = join(app, 'node_modules')
    mkdirSync(join(packages, '@hono'), { recursive: true })
    symlinkSync(project, join(packages, 'realm-ai'))
    for (const name of ['express', 'fastify', 'hono', '@hono/node-server']) {
      symlinkSync(join(project, 'node_modules', name), join(packages, name))
    }
  })
  afterEach(() => rmSync(app, { recursive: true }))

  /** @param {string} page */
  function writeFiles(page) {
    const { files, commands } = readPage(page)
    for (const { name, content } of files) writeFileSync(join(app, name), content)
    return commands
  }

  /** @param {string} file @param {string[]} args @param {NodeJS.ProcessEnv} [env] */
  const start = (file, args = [], env = {}) =>
    spawn(process.execPath, [file, ...args], {
      cwd: app,
      env: { ...process.env, ...env },
      timeout: 240_000,
      killSignal: 'SIGKILL',
    })

  for (const page of PROGRAMS) {
    for (const { command, output } of readPage(page).commands) {
      it(`${page}: ${command}`, async () => {
        writeFiles(page)
        const [node, file, ...args] = command.split(' ')
        assert.equal(node, 'node')
        const child = start(file, args)
        const [stdout, stderr, [code]] = await Promise.all([
          text(child.stdout),
          text(child.stderr),
          once(child, 'close'),
        ])
        assert.equal(stderr, '')
        assert.equal(code, 0)
        assert.ok(isShown(stdout, output), `printed:\n${stdout}\nshown:\n${output}`)
      })
    }
  }

  it('README: the program that it begins with', async () => {
    const [, program] =
      /^```js\n([\s\S]*?)^```$/m.exec(readFileSync(join(project, 'README.md'), 'utf8')) ?? []
    const [, shown] = /\/\/ (.*)$/m.exec(String(program)) ?? []
    writeFileSync(join(app, 'program.js'), String(program))
    const child = start('program.js')
    const [stdout, [code]] = await Promise.all([text(child.stdout), once(child, 'close')])
    assert.deepEqual([stdout, code], [`${shown}\n`, 0])
  })

  for (const page of SERVERS) {
    it(`${page}: a server that answers, and ends at SIGTERM`, async () => {
      const commands = writeFiles(page)
      assert.ok(commands.length > 0)
      const server = start('server.js', [], { PORT: '0' })
      server.stderr.pipe(process.stderr)
      const lines = on(createInterface({ input: server.stdout }), 'line', { close: ['close'] })
      const first = (await lines.next()).value?.[0] ?? assert.fail('the server has ended')
      const address = /^listening on (http:\S+)$/.exec(first)?.[1] ?? assert.fail(first)
      for (const { command, output } of commands) {
        const [, path] = /^curl -N 'http:\/\/localhost:3000(.*)'$/.exec(command) ?? assert.fail(command)
        const response = await fetch(address + path)
        assert.match(String(response.headers.get('content-type')), /^text\/plain/i)
        assert.equal(`${await response.text()}\n`, output)
      }
      server.kill('SIGTERM')
      const [code] = await once(server, 'close')
      assert.equal(code, 0)
    })
  }
})

describe('The texts that the documentation shows', () => {
  it('are compared line by line, but for those that are left out', () => {
    assert.ok(isShown('a\nb\nc\n', 'a\n…\nc\n'))
    assert.ok(isShown('a (b)\n', 'a (b)\n'))
    assert.ok(!isShown('a\nb\n', 'a\n'))
    assert.ok(!isShown('axb\n', 'a.b\n'))
  })
})
