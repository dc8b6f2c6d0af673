import { changeSettings, dials, faultOf, settings } from '../state/settings.js'
import { DialField } from './DialField.jsx'

const EFFORTS = /** @type {const} */ ([
  ['', 'as the model does'],
  ['none', 'none'],
  ['low', 'few'],
  ['medium', 'some'],
  ['high', 'many'],
])

/** How answers are made: for all chats, from the next answer on. */
export function Settings() {
  const { system, dials: chosen, schema, tools, effort, alternatives } = settings.value
  return (
    <form class="settings-form" onSubmit={(event) => event.preventDefault()}>
      <label>
        System prompt
        <textarea
          rows={4}
          value={system}
          onInput={({ currentTarget }) => changeSettings({ system: currentTarget.value })}
        />
      </label>
      <label>
        Thoughts
        <select
          value={effort}
          onChange={({ currentTarget }) =>
            changeSettings({ effort: /** @type {typeof effort} */ (currentTarget.value) })
          }
        >
          {EFFORTS.map(([value, label]) => (
            <option key={value} value={value}>
              {label}
            </option>
          ))}
        </select>
      </label>
      <fieldset>
        <legend>Sampling</legend>
        {dials.map((dial) => (
          <DialField
            key={dial.field}
            dial={dial}
            value={chosen[dial.field]}
            onChange={(value) => {
              const { [dial.field]: _, ...others } = chosen
              changeSettings({ dials: value === undefined ? others : { ...others, [dial.field]: value } })
            }}
          />
        ))}
      </fieldset>
      <label class="row">
        <input
          type="checkbox"
          checked={alternatives}
          onChange={({ currentTarget }) => changeSettings({ alternatives: currentTarget.checked })}
        />
        Ask for each token's alternatives
      </label>
      <JsonField
        label="JSON Schema of the answer"
        text={schema}
        kind="object"
        onChange={(text) => changeSettings({ schema: text })}
      />
      <JsonField
        label="Tools"
        text={tools}
        kind="list"
        onChange={(text) => changeSettings({ tools: text })}
      />
    </form>
  )
}

/**
 * A text that should be JSON.
 *
 * @param {{ label: string, text: string, kind: 'object' | 'list', onChange: (text: string) => void }} props
 */
function JsonField({ label, text, kind, onChange }) {
  const fault = faultOf(text, kind)
  const id = `fault-${kind}`
  return (
    <div>
      <label>
        {label}
        <textarea
          class="json"
          rows={5}
          spellcheck={false}
          value={text}
          placeholder={
            kind === 'list' ? '[{ "type": "function", "function": { … } }]' : '{ "type": "object", … }'
          }
          aria-invalid={fault !== ''}
          aria-describedby={id}
          onInput={({ currentTarget }) => onChange(currentTarget.value)}
        />
      </label>
      <p id={id} class={fault === '' ? 'note' : 'failure'}>
        {fault === '' ? 'Empty for none.' : `Not sent: ${fault}`}
      </p>
    </div>
  )
}
