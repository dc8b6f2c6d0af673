import { platforms as systems, thisPlatform } from '../lib/bridge/platforms.js'
import { SetupError } from './runProgram.js'

/**
 * A system that Realm can be built for.
 *
 * @typedef {import('../lib/bridge/platforms.js').Platform & { zigTarget: string }} BuildPlatform `zigTarget` is the name
 *   that zig knows it by, with the oldest version of it that the files run on
 */

/** glibc 2.28 is that of RHEL 8 and Debian 10, and the oldest that Node 20 runs on; macOS 11 the oldest of Java 25. */
const ZIG_TARGETS = new Map([
  ['linux-x64', 'x86_64-linux-gnu.2.28'],
  ['linux-arm64', 'aarch64-linux-gnu.2.28'],
  ['linuxmusl-x64', 'x86_64-linux-musl'],
  ['linuxmusl-arm64', 'aarch64-linux-musl'],
  ['darwin-arm64', 'aarch64-macos.11.0'],
  ['darwin-x64', 'x86_64-macos.11.0'],
  ['win32-x64', 'x86_64-windows-gnu'],
])

/**
 * The systems that Realm can be built for.
 *
 * @type {readonly BuildPlatform[]}
 */
export const platforms = systems.map((system) => ({
  ...system,
  zigTarget: /** @type {string} */ (ZIG_TARGETS.get(system.name)),
}))

/**
 * The system of a name.
 *
 * @param {string | undefined} [name] default: that of the system this runs on
 * @returns {BuildPlatform}
 * @throws {SetupError} if there is none
 */
export function findPlatform(name = thisPlatform()?.name) {
  const platform = platforms.find((known) => known.name === name)
  if (platform !== undefined) return platform
  const names = platforms.map((known) => known.name).join(', ')
  throw new SetupError(
    `Realm cannot be built for ${name ?? `${process.platform} on ${process.arch}`}; it can for ${names}`,
  )
}
