import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { projectRoot } from '../runProgram.js'
import { fewCases, nameOf } from './cases.js'

/**
 * How far node-llama-cpp is from the exact results of the tiny models of `npm test`, which has no node-llama-cpp: the same
 * weights are drawn on every machine, and `npm run test:matrix -- --write` measures them.
 */
const FILE = join(projectRoot, 'test-java/src/test/resources/ai/realm/model/peer.json')

/** @returns {Record<string, number>} by the names of the tiny models; see peerDistance */
export function peerFigures() {
  return JSON.parse(readFileSync(FILE, 'utf8'))
}

/** @param {Record<string, number>} figures of these, those that npm test needs are kept; it may need others, too */
export function writePeerFigures(figures) {
  const known = fewCases()
    .map(nameOf)
    .filter((name) => name in figures)
    .map((name) => [name, Number(figures[name].toPrecision(6))])
  writeFileSync(FILE, `${JSON.stringify(Object.fromEntries(known), null, 2)}\n`)
}
