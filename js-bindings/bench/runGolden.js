import { Command } from 'commander'
import { loadCommandModel } from '../cli/loadCommandModel.js'
import { addModelOptions } from '../cli/options/addModelOptions.js'
import { resolveCommandSource } from '../cli/resolveCommandSource.js'
import { reportError } from '../cli/terminal/reportError.js'
import { untilInterrupted } from '../cli/terminal/untilInterrupted.js'
import { engineInfo, logits } from '../lib/diagnostics.js'
import { verifyFile } from '../lib/source/verifyFile.js'
import { goldenFigures } from './goldenFigures.js'
import { parseCount } from './parseCount.js'
import { readGolden } from './readGolden.js'

/** @import { ModelOptions } from '../cli/options/addModelOptions.js' */

/** How many of the engine's most probable tokens are looked at. */
const TOP = 200

/**
 * Runs `npm run golden` with arguments. The process's exit code is 0, 1 after an error or where the engine is less exact
 * than the peer, 2 after wrong usage.
 *
 * @param {string[]} args
 */
export async function runGolden(args) {
  const program = new Command('npm run golden --')
    .description('measures how far the engine is from the exact result, and holds it to the peer')
    .argument('<file.json>', 'exact results for the model file')
    .option(
      '--batch <n>',
      'tokens a step; 1 is how text is generated (default: as a prompt is read)',
      parseCount,
    )
    .allowExcessArguments(false)
    .exitOverride()
    .action(measure)
  try {
    await addModelOptions(program).parseAsync(args, { from: 'user' })
  } catch (error) {
    process.exitCode = reportError(error)
  }
}

/**
 * @param {string} file
 * @param {ModelOptions & { batch?: number }} options
 */
async function measure(file, { batch, ...modelOptions }) {
  const { sha256, peer, cases } = await readGolden(file)
  await untilInterrupted(async (signal) => {
    const { path } = await resolveCommandSource(modelOptions.model, signal)
    // Exact is what the weights of this very file give.
    await verifyFile(path, { sha256, signal })
    const model = await loadCommandModel({ ...modelOptions, model: path }, signal)
    try {
      const results = []
      for (const { ids } of cases) results.push(await logits(model, ids, { top: TOP, batch, signal }))
      const { meanKl, sameTop, positions } = goldenFigures(cases, results)
      const { reason } = await engineInfo()
      console.log(`${path}, ${positions} positions, ${batch ?? 'the usual'} tokens a step; ${reason}`)
      console.log(`Realm: mean KL ${meanKl.toFixed(6)}, same top token ${percent(sameTop)}`)
      console.log(`${peer.name}: mean KL ${peer.meanKl.toFixed(6)}, same top token ${percent(peer.sameTop)}`)
      const isMet = meanKl <= peer.meanKl
      console.log(
        `${isMet ? 'met' : 'missed'}: the mean KL is ${(meanKl / peer.meanKl).toFixed(3)} of the peer's`,
      )
      if (!isMet) process.exitCode = 1
    } finally {
      await model.dispose()
    }
  })
}

/** @param {number} share */
function percent(share) {
  return `${(100 * share).toFixed(2)} %`
}
