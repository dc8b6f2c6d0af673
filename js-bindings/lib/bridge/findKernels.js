import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

/**
 * The path of the native kernels, which come with the package on the systems that they are built for.
 *
 * @returns {string | undefined}
 */
export function findKernels() {
  const library = fileURLToPath(new URL('../../build/librealm-kernels.so', import.meta.url))
  return existsSync(library) ? library : undefined
}
