import { directDriver } from './directDriver.js'
import { openWasmDriver } from './openWasmDriver.js'

/**
 * The ways by which all conformance cases are run, by their names.
 *
 * @type {Map<string, () => Promise<import('./CaseDriver.js').CaseDriver>>}
 */
export const drivers = new Map([
  ['called by JavaScript', async () => directDriver],
  ['imported by a WebAssembly module', openWasmDriver],
])
