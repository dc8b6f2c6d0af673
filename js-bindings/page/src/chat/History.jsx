import { chat, chats, newChat, removeChat, seenId } from '../state/chats.js'

/**
 * The chats that the browser has.
 *
 * @param {{ onChoose: () => void }} props
 */
export function History({ onChoose }) {
  const said = chats.value.filter(({ title }) => title !== '')
  return (
    <>
      <button
        type="button"
        class="primary wide"
        onClick={() => {
          newChat()
          onChoose()
        }}
      >
        New chat
      </button>
      <ul class="history-list">
        {said.map(({ id, title, at }) => (
          <li key={id}>
            <button
              type="button"
              class="history-entry"
              aria-current={chat.value?.id === id}
              title={new Date(at).toLocaleString()}
              onClick={() => {
                seenId.value = id
                onChoose()
              }}
            >
              {title}
            </button>
            <button
              type="button"
              class="icon"
              aria-label={`Remove “${title}”`}
              onClick={() => confirm(`Remove “${title}”?`) && removeChat(id)}
            >
              ×
            </button>
          </li>
        ))}
      </ul>
      {said.length === 0 && <p class="note">Chats stay in this browser.</p>}
    </>
  )
}
