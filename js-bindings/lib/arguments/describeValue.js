/**
 * A value as an error message shows it: short, and told apart from values of other types.
 *
 * @param {unknown} value
 * @returns {string}
 */
export function describeValue(value) {
  if (typeof value === 'string') {
    return JSON.stringify(value.length > 60 ? value.slice(0, 60) + '…' : value)
  }
  if (typeof value === 'bigint') return `${value}n`
  if (typeof value === 'function') return 'a function'
  if (typeof value === 'symbol') return 'a symbol'
  if (Array.isArray(value)) return value.length === 0 ? 'an empty array' : `an array of ${value.length}`
  if (typeof value === 'object' && value !== null) {
    const name = value.constructor?.name
    if (typeof name !== 'string' || name === '' || name === 'Object') return 'an object'
    return /^[AEIOU]/.test(name) ? `an ${name}` : `a ${name}`
  }
  return Object.is(value, -0) ? '0' : String(value)
}
