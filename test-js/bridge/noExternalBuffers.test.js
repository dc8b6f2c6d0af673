import { deepEqual, ok } from 'node:assert/strict'
import { execFileSync, spawnSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { projectRoot } from '../../js-bindings/scripts/runProgram.js'
import { withTinyModel } from '../fixture/withTinyModel.js'

/** Node's function, and what stands in for it: a name of the same length can be put into the addon. */
const REAL = 'napi_create_external_arraybuffer'
const REFUSING = 'test_create_external_arraybuffer'

const STAND_IN = `
  #include <stdio.h>
  #include <stddef.h>
  /* napi_status: napi_no_external_buffers_allowed */
  int ${REFUSING}(void *env, void *data, size_t length, void *finalize, void *hint, void **result) {
    fputs("refused\\n", stderr);
    return 22;
  }`

const PROGRAM = `
  import { getTensor, removeModel, storeModel } from './copy/js-bindings/lib/index.js'
  const id = await storeModel(process.argv[2])
  const sums = []
  for (let i = 0; i < 3; i++) {
    const values = await getTensor(id, 'token_embd.weight')
    sums.push([values.length, values.reduce((sum, value) => sum + value, 0)])
    values.fill(7)
  }
  await removeModel(id)
  console.log(JSON.stringify(sums))`

// As Electron does, whose V8 keeps all memory of JavaScript in a region of its own.
describe('Where the runtime allows no buffers of memory outside of it', function () {
  this.timeout(60_000)
  const model = withTinyModel()
  let folder = ''

  before(function () {
    if (process.platform !== 'linux') this.skip()
    folder = mkdtempSync(join(tmpdir(), 'realm-external-'))
    const build = 'js-bindings/build'
    mkdirSync(join(folder, 'copy', build), { recursive: true })
    cpSync(join(projectRoot, 'js-bindings/lib'), join(folder, 'copy/js-bindings/lib'), { recursive: true })
    for (const file of ['package.json', `${build}/realm-engine.jar`, `${build}/librealm-kernels.so`]) {
      cpSync(join(projectRoot, file), join(folder, 'copy', file))
    }
    symlinkSync(join(projectRoot, 'node_modules'), join(folder, 'node_modules'))
    const addon = readFileSync(join(projectRoot, build, 'realm.node'), 'latin1')
    ok(addon.includes(REAL))
    writeFileSync(join(folder, 'copy', build, 'realm.node'), addon.replaceAll(REAL, REFUSING), 'latin1')
    writeFileSync(join(folder, 'stand-in.c'), STAND_IN)
    execFileSync('cc', ['-shared', '-fPIC', '-o', join(folder, 'stand-in.so'), join(folder, 'stand-in.c')])
    writeFileSync(join(folder, 'program.mjs'), PROGRAM)
  })

  after(() => {
    if (folder !== '') rmSync(folder, { recursive: true })
  })

  /** @param {NodeJS.ProcessEnv} env */
  function run(env) {
    const args = [join(folder, 'program.mjs'), model.path]
    const options = { encoding: /** @type {const} */ ('utf8'), env: { ...process.env, ...env } }
    const { status, stdout, stderr } = spawnSync(process.execPath, args, options)
    return { status, stderr, sums: status === 0 ? JSON.parse(stdout) : stdout }
  }

  it('gives copies, with the same values', () => {
    const refused = run({ LD_PRELOAD: join(folder, 'stand-in.so') })
    deepEqual([refused.status, refused.stderr], [0, 'refused\n'.repeat(3)])
    const [first] = refused.sums
    ok(first[0] > 0 && first[1] !== 0)
    deepEqual(refused.sums, [first, first, first])
    // The unchanged addon gives the memory itself.
    cpSync(
      join(projectRoot, 'js-bindings/build/realm.node'),
      join(folder, 'copy/js-bindings/build/realm.node'),
    )
    deepEqual(run({}), { status: 0, stderr: '', sums: refused.sums })
  })
})
