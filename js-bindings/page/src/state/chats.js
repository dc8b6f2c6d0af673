import { computed, effect, signal } from '@preact/signals'
import { get, set } from 'idb-keyval'
import { emptyLane } from './lane.js'
import { models } from './models.js'

/** @import { Lane } from './lane.js' */

/**
 * @typedef {object} Chat
 * @property {string} id
 * @property {string} title empty before something is said
 * @property {number} at when it began, in milliseconds of Unix time
 * @property {Lane[]} lanes a model each, side by side
 */

const STORE = 'realm.chats'

/** All that the browser has, the newest first. */
export const chats = signal(/** @type {Chat[]} */ ([]))

/** Whether those of earlier visits have been read. */
export const chatsRead = signal(false)

/** The id of the one that is seen. */
export const seenId = signal('')

/** The chat that is seen; there is always one, which may be empty. */
export const chat = computed(() => chats.value.find(({ id }) => id === seenId.value) ?? chats.value[0])

/** Reads those of earlier visits, and begins a new one. */
export async function readChats() {
  const stored = /** @type {Chat[] | undefined} */ (await get(STORE))
  chats.value = stored ?? []
  newChat()
  chatsRead.value = true
}

effect(() => {
  const kept = chats.value.filter(({ title }) => title !== '')
  if (chatsRead.value) set(STORE, kept)
})

/** Begins a chat with the models of the one before. */
export function newChat() {
  const known =
    chat.value?.lanes.map(({ model }) => model).filter((name) => models.value.includes(name)) ?? []
  const lanes = (known.length > 0 ? known : models.value.slice(0, 1)).map(emptyLane)
  const fresh = { id: crypto.randomUUID(), title: '', at: Date.now(), lanes }
  chats.value = [fresh, ...chats.value.filter(({ title }) => title !== '')]
  seenId.value = fresh.id
}

/**
 * Puts something in a chat's place.
 *
 * @param {string} id
 * @param {(chat: Chat) => Chat} change
 */
export function changeChat(id, change) {
  chats.value = chats.value.map((one) => (one.id === id ? change(one) : one))
}

/**
 * Puts something in a lane's place.
 *
 * @param {string} id the chat's
 * @param {number} index
 * @param {(lane: Lane) => Lane} change
 */
export function changeLane(id, index, change) {
  changeChat(id, (one) => ({
    ...one,
    lanes: one.lanes.map((lane, i) => (i === index ? change(lane) : lane)),
  }))
}

/** @param {string} id */
export function removeChat(id) {
  chats.value = chats.value.filter((one) => one.id !== id)
  if (chats.value.length === 0) newChat()
}
