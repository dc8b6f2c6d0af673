import { SetupError } from '../runProgram.js'
import { fewCases, nameOf } from './cases.js'
import { listForTests, makeTinyModels } from './makeTinyModels.js'
import { peerFigures } from './peerFigures.js'

/**
 * Makes the tiny models of `npm test`, if the cache does not hold them.
 *
 * @returns {Promise<NodeJS.ProcessEnv>} what the tests want to know of them, or why there are none
 */
export async function prepareTinyModels() {
  try {
    const cases = fewCases()
    await makeTinyModels(cases, console.log)
    const figures = peerFigures()
    const unknown = cases.map(nameOf).filter((name) => figures[name] === undefined)
    if (unknown.length > 0) {
      throw new SetupError(
        `node-llama-cpp’s figures for ${unknown.join(', ')} are not known: npm run test:matrix -- --few --write measures them`,
      )
    }
    return listForTests(cases, (name) => figures[name])
  } catch (error) {
    if (!(error instanceof SetupError)) throw error
    console.error(`there are no tiny models: ${error.message}`)
    return { REALM_TEST_MATRIX_MISSING: error.message }
  }
}
