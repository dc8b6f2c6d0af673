import { signal } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import { ChatPage } from './chat/ChatPage.jsx'
import { EnginePage } from './engine/EnginePage.jsx'
import { KeyDialog } from './KeyDialog.jsx'
import { loadModels, models, modelsFailure } from './state/models.js'
import { theme, toggleTheme } from './state/theme.js'

const TABS = /** @type {const} */ (['Chat', 'Engine'])

/** Which of the tabs is seen. */
const tab = signal(/** @type {typeof TABS[number]} */ ('Chat'))

/** The whole page. */
export function App() {
  useEffect(() => {
    loadModels()
  }, [])
  return (
    <div class="app">
      <header class="top">
        <h1>Realm</h1>
        <div role="tablist" aria-label="Pages" class="tabs">
          {TABS.map((name, index) => (
            <button
              key={name}
              type="button"
              role="tab"
              id={`tab-${name}`}
              aria-selected={tab.value === name}
              aria-controls={`page-${name}`}
              tabIndex={tab.value === name ? 0 : -1}
              onClick={() => {
                tab.value = name
              }}
              onKeyDown={(event) => {
                if (event.key !== 'ArrowLeft' && event.key !== 'ArrowRight') return
                const other = TABS[(index + 1) % TABS.length]
                tab.value = other
                document.getElementById(`tab-${other}`)?.focus()
              }}
            >
              {name}
            </button>
          ))}
        </div>
        <button type="button" class="icon" onClick={toggleTheme} aria-label={`Theme: ${theme.value}`}>
          {{ light: '☀', dark: '☾', system: '◐' }[theme.value]}
        </button>
      </header>
      {modelsFailure.value !== '' && (
        <p role="alert" class="failure">
          {modelsFailure}{' '}
          <button type="button" onClick={loadModels}>
            Try again
          </button>
        </p>
      )}
      <main>
        {TABS.map((name) => (
          <div
            key={name}
            role="tabpanel"
            id={`page-${name}`}
            aria-labelledby={`tab-${name}`}
            hidden={tab.value !== name}
          >
            {tab.value === name &&
              (name === 'Chat' ? models.value.length > 0 && <ChatPage /> : <EnginePage />)}
          </div>
        ))}
      </main>
      <KeyDialog />
    </div>
  )
}
