import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { resolveCommandSource } from '../../cli/commandModel.js'
import { untilInterrupted } from '../../cli/terminal/untilInterrupted.js'
import { describeRealm } from '../openRealm.js'
import { runNode } from '../runNode.js'
import { writeQ4kFile } from './writeQ4kFile.js'

/** @import { GuestFigureGroup } from './guestFigures.js' */
/** @import { GuestJob } from './openGuest.js' */

const MATRIX = { columns: 2048, rows: 5632 }
const MATRICES = 8

/**
 * @typedef {object} GuestBenchOptions
 * @property {string} model a catalog name, a path, hf:owner/repo/file or a URL
 * @property {number} rounds how many times each group is measured, in a fresh process each time
 * @property {number} guests how many run at a time where several do
 * @property {number} tokens that each of them makes where the speed is measured
 */

/**
 * Measures groups of figures.
 *
 * @param {readonly GuestFigureGroup[]} groups
 * @param {GuestBenchOptions} options
 * @returns {Promise<{ model: string, engine: string, values: Record<string, number[]> }>} the model's name, what the engine
 *   says of itself, and a value of each round for each figure
 */
export async function measureGuests(groups, { model: source, rounds, guests, tokens }) {
  const { path: model, name } = await untilInterrupted((signal) => resolveCommandSource(source, signal))
  const folder = mkdtempSync(join(tmpdir(), 'realm-bench-'))
  try {
    /** @type {GuestJob} */
    const job = {
      model,
      tensors: join(folder, 'q4k.gguf'),
      tensorNames: Array.from({ length: MATRICES }, (_, i) => `matrix.${i}`),
      tensorValues: MATRIX.columns * MATRIX.rows,
      guests,
      tokens,
    }
    writeQ4kFile(job.tensors, { names: job.tensorNames, ...MATRIX })
    /** @type {Record<string, number[]>} */
    const values = {}
    for (let round = 1; round <= rounds; round++) {
      for (const group of groups) {
        process.stderr.write(`round ${round} of ${rounds}: ${group.script} ${group.guest ?? ''}\n`)
        const script = fileURLToPath(new URL(group.script, import.meta.url))
        const measured = JSON.parse(
          (await runNode(script, [JSON.stringify({ ...job, guest: group.guest })])).output,
        )
        for (const { id } of group.figures) values[id] = [...(values[id] ?? []), measured[id]]
      }
    }
    return { model: name, engine: await describeRealm(), values }
  } finally {
    rmSync(folder, { recursive: true })
  }
}
