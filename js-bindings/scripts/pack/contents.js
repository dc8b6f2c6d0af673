import { packageName } from '../../lib/bridge/nativeFiles.js'
import { platforms } from '../platforms.js'

/**
 * What a package holds.
 *
 * @typedef {object} Contents
 * @property {import('../platforms.js').BuildPlatform} [platform] the system that it is for; undefined for every system
 * @property {string[]} required files that it has
 * @property {RegExp[]} allowed what every file of it matches one of
 */

/** Of every package. */
const DESCRIPTION = ['package.json', 'README.md']

/** Of the files that each kind of package has, whatever they are called. */
const ALLOWED = {
  main: [
    /^(LICENSE|CHANGELOG\.md|THIRD_PARTY_NOTICES\.md)$/,
    /^js-bindings\/build\/(realm-engine\.jar|realm\.cjs)$/,
    /^js-bindings\/build\/page\/(index\.html|page\.(js|css))$/,
    /^js-bindings\/build\/types\/.*\.d\.c?ts$/,
    /^js-bindings\/(cli|lib)\/[\w./-]+\.(js|json)$/,
    /^js-bindings\/lib\/[\w./-]+\.d\.ts$/,
  ],
  addon: [/^LICENSE$/, /^licenses\/[\w.+-]+\.txt$/],
  runtime: [
    /^java\/(release|bin\/(java(\.exe)?|[\w-]+\.dll|server\/[\w-]+\.(dll|jsa)))$/,
    /^java\/(conf|legal)\/[\w./-]+$/,
    /^java\/lib\/(?!.*\.(debuginfo|diz|pdb|map)$)(security\/|server\/)?[\w.-]+$/,
  ],
}

/**
 * What the package of a name holds.
 *
 * @param {string} name
 * @returns {Contents | undefined} undefined if none of this name is made
 */
export function contentsOf(name) {
  const exactly = (/** @type {string[]} */ files) =>
    files.map((file) => new RegExp(`^${file.replaceAll('.', '\\.')}$`))
  if (name === 'realm-ai') {
    const required = [
      ...DESCRIPTION,
      'LICENSE',
      'CHANGELOG.md',
      'THIRD_PARTY_NOTICES.md',
      'js-bindings/build/realm-engine.jar',
      'js-bindings/build/realm.cjs',
      'js-bindings/build/page/index.html',
      'js-bindings/build/page/page.css',
      'js-bindings/build/page/page.js',
      'js-bindings/build/types/index.d.ts',
      'js-bindings/build/types/index.d.cts',
      'js-bindings/cli/realm.js',
      'js-bindings/lib/index.js',
    ]
    return { required, allowed: [...exactly(DESCRIPTION), ...ALLOWED.main] }
  }
  for (const platform of platforms) {
    if (name === packageName('addon', platform.name)) {
      const files = [...DESCRIPTION, platform.addon, platform.kernels]
      const required = [...files, 'LICENSE', 'licenses/node-addon-api.txt', 'licenses/libc++.txt']
      return { platform, required, allowed: [...exactly(files), ...ALLOWED.addon] }
    }
    if (name === packageName('runtime', platform.name)) {
      const program = platform.os === 'win32' ? 'java.exe' : 'java'
      const java = ['release', `bin/${program}`, platform.libjvm, 'lib/modules', 'legal/java.base/LICENSE']
      const required = [...DESCRIPTION, ...java.map((file) => `java/${file}`)]
      return { platform, required, allowed: [...exactly(DESCRIPTION), ...ALLOWED.runtime] }
    }
  }
  return undefined
}
