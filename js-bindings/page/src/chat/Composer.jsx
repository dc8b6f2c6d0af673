import { useSignal } from '@preact/signals'
import { answer, placeOf, running } from '../state/answers.js'
import { changeChat } from '../state/chats.js'
import { branch, ROOT, say } from '../state/lane.js'

/** @import { Chat } from '../state/chats.js' */

const TITLE = 60

/**
 * Where the user writes.
 *
 * @param {{ chat: Chat }} props
 */
export function Composer({ chat }) {
  const text = useSignal('')
  const live = chat.lanes.flatMap((_, index) => running.value.get(placeOf(chat.id, index)) ?? [])
  const send = () => {
    const content = text.value
    if (content.trim() === '' || live.length > 0) return
    text.value = ''
    changeChat(chat.id, (one) => ({
      ...one,
      title: one.title || content.trim().split('\n')[0].slice(0, TITLE),
      lanes: one.lanes.map((lane) => {
        const parent = branch(lane).at(-1)?.id ?? ROOT
        return say(lane, { id: crypto.randomUUID(), parent, role: 'user', content })
      }),
    }))
    for (const index of chat.lanes.keys()) answer(chat.id, index)
  }
  return (
    <form
      class="composer"
      onSubmit={(event) => {
        event.preventDefault()
        send()
      }}
    >
      <textarea
        aria-label="Your message"
        placeholder="Ask something. Enter sends, Shift and Enter begins a line."
        rows={3}
        value={text.value}
        ref={(field) => {
          if (field && matchMedia('(min-width: 60rem)').matches && document.activeElement === document.body)
            field.focus()
        }}
        onInput={({ currentTarget }) => {
          text.value = currentTarget.value
        }}
        onKeyDown={(event) => {
          if (event.key !== 'Enter' || event.shiftKey || event.isComposing) return
          event.preventDefault()
          send()
        }}
      />
      {live.length > 0 ? (
        <button
          type="button"
          class="primary"
          onClick={() => {
            for (const { stop } of live) stop()
          }}
        >
          Stop
        </button>
      ) : (
        <button type="submit" class="primary" disabled={text.value.trim() === ''}>
          Send
        </button>
      )}
    </form>
  )
}
