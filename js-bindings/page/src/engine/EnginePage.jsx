import { useSignal } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import { askServer } from '../api/askServer.js'
import { Figure } from './Figure.jsx'

/** @typedef {import('../../../lib/types.d.ts').ModelStats} ModelStats */
/** @typedef {{ name: string, loaded: boolean, stats?: ModelStats }} ModelFigures */

const INTERVAL = 1000

/** As many as a minute has. */
const KEPT = 60

const MEBIBYTE = 2 ** 20

/** What the engine does, every second. */
export function EnginePage() {
  const history = useSignal(/** @type {ModelFigures[][]} */ ([]))
  const failure = useSignal('')
  useEffect(() => {
    const controller = new AbortController()
    const look = async () => {
      try {
        const { models } = await (await askServer('stats', { signal: controller.signal })).json()
        history.value = [...history.value.slice(1 - KEPT), models]
        failure.value = ''
      } catch (error) {
        if (!controller.signal.aborted) failure.value = /** @type {Error} */ (error).message
      }
    }
    look()
    const timer = setInterval(look, INTERVAL)
    return () => {
      clearInterval(timer)
      controller.abort()
    }
  }, [])
  const now = history.value.at(-1) ?? []
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by the keyboard
    <section class="engine" aria-label="Figures" tabIndex={0}>
      {failure.value !== '' && (
        <p role="alert" class="failure">
          {failure}
        </p>
      )}
      {now.map(({ name, loaded, stats }) => (
        <section key={name} aria-label={name}>
          <h2>{name}</h2>
          {stats === undefined ? (
            <p class="note">{loaded ? 'Loaded.' : 'Not loaded: the next request loads it.'}</p>
          ) : (
            <Figures
              stats={stats}
              past={history.value.map((all) => all.find((one) => one.name === name)?.stats)}
            />
          )}
        </section>
      ))}
    </section>
  )
}

/** @param {{ stats: ModelStats, past: readonly (ModelStats | undefined)[] }} props */
function Figures({ stats, past }) {
  const { cache } = stats
  const asked = stats.promptTokens + cache.reusedTokens
  const line = (/** @type {(stats: ModelStats) => number} */ of) => past.map((one) => (one ? of(one) : 0))
  return (
    <div class="figures">
      <Figure
        label="Tokens a second, of texts"
        value={stats.textTokensPerSecond.toFixed(1)}
        line={line((one) => one.textTokensPerSecond)}
      />
      <Figure
        label="Tokens a second, of prompts"
        value={stats.promptTokensPerSecond.toFixed(1)}
        line={line((one) => one.promptTokensPerSecond)}
      />
      <Figure label="Running" value={String(stats.running)} line={line((one) => one.running)} />
      <Figure label="Paused" value={String(stats.paused)} line={line((one) => one.paused)} />
      <Figure label="Waiting" value={String(stats.waiting)} line={line((one) => one.waiting)} />
      <Figure
        label={`Cache in use, of ${(cache.budgetBytes / MEBIBYTE).toFixed(0)} MiB`}
        value={`${((cache.heldBytes + cache.keptBytes) / MEBIBYTE).toFixed(1)} MiB`}
        line={line(({ cache }) => cache.heldBytes + cache.keptBytes)}
      />
      <Figure
        label="Of prompts, out of the cache"
        value={asked === 0 ? '–' : `${((100 * cache.reusedTokens) / asked).toFixed(1)} %`}
        line={line((one) => one.cache.reusedTokens)}
      />
      <Figure
        label="Guesses that held"
        value={
          stats.draftedTokens === 0
            ? '–'
            : `${((100 * stats.acceptedTokens) / stats.draftedTokens).toFixed(1)} %`
        }
        line={line((one) => one.acceptedTokens)}
      />
      <Figure label="Preemptions" value={String(stats.preemptions)} line={line((one) => one.preemptions)} />
    </div>
  )
}
