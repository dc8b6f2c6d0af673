import { useId } from 'preact/hooks'

/** @import { Dial } from '../state/settings.js' */

/** The range as the documentation has it. @param {Dial['option']} option */
function rangeOf({ from, above, to }) {
  return from === undefined ? `above ${above}, to ${to}` : `${from} to ${to}`
}

/**
 * A number with a slider and a field, or the model's own.
 *
 * @param {{ dial: Dial, value: number | undefined, onChange: (value: number | undefined) => void }} props
 */
export function DialField({ dial, value, onChange }) {
  const id = useId()
  const { label, option, step, sliderTo = option.to } = dial
  const from = option.from ?? step
  const least = Math.max(from, -sliderTo)
  const take = (/** @type {string} */ text) => {
    const number = Number(text)
    if (text === '' || Number.isNaN(number)) return onChange(undefined)
    onChange(Math.min(option.to, Math.max(from, number)))
  }
  return (
    <div class="dial">
      <label for={`${id}-slider`} title={`${option.meaning}; ${rangeOf(option)}`}>
        {label}
      </label>
      <input
        id={`${id}-slider`}
        type="range"
        min={least}
        max={sliderTo}
        step={step}
        value={value ?? option.default ?? least}
        aria-describedby={`${id}-note`}
        onInput={({ currentTarget }) => take(currentTarget.value)}
      />
      <input
        type="number"
        min={from}
        max={option.to}
        step="any"
        value={value ?? ''}
        placeholder={option.default === undefined ? '' : String(option.default)}
        aria-label={`${label}, as a number; empty for the model's own`}
        onChange={({ currentTarget }) => take(currentTarget.value)}
      />
      <p class="note" id={`${id}-note`}>
        {rangeOf(option)}
      </p>
    </div>
  )
}
