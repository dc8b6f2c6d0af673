import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { findZig } from '../zig.js'

/**
 * The licences of what others have made and is compiled into the addon and the kernels of a platform.
 *
 * @param {import('../platforms.js').BuildPlatform} platform
 * @returns {Record<string, string>} the files of their texts, by the names of the parts
 */
export function licenceTexts({ os }) {
  const require = createRequire(import.meta.url)
  const zig = dirname(findZig().program)
  const libraries = join(zig, 'lib')
  return {
    'node-addon-api': join(dirname(require.resolve('node-addon-api/package.json')), 'LICENSE.md'),
    'node-api-headers': join(dirname(require.resolve('node-api-headers/package.json')), 'LICENSE'),
    'libc++': join(libraries, 'libcxx/LICENSE.TXT'),
    'libc++abi': join(libraries, 'libcxxabi/LICENSE.TXT'),
    libunwind: join(libraries, 'libunwind/LICENSE.TXT'),
    // Of its own it links in what processors have no instructions for.
    zig: join(zig, 'LICENSE'),
    ...(os === 'win32' ? { 'mingw-w64': join(libraries, 'libc/mingw/COPYING') } : {}),
  }
}
