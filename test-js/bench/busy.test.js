import { deepEqual, equal, match, ok, rejects, throws } from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { besideBusyProcesses } from '../../js-bindings/bench/besideBusyProcesses.js'
import { compareBusy, formatBusy } from '../../js-bindings/bench/compareBusy.js'

/** The processes that this one has started and that live. */
function children() {
  const list = readFileSync(`/proc/${process.pid}/task/${process.pid}/children`, 'utf8')
  return list.split(' ').filter((pid) => pid.trim() !== '').length
}

/** Made-up values of three pairs. @returns {import('../../js-bindings/bench/measureSides.js').Measurements} */
function measurements() {
  return {
    realm: {
      'decode-0': [200, 250, 300],
      'decode-busy': [100, 100, 90],
      'decode-busy-tokens': [33, 33, 33],
    },
    peer: {
      'decode-0': [100, 100, 100],
      'decode-busy': [30, 10, 5],
      'decode-busy-tokens': [33, 20, 6],
    },
  }
}

describe('besideBusyProcesses', () => {
  it('has them run while the work does, and ends them', async () => {
    const before = children()
    const result = await besideBusyProcesses(2, async () => {
      equal(children(), before + 2)
      return 'done'
    })
    equal(result, 'done')
    equal(children(), before)
  })

  it('ends them where the work fails', async () => {
    const before = children()
    const failing = besideBusyProcesses(1, async () => {
      throw new RangeError('of the work')
    })
    await rejects(failing, RangeError)
    equal(children(), before)
  })

  it('leaves none behind where its own process is killed', async () => {
    const script = fileURLToPath(new URL('fixture/killedBesideBusy.js', import.meta.url))
    const child = spawn(process.execPath, [script], { stdio: ['ignore', 'pipe', 'pipe'] })
    // The busy processes write to the same stderr, so it ends with the last of them.
    const [out, errors] = await Promise.all([text(child.stdout), text(child.stderr)])
    deepEqual([out, errors, child.signalCode], ['beside two\n', '', 'SIGKILL'])
  })
})

describe('compareBusy', () => {
  it('takes the ratio of the medians, and that of the slowest by the fastest', () => {
    const { ofMedians, ofEnds } = compareBusy(2, measurements())
    equal(ofMedians, 10)
    equal(ofEnds, 3)
  })

  it('takes the share of the quiet speed pair by pair', () => {
    const { kept } = compareBusy(2, measurements())
    deepEqual([kept.realm.min, kept.realm.median, kept.realm.max], [0.3, 0.4, 0.5])
    equal(kept.peer.median, 0.1)
  })

  it('counts the passes that the limit ended', () => {
    const { stopped, fewestTokens } = compareBusy(2, measurements())
    deepEqual(
      [stopped, fewestTokens],
      [
        { realm: 0, peer: 2 },
        { realm: 33, peer: 6 },
      ],
    )
  })

  it('makes up no speed', () => {
    const { realm, peer } = measurements()
    throws(() => compareBusy(2, { realm: { ...realm, 'decode-busy': [Number.NaN] }, peer }), RangeError)
  })
})

describe('formatBusy', () => {
  it('says what each ratio is of, and what the limit ended', () => {
    const lines = formatBusy(compareBusy(2, measurements()), 3).split('\n')
    match(
      lines[0],
      /^Beside 2 busy processes, 32 tokens after the first; the first text after 10 s ends a pass:$/,
    )
    match(lines[1], /medians: Realm 10\.0 x the peer \(at least 3: met\).*slowest.*fastest: 3\.0 x/)
    match(lines[2], /Realm 0\.40 \(0\.30 … 0\.50\) \(none under 0\.25: met\), peer 0\.10 \(0\.05 … 0\.30\)/)
    match(lines[3], /0 of 3 passes of Realm, 2 of the peer.*Realm 33, peer 6/)
  })

  it('judges the medians and the least share', () => {
    const made = measurements()
    made.realm['decode-busy'] = [29, 29, 70]
    const text = formatBusy(compareBusy(2, made), 3)
    ok(text.includes('at least 3: missed') && text.includes('none under 0.25: missed'), text)
  })
})
