/** The files of a split model, as every tool names them. */
const SPLIT = /^(.*)-(\d{5})-of-(\d{5})\.gguf$/

/**
 * The files of the model whose first file has this name; undefined for another file of a split model.
 *
 * @param {string} name
 */
export function filesOf(name) {
  const split = SPLIT.exec(name)
  if (!split) return [name]
  const [, stem, number, count] = split
  if (Number(number) !== 1) return undefined
  return Array.from(
    { length: Number(count) },
    (_, i) => `${stem}-${String(i + 1).padStart(5, '0')}-of-${count}.gguf`,
  )
}

/**
 * The first file of the model that a file is of: itself, where the model is not split.
 *
 * @param {string} name
 */
export function firstOf(name) {
  return name.replace(SPLIT, '$1-00001-of-$3.gguf')
}
