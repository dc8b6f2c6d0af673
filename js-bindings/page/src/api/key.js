import { effect, signal } from '@preact/signals'

const NAME = 'realm.key'

/** What the server is shown; empty for none. It is kept as long as the tab is open. */
export const key = signal(sessionStorage.getItem(NAME) ?? '')

/** Whether the server has asked for another one. */
export const keyWanted = signal(false)

effect(() => {
  if (key.value === '') sessionStorage.removeItem(NAME)
  else sessionStorage.setItem(NAME, key.value)
})
