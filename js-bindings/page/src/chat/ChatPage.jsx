import { signal } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import { Settings } from '../settings/Settings.jsx'
import { changeChat, chat, chatsRead, readChats } from '../state/chats.js'
import { emptyLane } from '../state/lane.js'
import { models } from '../state/models.js'
import { Composer } from './Composer.jsx'
import { History } from './History.jsx'
import { LaneView } from './LaneView.jsx'

/** As many models as fit side by side. */
const MOST_LANES = 4

/** Which of the panels beside the chat is open where there is no room for both; `''` for none. */
const panel = signal(/** @type {'' | 'history' | 'settings'} */ (''))

const close = () => {
  panel.value = ''
}

/** Chats of earlier days, the chat itself, and how answers are made. */
export function ChatPage() {
  useEffect(() => {
    if (!chatsRead.value) readChats()
    const onKey = (/** @type {KeyboardEvent} */ event) => event.key === 'Escape' && close()
    addEventListener('keydown', onKey)
    return () => removeEventListener('keydown', onKey)
  }, [])
  const seen = chat.value
  if (seen === undefined) return null
  const toggle = (/** @type {'history' | 'settings'} */ name) => () => {
    panel.value = panel.value === name ? '' : name
  }
  return (
    <div class="chat-page" data-panel={panel.value}>
      <aside class="panel history" aria-label="Chats">
        <History onChoose={close} />
      </aside>
      <section class="chat" aria-label="Chat">
        <div class="chat-bar">
          <button
            type="button"
            class="only-narrow"
            aria-expanded={panel.value === 'history'}
            onClick={toggle('history')}
          >
            Chats
          </button>
          <button
            type="button"
            hidden={models.value.length < 2}
            disabled={seen.lanes.length >= MOST_LANES}
            onClick={() =>
              changeChat(seen.id, (one) => {
                const taken = new Set(one.lanes.map(({ model }) => model))
                const next = models.value.find((name) => !taken.has(name)) ?? models.value[0]
                return { ...one, lanes: [...one.lanes, emptyLane(next)] }
              })
            }
          >
            Compare
          </button>
          <button
            type="button"
            class="only-narrow"
            aria-expanded={panel.value === 'settings'}
            onClick={toggle('settings')}
          >
            Settings
          </button>
        </div>
        <div class="lanes">
          {seen.lanes.map((lane, index) => (
            <LaneView key={`${seen.id}-${index}`} chat={seen} lane={lane} index={index} />
          ))}
        </div>
        <Composer key={seen.id} chat={seen} />
      </section>
      <aside class="panel settings" aria-label="Settings">
        <Settings />
      </aside>
    </div>
  )
}
