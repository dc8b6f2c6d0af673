import { useSignal } from '@preact/signals'
import { Fragment } from 'preact'
import { useRef } from 'preact/hooks'

/** @import { Token } from '../api/streamAnswer.js' */

const percent = (/** @type {number} */ logprob) => {
  const share = 100 * Math.exp(logprob)
  return share >= 99.95 || share < 0.05 ? `${share.toPrecision(3)} %` : `${share.toFixed(1)} %`
}

/** A token as a reader sees it: what is not printed is named. @param {string} token */
const shown = (token) => token.replace(/ /g, '␣').replace(/\n/g, '↵').replace(/\t/g, '⇥') || '(nothing)'

/**
 * An answer token by token, the redder the less sure the model was; each says what might have come in its place. The arrow
 * keys go from token to token.
 *
 * @param {{ tokens: readonly Token[] }} props
 */
export function Confidence({ tokens }) {
  const at = useSignal(-1)
  const row = useRef(/** @type {HTMLDivElement | null} */ (null))
  const goTo = (/** @type {number} */ index) => {
    const button = row.current?.querySelectorAll('button')[index]
    button?.focus()
  }
  const seen = tokens[at.value]
  return (
    <>
      <div
        class="tokens"
        role="toolbar"
        aria-label="Tokens of the answer"
        ref={row}
        onKeyDown={({ key }) => {
          if (key === 'ArrowRight') goTo(Math.min(tokens.length - 1, at.value + 1))
          if (key === 'ArrowLeft') goTo(Math.max(0, at.value - 1))
        }}
        onMouseLeave={() => {
          at.value = -1
        }}
      >
        {tokens.map(({ token, logprob }, index) => (
          // A button cannot break a line: that is behind it.
          <Fragment key={index}>
            <button
              type="button"
              class="token"
              tabIndex={index === Math.max(0, at.value) ? 0 : -1}
              style={{ '--doubt': `${Math.round(100 * (1 - Math.exp(logprob)))}%` }}
              aria-label={`${shown(token)}, ${percent(logprob)}`}
              onFocus={() => {
                at.value = index
              }}
              onMouseEnter={() => {
                at.value = index
              }}
            >
              {token.replace(/\n/g, '↵')}
            </button>
            {'\n'.repeat(token.split('\n').length - 1)}
          </Fragment>
        ))}
      </div>
      <div class="alternatives" role="status">
        {seen === undefined ? (
          <p class="note">Point at a token to see what might have come in its place.</p>
        ) : (
          <table>
            <caption>
              <code>{shown(seen.token)}</code> came with {percent(seen.logprob)}
            </caption>
            <tbody>
              {seen.top.map(({ token, logprob }) => (
                <tr key={token}>
                  <th scope="row">
                    <code>{shown(token)}</code>
                  </th>
                  <td>{percent(logprob)}</td>
                  <td aria-hidden="true" class="share">
                    <span style={{ width: `${100 * Math.exp(logprob)}%` }} />
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        )}
      </div>
    </>
  )
}
