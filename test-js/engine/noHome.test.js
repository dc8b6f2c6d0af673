import { deepEqual, equal } from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { withTinyModel } from '../fixture/withTinyModel.js'

/** Has Node answer as for a user that no list of the system knows, without HOME. */
const NO_HOME = `
  import { syncBuiltinESMExports } from 'node:module'
  import os from 'node:os'
  os.homedir = os.userInfo = () => {
    throw Object.assign(new Error('uv_os_homedir returned ENOENT'), { code: 'ERR_SYSTEM_ERROR' })
  }
  syncBuiltinESMExports()`

describe('A user without a home', () => {
  const file = withTinyModel()

  /**
   * What a program prints, as JSON.
   *
   * @param {string} code
   * @param {NodeJS.ProcessEnv} [env]
   */
  function run(code, env = {}) {
    const { HOME: _, XDG_CACHE_HOME: __, ...others } = process.env
    const preload = `data:text/javascript,${encodeURIComponent(NO_HOME)}`
    const args = ['--import', preload, '--input-type=module', '--eval', code, file.path]
    const { status, stdout, stderr } = spawnSync(process.execPath, args, {
      env: { ...others, ...env },
      encoding: 'utf8',
    })
    deepEqual([status, stderr], [0, ''])
    return JSON.parse(stdout)
  }

  it('imports the package and loads a file', () => {
    const name = run(`
      const { loadModel } = await import('realm-ai')
      const model = await loadModel(process.argv[1])
      console.log(JSON.stringify(model.name))
      await model.dispose()`)
    equal(name, 'tiny')
  })

  it('is told by code where the cache is needed, and can name another place', () => {
    const code = `
      const { loadModel } = await import('realm-ai')
      await loadModel('hf:owner/repo/model.gguf').catch(({ code }) => console.log(JSON.stringify(code)))`
    const env = { HF_ENDPOINT: 'http://127.0.0.1:9' }
    equal(run(code, env), 'IO_ERROR')
    equal(run(code, { ...env, XDG_CACHE_HOME: file.folder }), 'DOWNLOAD_FAILED')
  })
})
