import { deepEqual, equal } from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { withTinyModel } from '../fixture/withTinyModel.js'

/** Loads a model, prints a line where Java writes its log, and has the model answer. */
const ANSWER = `
  import { writeSync } from 'node:fs'
  import { loadModel } from 'realm-ai'
  const model = await loadModel(process.argv[1])
  writeSync(2, 'LOADED\\n')
  await model.generate('the thin cat sat on the mat', { maxTokens: 24, seed: 1, logitBias: { 2: -100 } })
  await model.dispose()`

const LOOPS =
  /(\w+(?:Product|Tiles)::(dot|pair|dequantize|tile\d+|score\w+|mix\w+)|Exponential::\w+|Elementwise::\w+) /
    .source

/**
 * The methods with vector loops that C2 compiled, among the log's lines.
 *
 * @param {string} log
 */
function compiled(log) {
  const line = new RegExp(` 4 +ai\\.realm\\.kernels\\.vector\\.${LOOPS}`, 'g')
  return [...log.matchAll(line)].map(([, method]) => method)
}

describe("Java's kernels", function () {
  this.timeout(60_000)
  const file = withTinyModel()

  it('are compiled while a model loads, none later', () => {
    const { status, stderr } = spawnSync(
      process.execPath,
      ['--input-type=module', '--eval', ANSWER, file.path],
      {
        encoding: 'utf8',
        env: {
          ...process.env,
          REALM_KERNELS: 'vector',
          REALM_JAVA_OPTIONS: '-Xlog:jit+compilation=debug:stderr',
        },
      },
    )
    deepEqual(status, 0)
    const [loading, answering] = stderr.split('LOADED\n').map(compiled)
    for (const used of [
      'FloatsProduct::dot',
      'FloatsProduct::dequantize',
      'PanelTiles::tile4',
      'Elementwise::rmsNorm',
      'Exponential::exponentials',
      'Exponential::swiglu',
    ]) {
      equal(loading.includes(used), true, `${used} among ${loading}`)
    }
    deepEqual(answering, [])
  })
})
