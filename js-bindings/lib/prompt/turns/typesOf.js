/** The types of JSON Schema. */
const ALL = ['string', 'number', 'integer', 'boolean', 'null', 'array', 'object']
/** How far references are followed: one that comes back to itself says nothing of types. */
const DEEPEST = 32

/**
 * The types that a schema admits, as far as its words tell: more than it does, never fewer.
 *
 * @param {unknown} schema
 * @param {unknown} root the document that its references point into
 * @param {number} [depth]
 * @returns {Set<string>}
 */
export function typesOf(schema, root, depth = 0) {
  const types = new Set(ALL)
  if (typeof schema !== 'object' || schema === null || depth > DEEPEST) return types
  const { type, enum: values, const: value, anyOf, oneOf, allOf, $ref } = /** @type {any} */ (schema)
  const restrict = (/** @type {Set<string>} */ to) => {
    for (const each of types) if (!to.has(each)) types.delete(each)
  }
  if (type !== undefined) restrict(new Set([type].flat()))
  if (Array.isArray(values)) restrict(new Set(values.flatMap(typesOfValue)))
  if (value !== undefined) restrict(new Set(typesOfValue(value)))
  for (const options of [anyOf, oneOf]) {
    if (!Array.isArray(options)) continue
    restrict(new Set(options.flatMap((option) => [...typesOf(option, root, depth + 1)])))
  }
  if (Array.isArray(allOf)) for (const part of allOf) restrict(typesOf(part, root, depth + 1))
  if (typeof $ref === 'string') restrict(typesOf(resolve($ref, root), root, depth + 1))
  return types
}

/** @param {unknown} value @returns {string[]} */
function typesOfValue(value) {
  if (value === null) return ['null']
  if (Array.isArray(value)) return ['array']
  return typeof value === 'number' ? ['number', 'integer'] : [typeof value]
}

/**
 * @param {string} reference
 * @param {unknown} root
 */
function resolve(reference, root) {
  if (!reference.startsWith('#')) return undefined
  /** @type {any} */
  let at = root
  for (const step of reference.slice(1).split('/').slice(1)) {
    at = at?.[decodeURIComponent(step).replaceAll('~1', '/').replaceAll('~0', '~')]
  }
  return at
}
