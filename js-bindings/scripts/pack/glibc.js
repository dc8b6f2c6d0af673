/**
 * The newest version of glibc that a library asks for, of the names of versions in its table of symbols.
 *
 * @param {Buffer} library
 * @returns {number[] | undefined} such as `[2, 28]`; undefined if it names none
 */
export function newestGlibc(library) {
  const versions = [...library.toString('latin1').matchAll(/\0GLIBC_(\d+(?:\.\d+)*)(?=\0)/g)].map(
    ([, version]) => version.split('.').map(Number),
  )
  return versions.sort(compare).at(-1)
}

/**
 * @param {number[]} one
 * @param {number[]} other
 */
function compare(one, other) {
  return one[0] - other[0] || one[1] - other[1] || (one[2] ?? 0) - (other[2] ?? 0)
}
