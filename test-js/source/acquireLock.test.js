import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { hostname, tmpdir } from 'node:os'
import { join } from 'node:path'
import { acquireLock } from '../../js-bindings/lib/source/acquireLock.js'

describe('acquireLock', () => {
  /** @type {string} */
  let folder
  /** @type {string} */
  let path

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'realm-lock-'))
    path = join(folder, 'file.lock')
  })
  afterEach(() => rmSync(folder, { recursive: true }))

  /** A lock as another process would have left it. */
  function leave({ host = hostname(), pid, silentFor }) {
    writeFileSync(path, JSON.stringify({ host, pid, id: 'other' }))
    const seen = new Date(Date.now() - silentFor)
    utimesSync(path, seen, seen)
  }

  /** @returns {number} the id of a process that has ended */
  const deadProcess = () => spawnSync(process.execPath, ['--version']).pid

  /** Whether the lock is taken without waiting; it is released again. */
  async function isFree() {
    const controller = new AbortController()
    const release = await acquireLock(path, {
      signal: controller.signal,
      onWait: () => controller.abort(),
    }).catch((error) => assert.equal(error.name, 'AbortError'))
    await release?.()
    return release !== undefined
  }

  it('lets one in at a time, the next when the first is done', async () => {
    let inside = 0
    let waited = 0
    const work = async () => {
      const release = await acquireLock(path, { onWait: () => waited++ })
      inside++
      assert.equal(inside, 1)
      await new Promise((done) => setImmediate(done))
      inside--
      await release()
    }
    await Promise.all([work(), work(), work()])
    assert.equal(waited, 2)
    assert.equal(existsSync(path), false)
  })

  it('stops to wait when its signal is aborted', async () => {
    const release = await acquireLock(path)
    assert.equal(await isFree(), false)
    await release()
    assert.equal(await isFree(), true)
  })

  it('breaks the lock of a process that died', async () => {
    leave({ pid: deadProcess(), silentFor: 6_000 })
    assert.equal(await isFree(), true)
  })

  it('breaks a lock whose holder died before it wrote its name', async () => {
    leave({ pid: 0, silentFor: 6_000 })
    writeFileSync(path, '')
    const seen = new Date(Date.now() - 6_000)
    utimesSync(path, seen, seen)
    assert.equal(await isFree(), true)
  })

  it('keeps a lock that was touched just now, whoever holds it', async () => {
    leave({ pid: deadProcess(), silentFor: 0 })
    assert.equal(await isFree(), false)
  })

  it('keeps the lock of a process that lives or may live elsewhere, until it was silent for a minute', async () => {
    for (const holder of [{ pid: process.pid }, { pid: deadProcess(), host: 'another.example' }]) {
      leave({ ...holder, silentFor: 30_000 })
      assert.equal(await isFree(), false)
      leave({ ...holder, silentFor: 61_000 })
      assert.equal(await isFree(), true)
    }
  })

  it('does not remove a lock that was broken and taken by another', async () => {
    const release = await acquireLock(path)
    leave({ pid: process.pid, silentFor: 0 })
    await release()
    assert.equal(await isFree(), false)
  })
})
