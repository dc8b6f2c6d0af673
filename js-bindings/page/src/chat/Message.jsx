import { useSignal } from '@preact/signals'
import { Confidence } from './Confidence.jsx'
import { Markdown } from './Markdown.jsx'
import { ToolCalls } from './ToolCalls.jsx'

/** @import { Said } from '../state/lane.js' */

/** What a reader has to know of how an answer ended; nothing where it ended by itself. @type {Record<string, string>} */
const ENDS = { length: 'cut off at the most tokens', stopped: 'stopped' }

const WHO = { user: 'You', assistant: 'The model', tool: 'A tool' }

/**
 * @typedef {object} MessageProps
 * @property {Said} said
 * @property {readonly Said[]} others all that stand in its place, itself among them
 * @property {boolean} isLive whether it is being made
 * @property {boolean} isBusy whether something is
 * @property {boolean} isLast
 * @property {(said: Said) => void} [onChoose]
 * @property {(said: Said, content: string) => void} [onEdit]
 * @property {(said: Said) => void} [onRetry]
 * @property {(said: Said, results: string[]) => void} [onResults]
 */

/**
 * One message, and what can be done with it.
 *
 * @param {MessageProps} props
 */
export function Message({
  said,
  others,
  isLive,
  isBusy,
  isLast,
  onChoose = () => undefined,
  onEdit = () => undefined,
  onRetry = () => undefined,
  onResults = () => undefined,
}) {
  const editing = useSignal(false)
  const confidence = useSignal(false)
  const { role, content, reasoning, calls, tokens, pace, finish, failure } = said
  const at = others.findIndex(({ id }) => id === said.id)
  return (
    <article class={`message ${role}`} aria-label={said.model ?? WHO[role]}>
      {reasoning && (
        <details class="thoughts" open={isLive && content === ''}>
          <summary>{isLive && content === '' ? 'Thinking …' : 'Thoughts'}</summary>
          <Markdown text={reasoning} />
        </details>
      )}
      {editing.value ? (
        <Editor
          text={content}
          onDone={(text) => {
            editing.value = false
            if (text !== undefined) onEdit(said, text)
          }}
        />
      ) : confidence.value && tokens ? (
        <Confidence tokens={tokens} />
      ) : role === 'assistant' ? (
        <Markdown text={content} />
      ) : (
        <p class="plain">{content}</p>
      )}
      {isLive && content === '' && !reasoning && !calls && (
        <p class="note" role="status">
          Reading the prompt …
        </p>
      )}
      {calls && (
        <ToolCalls
          calls={calls}
          onResults={isLast && !isLive ? (results) => onResults(said, results) : undefined}
        />
      )}
      {failure && (
        <p role="alert" class="failure">
          {failure}
        </p>
      )}
      <footer class="actions">
        {others.length > 1 && (
          <span class="branches">
            <button
              type="button"
              class="icon"
              aria-label="The one before"
              disabled={at === 0 || isBusy}
              onClick={() => onChoose(others[at - 1])}
            >
              ‹
            </button>
            {at + 1} of {others.length}
            <button
              type="button"
              class="icon"
              aria-label="The next one"
              disabled={at === others.length - 1 || isBusy}
              onClick={() => onChoose(others[at + 1])}
            >
              ›
            </button>
          </span>
        )}
        {!isLive && content !== '' && (
          <button type="button" class="quiet" onClick={() => navigator.clipboard.writeText(content)}>
            Copy
          </button>
        )}
        {role === 'user' && !editing.value && (
          <button
            type="button"
            class="quiet"
            disabled={isBusy}
            onClick={() => {
              editing.value = true
            }}
          >
            Edit
          </button>
        )}
        {role === 'assistant' && !isLive && (
          <button type="button" class="quiet" disabled={isBusy} onClick={() => onRetry(said)}>
            Retry
          </button>
        )}
        {tokens && !isLive && (
          <button
            type="button"
            class="quiet"
            aria-pressed={confidence.value}
            onClick={() => {
              confidence.value = !confidence.value
            }}
          >
            Confidence
          </button>
        )}
        {pace && pace.tokens > 0 && (
          <span class="pace">
            {pace.tokens} tokens, {(pace.tokens / Math.max(pace.seconds, 1e-3)).toFixed(1)} a second, the
            first after {pace.firstSeconds.toFixed(2)} s
          </span>
        )}
        {finish && ENDS[finish] && <span class="pace">{ENDS[finish]}</span>}
      </footer>
    </article>
  )
}

/** @param {{ text: string, onDone: (text: string | undefined) => void }} props */
function Editor({ text, onDone }) {
  return (
    <form
      class="editor"
      onSubmit={(event) => {
        event.preventDefault()
        onDone(String(new FormData(event.currentTarget).get('text')))
      }}
    >
      <textarea
        name="text"
        aria-label="Edit what you said"
        rows={Math.min(12, text.split('\n').length + 1)}
        ref={(field) => field?.focus()}
      >
        {text}
      </textarea>
      <button type="submit" class="primary">
        Ask again
      </button>
      <button type="button" onClick={() => onDone(undefined)}>
        Leave it
      </button>
    </form>
  )
}
