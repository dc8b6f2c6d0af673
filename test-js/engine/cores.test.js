import { deepEqual, equal, match } from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { withTinyModel } from '../fixture/withTinyModel.js'

const REALM = join(import.meta.dirname, '../../js-bindings/cli/realm.js')

/** Prints the ids of an answer for each of some numbers of threads, and for none given. */
const ANSWERS = `
  import { loadModel } from 'realm-ai'
  const answers = []
  for (const threads of [1, 2, 3, 5, 7, undefined]) {
    const model = await loadModel(process.argv[1], { threads })
    const { tokens } = await model.generate('the thin', { maxTokens: 24, seed: 1, logitBias: { 2: -100 } })
    await model.dispose()
    answers.push(tokens)
  }
  console.log(JSON.stringify(answers))`

describe('The engine on one core', function () {
  this.timeout(60_000)
  const file = withTinyModel()
  /** @type {string[]} */
  let onOneCore

  before(function () {
    const [, core] = /** @type {RegExpExecArray} */ (
      /^Cpus_allowed_list:\s*(\d+)/m.exec(readFileSync('/proc/self/status', 'utf8'))
    )
    onOneCore = ['taskset', '--cpu-list', core]
    if (spawnSync('taskset', ['--version']).error) {
      console.error('    not tested: there is no taskset (util-linux) to give a process one core')
      this.skip()
    }
  })

  /** @param {string[]} command */
  function output([program, ...args]) {
    const { status, stdout, stderr } = spawnSync(program, args, { encoding: 'utf8' })
    deepEqual([status, stderr], [0, ''])
    return stdout
  }

  it('answers as it does on all cores, with any number of threads', () => {
    const node = [process.execPath, '--input-type=module', '--eval', ANSWERS, file.path]
    const answers = JSON.parse(output([...onOneCore, ...node]))
    for (const tokens of answers) deepEqual(tokens, answers[0])
    equal(answers[0].length, 24)
    deepEqual(JSON.parse(output(node)), answers)
  })

  it('is found in order by realm doctor', () => {
    match(output([...onOneCore, process.execPath, REALM, 'doctor']), /kernels/)
  })
})
