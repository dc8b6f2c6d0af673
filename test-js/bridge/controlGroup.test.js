import { deepEqual, equal, match } from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, rmdirSync, writeFileSync } from 'node:fs'
import { testModel } from '../testModel.js'

/** Loads a model, with so many threads if they are given; prints the answer or the error, and the threads of the engine. */
const ANSWER = `
  import { readdirSync, readFileSync } from 'node:fs'
  import { loadModel } from 'realm-ai'
  const [path, threads] = process.argv.slice(1)
  const said = await loadModel(path, threads === undefined ? {} : { threads: Number(threads) }).then(
    async (model) => (await model.generate('What is the capital of France?', { maxTokens: 12, temperature: 0 })).text,
    ({ code, message }) => ({ code, message }),
  )
  const nameOf = (task) => {
    try {
      return readFileSync('/proc/self/task/' + task + '/comm', 'utf8').trim()
    } catch (error) {
      if (!['ENOENT', 'ESRCH'].includes(error.code)) throw error
      return 'a thread that has just ended'
    }
  }
  const names = readdirSync('/proc/self/task').map(nameOf)
  console.log(JSON.stringify({ said, workers: names.filter((name) => name.startsWith('realm-worker-')).length }))
  process.exit()`

/** The files of a controller, in version 1 of control groups and in version 2. */
const CONTROLLERS = {
  memory: ['memory.limit_in_bytes', 'memory.max'],
  cpu: ['cpu.cfs_quota_us', 'cpu.max'],
}

describe('A process in a control group', function () {
  this.timeout(60_000)

  /** @type {string[]} */
  const made = []
  after(() => {
    for (const group of made) rmdirSync(group)
  })

  /**
   * A new control group with a limit; the test is skipped where this user cannot make one.
   *
   * @param {Mocha.Context} test
   * @param {'memory' | 'cpu'} controller
   * @param {number} limit
   */
  function groupWith(test, controller, limit) {
    const first = `/sys/fs/cgroup/${controller}`
    const version = existsSync(first) ? 1 : 2
    const group = `${version === 1 ? first : '/sys/fs/cgroup'}/realm-test-${process.pid}-${made.length}`
    try {
      mkdirSync(group)
      made.push(group)
      writeFileSync(`${group}/${CONTROLLERS[controller][version - 1]}`, String(limit))
    } catch (error) {
      console.log(`      no control group can be made here: ${/** @type {Error} */ (error).message}`)
      test.skip()
    }
    return group
  }

  /**
   * @param {string} group
   * @param {string[]} args
   */
  function answerIn(group, ...args) {
    const { status, signal, stdout, stderr } = spawnSync(
      'sh',
      [
        ...['-c', 'echo $$ > "$0/cgroup.procs" && exec "$@"', group],
        ...[process.execPath, '--input-type=module', '--eval', ANSWER, ...args],
      ],
      { encoding: 'utf8' },
    )
    deepEqual([status, signal, stderr], [0, null, ''])
    return JSON.parse(stdout)
  }

  it('answers with 512 MB', function () {
    const model = testModel(this)
    const { said } = answerIn(groupWith(this, 'memory', 512 * 2 ** 20), model)
    equal(said, 'The capital of France is Paris.')
  })

  it('is told by code and figures that there is too little memory, and not killed', function () {
    const model = testModel(this)
    const { said } = answerIn(groupWith(this, 'memory', 110 * 2 ** 20), model)
    equal(said.code, 'OUT_OF_MEMORY')
    match(said.message, /needs \d+ MB more.*the control group of this process has \d+ MB free of 110 MB/)
  })

  it('computes on as many threads as the group has cores', function () {
    const model = testModel(this)
    const group = groupWith(this, 'cpu', 100_000)
    const { said, workers } = answerIn(group, model)
    equal(said, 'The capital of France is Paris.')
    equal(workers, answerIn(group, model, '1').workers)
    equal(workers + 1, answerIn(group, model, '2').workers)
  })
})
