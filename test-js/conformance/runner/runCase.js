import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { startBridge } from '../../../js-bindings/lib/bridge/startBridge.js'
import { removeModel, storeModel } from '../../../js-bindings/lib/index.js'
import { checkCall } from './checkCall.js'
import { dataBytes } from './dataBytes.js'
import { makeRandomCalls } from './makeRandomCalls.js'
import { OpenGuest } from './OpenGuest.js'

const DEFAULT_PAGES = 4

/** How often, a few milliseconds apart, the host is asked whether what reads ahead has ended. */
const PATIENCE = 400

/**
 * Runs one conformance case, as test-java/src/test/resources/conformance/README.md describes them. What it says of the
 * host is for the caller to see to: a process has one host.
 *
 * @param {any} description
 * @param {import('../drivers/CaseDriver.js').CaseDriver} driver
 * @throws {assert.AssertionError} if anything is not as the case says
 */
export async function runCase(description, driver) {
  const held = await figures()
  const folder = mkdtempSync(join(tmpdir(), 'realm-case-'))
  /** @type {Set<number>} the app's models */
  const models = new Set()
  /** @type {Record<string, OpenGuest>} */
  const guests = {}
  try {
    for (const model of description.models ?? []) models.add(await store(model, folder))
    const streams = description.steps?.some((/** @type {any} */ step) => step.stream !== undefined) ?? false
    for (const [name, { pages = DEFAULT_PAGES, ...grants }] of Object.entries(
      description.guests ?? { a: {} },
    )) {
      guests[name] = new OpenGuest(driver, { models: [...models], ...grants, pages }, streams)
    }
    if (description.random !== undefined) makeRandomCalls(description.random, guests.a)
    for (const step of description.steps ?? description.then) {
      if (step.app === 'removeModel') {
        models.delete(step.id)
        await removeModel(step.id)
      } else {
        takeStep(step, guests)
      }
    }
  } finally {
    for (const guest of Object.values(guests)) guest.close()
    for (const model of models) await removeModel(model)
    rmSync(folder, { recursive: true })
  }
  await checkNothingIsHeld(held)
}

/**
 * @param {any} step
 * @param {Record<string, OpenGuest>} guests
 */
function takeStep(step, guests) {
  const guest = guests[step.guest ?? 'a']
  if (step.call !== undefined) {
    checkCall(step, guest, (steps) => {
      for (const within of steps) takeStep(within, guests)
    })
  } else if (step.write !== undefined) {
    for (const region of step.write) write(region, guest)
  } else if (step.grow !== undefined) {
    guest.guest.memory.grow(step.grow)
  } else if (step.app === 'closeGuest') {
    guest.close()
  } else if (step.app === 'cancel') {
    guest.guest.cancel()
  } else {
    throw new Error(`no step: ${JSON.stringify(step)}`)
  }
}

/**
 * @param {any} region
 * @param {OpenGuest} guest
 */
function write(region, guest) {
  const at = Number(guest.names.number(region.at))
  const bytes = dataBytes(region)
  guest.bytes.set(bytes, at)
  if (region.name !== undefined) {
    guest.names.set(region.name, at)
    guest.names.set(`${region.name}.length`, bytes.length)
  }
}

/**
 * @param {any} model
 * @param {string} folder
 */
function store(model, folder) {
  const path = join(folder, `${model.id}.gguf`)
  const bytes = dataBytes(model)
  writeFileSync(path, bytes)
  if (model.zeros !== undefined) truncateSync(path, bytes.length + model.zeros)
  return storeModel(path, model.id)
}

async function figures() {
  const { guests, models, copiedBytes, cachedBytes } = (await startBridge()).call('hostFigures', {})
  return { guests, models, copiedBytes, cachedBytes }
}

/** @param {object} before */
async function checkNothingIsHeld(before) {
  let held = await figures()
  for (let i = 0; i < PATIENCE && JSON.stringify(held) !== JSON.stringify(before); i++) {
    await setTimeout(5)
    held = await figures()
  }
  assert.deepEqual(held, before, 'what the host holds after the case')
}
