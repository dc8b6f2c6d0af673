import { deepEqual, equal, match } from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PROTOCOL } from '../../js-bindings/lib/bridge/Bridge.js'
import { projectRoot } from '../../js-bindings/scripts/runProgram.js'
import { tinyLlama } from '../fixture/tinyLlama.js'

/** What each program below begins with. */
const LIBRARY = `
  const one = () => import('./one/js-bindings/lib/index.js')
  const two = () => import('./two/js-bindings/lib/index.js')
  const options = { raw: true, temperature: 0, maxTokens: 40, logitBias: { 0: -Infinity, 1: -Infinity, 2: -Infinity } }
  const answer = async (model) => {
    let text = ''
    for await (const piece of model.stream('Hello', options)) text += piece
    return text
  }
`

// npm installs several versions of a package side by side where its dependents ask for them.
describe('Two copies of the package in one process', () => {
  let folder = ''

  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'realm-copies-'))
    const manifest = JSON.parse(readFileSync(join(projectRoot, 'package.json'), 'utf8'))
    // The types and the bundle for require() are built for others than the tests, and are not needed here.
    const files = manifest.files.filter((/** @type {string} */ file) => existsSync(join(projectRoot, file)))
    for (const copy of ['one', 'two', 'other', 'older']) {
      for (const file of ['package.json', 'js-bindings/build/realm.node', ...files]) {
        cpSync(join(projectRoot, file), join(folder, copy, file), { recursive: true })
      }
    }
    symlinkSync(join(projectRoot, 'node_modules'), join(folder, 'node_modules'))
    writeFileSync(join(folder, 'model.gguf'), tinyLlama())
    change('other/js-bindings/lib/bridge/Bridge.js', `PROTOCOL = ${PROTOCOL}`, 'PROTOCOL = 0')
    // One that no other copy knows by its entry.
    change('older/js-bindings/build/realm.node', 'realm_addon_entry', 'older_addon_entry')
  })

  after(() => rmSync(folder, { recursive: true }))

  /**
   * @param {string} file
   * @param {string} from
   * @param {string} to
   */
  function change(file, from, to) {
    const path = join(folder, file)
    const bytes = readFileSync(path, 'latin1')
    equal(bytes.includes(from), true)
    writeFileSync(path, bytes.replaceAll(from, to), 'latin1')
  }

  /**
   * What a program prints, as JSON, and how it ends.
   *
   * @param {string} program
   */
  function run(program) {
    const path = join(folder, 'program.mjs')
    writeFileSync(path, `${LIBRARY}\n${program}`)
    const { status, signal, stdout, stderr } = spawnSync(process.execPath, [path], {
      cwd: folder,
      encoding: 'utf8',
      timeout: 60_000,
    })
    deepEqual([status, signal, stderr], [0, null, ''])
    return JSON.parse(stdout)
  }

  it('speak a protocol that has the same number in Java', () => {
    const java = readFileSync(
      join(projectRoot, 'java-engine/src/main/java/ai/realm/bridge/BridgeCalls.java'),
      'utf8',
    )
    equal(Number(/int PROTOCOL = (\d+);/.exec(java)?.[1]), PROTOCOL)
  })

  it('answer each its own questions, at the same time', () => {
    const answers = run(`
      const models = await Promise.all([one, two].map(async (copy) => (await copy()).loadModel('model.gguf')))
      const asked = await Promise.all([0, 1, 0, 1, 1, 0].map((i) => answer(models[i])))
      await Promise.all(models.map((model) => model.dispose()))
      console.log(JSON.stringify(asked))`)
    equal(new Set(answers).size, 1)
    equal(answers[0].length > 0, true)
  })

  it('answer one after the other', () => {
    const answers = run(`
      const answers = []
      for (const copy of [two, one, two]) {
        const model = await (await copy()).loadModel('model.gguf')
        answers.push(await answer(model))
        await model.dispose()
      }
      console.log(JSON.stringify(answers))`)
    equal(new Set(answers).size, 1)
  })

  it('answer in workers, whichever copy was loaded first and whether its worker has ended', () => {
    const answers = run(`
      import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads'
      const ask = async (copy) => answer(await (await copy()).loadModel('model.gguf'))
      const inWorker = (which) => new Promise((resolve, reject) => {
        const worker = new Worker(new URL(import.meta.url), { workerData: which })
        let heard
        worker.once('message', (text) => { heard = text }).once('error', reject).once('exit', () => resolve(heard))
      })
      if (!isMainThread) {
        parentPort.postMessage(await ask(workerData === 'one' ? one : two))
      } else {
        const first = await inWorker('two')
        const rest = await Promise.all([inWorker('one'), ask(one), inWorker('two'), ask(two)])
        console.log(JSON.stringify([first, ...rest]))
      }`)
    equal(answers.length, 5)
    equal(new Set(answers).size, 1)
  })

  const CODES = `
    const { loadModel } = await one()
    const model = await loadModel('model.gguf')
    const { loadModel: refused } = await import(COPY)
    const error = await refused('model.gguf').catch(({ code, message }) => [code, message])
    console.log(JSON.stringify([...error, await answer(model)]))`

  it('are refused by code where the second speaks another protocol, and the first goes on', () => {
    const [code, message, text] = run(CODES.replace('COPY', "'./other/js-bindings/lib/index.js'"))
    equal(code, 'JVM_START_FAILED')
    match(message, /speaks protocol \d+, this copy \(.*other.*\) speaks 0.*npm ls realm-ai/)
    equal(text.length > 0, true)
  })

  it('are refused by code where the second starts a virtual machine of its own', () => {
    const [code, message, text] = run(CODES.replace('COPY', "'./older/js-bindings/lib/index.js'"))
    equal(code, 'JVM_START_FAILED')
    match(message, /runs a Java virtual machine already, that of .*libjvm/)
    equal(text.length > 0, true)
  })
})
