/**
 * A system that Realm has packages for, and what its files are called there.
 *
 * @typedef {object} Platform
 * @property {string} name the last part of its packages' names, such as `linux-x64`
 * @property {'linux' | 'darwin' | 'win32'} os as Node and npm name it
 * @property {'x64' | 'arm64'} cpu as Node and npm name it
 * @property {'glibc' | 'musl'} [libc] as npm names it; on Linux alone
 * @property {string} addon the file name of the addon
 * @property {string} kernels the file name of the library of the native kernels
 * @property {string} libjvm the path of the Java virtual machine's library in a Java runtime
 */

const linux = /** @type {const} */ ({
  os: 'linux',
  addon: 'realm.node',
  kernels: 'librealm-kernels.so',
  libjvm: 'lib/server/libjvm.so',
})
const darwin = /** @type {const} */ ({
  os: 'darwin',
  addon: 'realm.node',
  kernels: 'librealm-kernels.dylib',
  libjvm: 'lib/server/libjvm.dylib',
})
const win32 = /** @type {const} */ ({
  os: 'win32',
  addon: 'realm.node',
  kernels: 'realm-kernels.dll',
  libjvm: 'bin/server/jvm.dll',
})

/**
 * The systems that Realm has packages for.
 *
 * @type {readonly Platform[]}
 */
export const platforms = [
  { name: 'linux-x64', cpu: 'x64', libc: 'glibc', ...linux },
  { name: 'linux-arm64', cpu: 'arm64', libc: 'glibc', ...linux },
  { name: 'linuxmusl-x64', cpu: 'x64', libc: 'musl', ...linux },
  { name: 'linuxmusl-arm64', cpu: 'arm64', libc: 'musl', ...linux },
  { name: 'darwin-arm64', cpu: 'arm64', ...darwin },
  { name: 'darwin-x64', cpu: 'x64', ...darwin },
  { name: 'win32-x64', cpu: 'x64', ...win32 },
]

/**
 * The name of a system, whether Realm has packages for it or not.
 *
 * @param {{ os: string, cpu: string, libc?: 'glibc' | 'musl' }} system default: the one that this process runs on
 */
export function platformName({ os, cpu, libc } = thisSystem()) {
  return `${os}${libc === 'musl' ? 'musl' : ''}-${cpu}`
}

/**
 * The system that this process runs on; undefined if Realm has no packages for it.
 *
 * @returns {Platform | undefined}
 */
export function thisPlatform() {
  const name = platformName()
  return platforms.find((platform) => platform.name === name)
}

/** @type {{ os: string, cpu: string, libc?: 'glibc' | 'musl' } | undefined} */
let known

/** What this process runs on. */
export function thisSystem() {
  known ??= {
    os: process.platform,
    cpu: process.arch,
    ...(process.platform === 'linux' && { libc: libcOf() }),
  }
  return known
}

/** Which C library this process, of Linux, is linked with. */
function libcOf() {
  return glibcVersion() === undefined ? 'musl' : 'glibc'
}

/**
 * The version of glibc that this process runs on. Node knows by itself: no program is run and no file of the system read.
 *
 * @returns {string | undefined} undefined with another C library
 */
export function glibcVersion() {
  const { report } = process
  // Types of Node 20 lack it. Without it, each of the process's sockets would have its name looked up.
  const settings = /** @type {{ excludeNetwork?: boolean }} */ (report)
  const before = settings.excludeNetwork
  settings.excludeNetwork = true
  try {
    const { header } = /** @type {{ header: { glibcVersionRuntime?: string } }} */ (
      /** @type {unknown} */ (report.getReport())
    )
    return header.glibcVersionRuntime
  } finally {
    settings.excludeNetwork = before
  }
}

/** Numbers of processors: e_machine of ELF, Machine of COFF, cputype of Mach-O. */
const ELF = new Map([
  [0x3e, 'x64'],
  [0xb7, 'arm64'],
])
const COFF = new Map([
  [0x8664, 'x64'],
  [0xaa64, 'arm64'],
])
const MACH_O = new Map([
  [0x01000007, 'x64'],
  [0x0100000c, 'arm64'],
])

/** As many bytes as `systemOf` reads of a file. */
export const HEAD_BYTES = 4096

/**
 * Which system a library or program is for, by its first bytes; that of Linux may have either C library.
 *
 * @param {Buffer} head of the file
 * @returns {string | undefined} such as `linux-x64`; undefined if it is neither
 */
export function systemOf(head) {
  if (head.length < 64) return undefined
  const named = (/** @type {Map<number, string>} */ processors, /** @type {number} */ number) =>
    processors.get(number) ?? 'another processor'
  if (head.readUInt32BE(0) === 0x7f454c46) return `linux-${named(ELF, head.readUInt16LE(18))}`
  if (head.readUInt32LE(0) === 0xfeedfacf) return `darwin-${named(MACH_O, head.readUInt32LE(4))}`
  const at = head.readUInt32LE(60)
  if (head.readUInt16BE(0) !== 0x4d5a || at + 6 > Math.min(head.length, HEAD_BYTES)) return undefined
  return head.readUInt32BE(at) === 0x50450000 ? `win32-${named(COFF, head.readUInt16LE(at + 4))}` : undefined
}
