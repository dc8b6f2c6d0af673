/**
 * The one of `names` that a misspelt `name` most likely meant: at most a third of its letters differ.
 *
 * @param {string} name
 * @param {string[]} names
 * @returns {string | undefined}
 */
export function nearestName(name, names) {
  const [nearest] = names
    .map((candidate) => ({ candidate, edits: editDistance(name.toLowerCase(), candidate.toLowerCase()) }))
    .filter(({ candidate, edits }) => edits <= Math.max(name.length, candidate.length) / 3)
    .sort((a, b) => a.edits - b.edits)
  return nearest?.candidate
}

/**
 * Letters to insert, drop or replace (Levenshtein 1966).
 *
 * @param {string} a
 * @param {string} b
 */
function editDistance(a, b) {
  let row = Array.from({ length: b.length + 1 }, (_, j) => j)
  for (let i = 1; i <= a.length; i++) {
    const next = [i]
    for (let j = 1; j <= b.length; j++) {
      const replaced = row[j - 1] + (a[i - 1] === b[j - 1] ? 0 : 1)
      next.push(Math.min(replaced, row[j] + 1, next[j - 1] + 1))
    }
    row = next
  }
  return row[b.length]
}
