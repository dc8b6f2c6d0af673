import { join, relative } from 'node:path'
import { crossCompileAddon } from '../buildAddon.js'
import { compileKernels } from '../buildKernels.js'
import { projectRoot } from '../runProgram.js'

/**
 * Builds the addon and the kernels for a system, whatever this one is.
 *
 * @param {string} folder where they are made
 * @param {import('../platforms.js').BuildPlatform} platform
 * @throws {import('../runProgram.js').SetupError} if they cannot be built
 */
export function buildNative(folder, platform) {
  crossCompileAddon(join(folder, platform.addon), platform)
  compileKernels(relative(projectRoot, join(folder, platform.kernels)), { platform })
}
