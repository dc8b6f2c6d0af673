/**
 * A schema with what it is called and described as beside it, where it says neither itself, so that the model reads it.
 *
 * @template T
 * @param {T} schema
 * @param {string | null} [title]
 * @param {string | null} [description]
 * @returns {T}
 */
export function describedSchema(schema, title, description) {
  if (typeof schema !== 'object' || schema === null) return schema
  const said = Object.entries({ title, description }).filter(([, text]) => text)
  return { ...Object.fromEntries(said), ...schema }
}
