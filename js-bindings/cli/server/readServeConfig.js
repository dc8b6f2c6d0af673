import { readFileSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { parse } from 'yaml'
import { booleanValue, integerIn, invalidArgument, text } from '../../lib/arguments/checks.js'
import { readOptions } from '../../lib/arguments/readOptions.js'
import { RealmError } from '../../lib/errors/RealmError.js'

/** @import { HandlerOptions, ServedModel } from '../../lib/server/types.d.ts' */

/**
 * What `realm serve` does, from its flags and its file.
 *
 * @typedef {Omit<HandlerOptions, 'models' | 'log'> & {
 *   models?: HandlerOptions['models'], host?: string, port?: number, keyFile?: string, insecure?: boolean,
 *   contextLength?: number, threads?: number, kvCache?: 'f16' | 'q8_0' | 'q4_0', cacheMb?: number, parallel?: number,
 *   overcommit?: boolean, draft?: ServedModel['draft'] }} ServeConfig
 */

const anything = (/** @type {unknown} */ value) => /** @type {any} */ (value)

/**
 * Reads the file of `--config`, JSON or YAML, whose names are those of the flags and of `createHandler`. The library checks
 * what it is told.
 *
 * @param {string} file
 * @returns {ServeConfig}
 * @throws {RealmError} `FILE_NOT_FOUND`, `IO_ERROR` or `INVALID_ARGUMENT`
 */
export function readServeConfig(file) {
  const config = /** @type {ServeConfig} */ (
    readOptions(
      parsed(file),
      {
        models: anything,
        embedding: text,
        host: text,
        port: integerIn({ from: 0, to: 65535 }),
        keyFile: text,
        keys: anything,
        cors: anything,
        limits: anything,
        keepAlive: anything,
        maxLoaded: anything,
        metrics: anything,
        page: anything,
        logPrompts: anything,
        insecure: booleanValue,
        contextLength: anything,
        threads: anything,
        kvCache: anything,
        cacheMb: anything,
        parallel: anything,
        overcommit: anything,
        draft: anything,
      },
      { what: file },
    )
  )
  // A path in it is meant from where it lies.
  return config.keyFile === undefined
    ? config
    : { ...config, keyFile: resolve(dirname(file), config.keyFile) }
}

/** @param {string} file */
function parsed(file) {
  let content
  try {
    content = readFileSync(file, 'utf8')
  } catch (error) {
    const { code, message } = /** @type {NodeJS.ErrnoException} */ (error)
    throw new RealmError(
      code === 'ENOENT' ? 'FILE_NOT_FOUND' : 'IO_ERROR',
      `The file of --config cannot be read: ${message}. Give the path of a file.`,
      { cause: error },
    )
  }
  try {
    return parse(content)
  } catch (error) {
    throw invalidArgument(
      '--config',
      file,
      'a file of JSON or YAML',
      `It says: ${/** @type {Error} */ (error).message}`,
    )
  }
}
