import { useLayoutEffect, useRef } from 'preact/hooks'
import { answer, placeOf, running } from '../state/answers.js'
import { changeChat, changeLane } from '../state/chats.js'
import { branch, choose, say, siblings } from '../state/lane.js'
import { models } from '../state/models.js'
import { Message } from './Message.jsx'

/** @import { Chat } from '../state/chats.js' */
/** @import { Lane, Said } from '../state/lane.js' */

/** Pixels from the end within which the view follows a text that grows. */
const NEAR = 80

/**
 * A chat with one model.
 *
 * @param {{ chat: Chat, lane: Lane, index: number }} props
 */
export function LaneView({ chat, lane, index }) {
  const list = useRef(/** @type {HTMLDivElement | null} */ (null))
  const follows = useRef(true)
  const live = running.value.get(placeOf(chat.id, index))
  const seen = branch(lane)
  useLayoutEffect(() => {
    if (follows.current && list.current) list.current.scrollTop = list.current.scrollHeight
  })
  const change = (/** @type {(lane: Lane) => Lane} */ made) => changeLane(chat.id, index, made)
  /** Asks again, behind what a message answers. @param {Said} said */
  const retry = async (said) => {
    const parent = lane.all.find(({ id }) => id === said.parent)
    if (parent === undefined) return
    change((now) => {
      const { [parent.id]: _, ...chosen } = now.chosen
      return { ...now, chosen }
    })
    await answer(chat.id, index)
  }
  /** @param {Said} said @param {string} content */
  const edit = async (said, content) => {
    change((now) => say(now, { ...said, id: crypto.randomUUID(), content }))
    await answer(chat.id, index)
  }
  /** @param {Said} said @param {string[]} results of its calls */
  const giveResults = async (said, results) => {
    let parent = said.id
    for (const [i, content] of results.entries()) {
      const id = crypto.randomUUID()
      const callId = said.calls?.[i].id
      const result = { id, parent, role: /** @type {const} */ ('tool'), content, callId }
      change((now) => say(now, result))
      parent = id
    }
    await answer(chat.id, index)
  }
  return (
    <section class="lane" aria-label={`Chat with ${lane.model}`}>
      <div class="lane-bar">
        <label class="lane-model">
          <span class="hidden">Model</span>
          <select
            value={lane.model}
            onChange={({ currentTarget }) => change((now) => ({ ...now, model: currentTarget.value }))}
          >
            {models.value.map((name) => (
              <option key={name} value={name}>
                {name}
              </option>
            ))}
          </select>
        </label>
        {chat.lanes.length > 1 && (
          <button
            type="button"
            class="icon"
            aria-label={`Leave out ${lane.model}`}
            onClick={() =>
              changeChat(chat.id, (one) => ({ ...one, lanes: one.lanes.filter((_, i) => i !== index) }))
            }
          >
            ×
          </button>
        )}
      </div>
      <div
        class="messages"
        ref={list}
        role="log"
        aria-label={`What was said with ${lane.model}`}
        aria-busy={live !== undefined}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by the keyboard
        tabIndex={0}
        onScroll={({ currentTarget: { scrollTop, scrollHeight, clientHeight } }) => {
          follows.current = scrollHeight - scrollTop - clientHeight < NEAR
        }}
      >
        {seen.length === 0 && live === undefined && (
          <p class="welcome">Ask {lane.model} something. Nothing leaves this server.</p>
        )}
        {seen.map((said) => (
          <Message
            key={said.id}
            said={said}
            others={siblings(lane, said)}
            isLive={false}
            isBusy={live !== undefined}
            isLast={said === seen.at(-1)}
            onChoose={(other) => change((now) => choose(now, other))}
            onEdit={edit}
            onRetry={retry}
            onResults={giveResults}
          />
        ))}
        {live !== undefined && (
          <Message said={live.said} others={[live.said]} isLive={true} isBusy={true} isLast={true} />
        )}
      </div>
    </section>
  )
}
