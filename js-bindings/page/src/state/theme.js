import { effect } from '@preact/signals'
import { kept } from './kept.js'

/** @typedef {'system' | 'light' | 'dark'} Theme */

const NEXT = /** @type {const} */ ({ system: 'light', light: 'dark', dark: 'system' })

/** How the page looks. */
export const theme = kept('theme', /** @type {Theme} */ ('system'))

effect(() => {
  document.documentElement.dataset.theme = theme.value
})

/** Goes on to the next look. */
export function toggleTheme() {
  theme.value = NEXT[theme.value]
}
