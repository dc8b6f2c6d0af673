import { effect, signal } from '@preact/signals'

/**
 * A value that the browser keeps.
 *
 * @template T
 * @param {string} name
 * @param {T} otherwise what it is at first
 * @returns {import('@preact/signals').Signal<T>}
 */
export function kept(name, otherwise) {
  const key = `realm.${name}`
  const stored = localStorage.getItem(key)
  const value = signal(stored === null ? otherwise : /** @type {T} */ (JSON.parse(stored)))
  effect(() => localStorage.setItem(key, JSON.stringify(value.value)))
  return value
}
