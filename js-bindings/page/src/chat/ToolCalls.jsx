/** @import { ToolCall } from '../api/streamAnswer.js' */

/** Arguments as they are read best; while they come, as they are. @param {string} text */
function indented(text) {
  try {
    return JSON.stringify(JSON.parse(text), null, 2)
  } catch {
    return text
  }
}

/**
 * Tools that the model calls; the user is the one who runs them.
 *
 * @param {{ calls: readonly ToolCall[], onResults?: (results: string[]) => void }} props
 */
export function ToolCalls({ calls, onResults }) {
  return (
    <form
      class="calls"
      aria-label="Tools that are called"
      onSubmit={(event) => {
        event.preventDefault()
        const form = new FormData(event.currentTarget)
        onResults?.(calls.map((_, index) => String(form.get(`result-${index}`))))
      }}
    >
      {calls.map(({ name, arguments: text }, index) => (
        <fieldset key={index}>
          <legend>
            <code>{name}</code>
          </legend>
          {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by the keyboard */}
          <pre tabIndex={0}>{indented(text)}</pre>
          {onResults && (
            <label>
              Its result
              <textarea name={`result-${index}`} rows={2} required />
            </label>
          )}
        </fieldset>
      ))}
      {onResults && (
        <button type="submit" class="primary">
          Give {calls.length === 1 ? 'the result' : 'the results'}
        </button>
      )}
    </form>
  )
}
