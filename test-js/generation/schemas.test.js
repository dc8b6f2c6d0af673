import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { answerAll, withRandomModel } from '../../js-bindings/scripts/schemas/answers.js'
import { formatsDocument } from '../../js-bindings/scripts/schemas/formatsDocument.js'
import { rounds } from '../fixture/rounds.js'

const read = (/** @type {string} */ file) => readFileSync(new URL(`../../${file}`, import.meta.url), 'utf8')

/**
 * The schemas that `npm test` has fetched; without them the test is skipped with the reason, and fails with CI=true.
 *
 * @param {import('mocha').Context} context
 */
function fetchedSchemas(context) {
  const { REALM_TEST_SCHEMAS: file, REALM_TEST_SCHEMAS_MISSING: reason = 'npm test fetches them' } =
    process.env
  if (file !== undefined && existsSync(file)) return JSON.parse(readFileSync(file, 'utf8'))
  if (process.env.CI === 'true') throw new Error(`no schemas: ${reason}`)
  context.test.title += ` (no schemas: ${reason})`
  return context.skip()
}

describe('Schemas of the official test suite and of the real world', function () {
  this.timeout(1_800_000)

  it('have valid answers of a model with random weights', async function () {
    const every = rounds(12, 1)
    const cases = fetchedSchemas(this).filter(
      (/** @type {any} */ _, /** @type {number} */ i) => i % every === 0,
    )
    const verdicts = await withRandomModel((model) =>
      answerAll(model, cases, { n: rounds(2, 20), maxTokens: 1000 }),
    )
    assert.deepEqual(
      verdicts.flatMap(({ name, invalid }) => invalid.map((text) => `${name}: ${text}`)),
      [],
    )
    assert.ok(verdicts.filter(({ answers }) => answers > 0).length > verdicts.length / 2)
  })

  it('are counted in docs/formats.md as they were found', () => {
    const results = JSON.parse(read('js-bindings/scripts/schemas/results.json'))
    const page = read('docs/formats.md')
    assert.equal(page, formatsDocument(page, results))
  })
})
