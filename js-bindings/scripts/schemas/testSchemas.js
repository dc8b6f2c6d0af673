import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { formatMachine, readMachine } from '../../bench/machine.js'
import { buildProject } from '../buildProject.js'
import { runMaven } from '../runMaven.js'
import { projectRoot, runScript, SetupError } from '../runProgram.js'

// npm run test:schemas: all schemas of the official test suite of JSON Schema and of the real world, with their instances,
// and 20 answers to each that compiles. With --write, what was found goes into docs/formats.md.

const OUTCOMES = join(projectRoot, 'test-java/target/schemas/outcomes.json')

await runScript(async () => {
  const { write, answers } = readOptions()
  await buildProject()
  // Loaded late: on a fresh clone their npm packages are only there now.
  const { writeCases } = await import('./prepareSchemas.js')
  const { answerAll, withRandomModel } = await import('./answers.js')
  const { summarizeSchemas } = await import('./results.js')
  const { formatsDocument, schemaTables } = await import('./formatsDocument.js')
  const file = writeCases()
  /** @type {import('./cases.js').SchemaCase[]} */
  const cases = JSON.parse(readFileSync(file, 'utf8'))
  rmSync(OUTCOMES, { force: true })
  const code = runMaven(
    [
      'test',
      ...['--projects', 'test-java', '--also-make'],
      '-Dtest=SchemaCasesTest',
      '-Dsurefire.failIfNoSpecifiedTests=false',
    ],
    { env: { REALM_TEST_SCHEMAS: file, REALM_TEST_SCHEMAS_THOROUGH: 'true' } },
  )
  if (code !== 0) throw new SetupError('the schemas do not hold: Maven’s messages are above')
  const outcomes = JSON.parse(readFileSync(OUTCOMES, 'utf8'))
  const verdicts = await withRandomModel((model) =>
    answerAll(model, cases, { n: Number(answers), maxTokens: 1000, log: console.log }),
  )
  const results = {
    machine: formatMachine(readMachine()),
    ...summarizeSchemas(cases, outcomes, verdicts),
  }
  console.log(schemaTables(results))
  const invalid = verdicts.flatMap((verdict) => verdict.invalid.map((text) => `${verdict.name}: ${text}`))
  for (const line of invalid) console.error(`invalid answer to ${line.slice(0, 1000)}`)
  console.log(`${invalid.length} invalid answers of ${verdicts.reduce((sum, v) => sum + v.answers, 0)}`)
  if (write && invalid.length === 0) {
    writeFileSync(new URL('results.json', import.meta.url), `${JSON.stringify(results, undefined, 2)}\n`)
    const page = join(projectRoot, 'docs/formats.md')
    writeFileSync(page, formatsDocument(readFileSync(page, 'utf8'), results))
  }
  process.exitCode = invalid.length === 0 ? 0 : 1
})

function readOptions() {
  try {
    return parseArgs({
      options: {
        write: { type: 'boolean', default: false },
        answers: { type: 'string', default: '20' },
      },
    }).values
  } catch (error) {
    throw new SetupError(/** @type {Error} */ (error).message)
  }
}
