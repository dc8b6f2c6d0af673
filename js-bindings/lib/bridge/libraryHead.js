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
