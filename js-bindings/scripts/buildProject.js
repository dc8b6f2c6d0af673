import { buildAddon } from './buildAddon.js'
import { buildEngine } from './buildEngine.js'
import { buildKernels } from './buildKernels.js'
import { installDependencies } from './installDependencies.js'

/**
 * Brings everything that Realm runs from up to date: the npm packages, the engine's jar, the native kernels and the
 * addon. Quick, silent, and without any network, if nothing has changed.
 *
 * @returns {Promise<boolean>} whether there was anything to build
 * @throws {SetupError} if something that a build needs is missing, or a build fails
 */
export async function buildProject() {
  installDependencies()
  const engine = await buildEngine()
  const addon = await buildAddon()
  const kernels = await buildKernels()
  return engine || addon || kernels
}
