import { randomUUID } from 'node:crypto'
import { mkdir, open, readFile, rm, rmdir, stat } from 'node:fs/promises'
import { hostname } from 'node:os'
import { setTimeout as delay } from 'node:timers/promises'

/** Milliseconds between two signs of life of the holder. */
const HEARTBEAT = 1_000
/** Without a sign of life for so long, the lock of a dead process of this host is broken. */
const DEAD_AFTER = 5_000
/** Without a sign of life for so long, any lock is broken: its holder's host may be gone. */
const ABANDONED_AFTER = 60_000
/** Milliseconds between two looks at a lock that another holds. */
const POLL = 200

/**
 * Takes a lock that processes (and threads) share, and waits while another holds it. The lock is a file that only one can
 * create; its holder touches it every second, so the lock of a killed process is noticed and broken. No lock library is
 * used because those that do this hook the exit and the signals of the process, which is the user's here.
 *
 * @param {string} path the lock file; its folder must exist
 * @param {object} [options]
 * @param {AbortSignal} [options.signal] ends the waiting
 * @param {() => void} [options.onWait] called once if another holds the lock
 * @returns {Promise<() => Promise<void>>} releases the lock
 */
export async function acquireLock(path, { signal, onWait } = {}) {
  const holder = JSON.stringify({ host: hostname(), pid: process.pid, id: randomUUID() })
  for (let waited = false; ; ) {
    const handle = await create(path)
    if (handle) return hold(path, handle, holder)
    const abandoned = await findAbandoned(path)
    if (abandoned !== undefined) {
      await breakLock(path, abandoned)
      continue
    }
    if (!waited) onWait?.()
    waited = true
    await delay(POLL, undefined, { signal })
  }
}

/** @param {string} path */
async function create(path) {
  try {
    return await open(path, 'wx')
  } catch (error) {
    if (/** @type {NodeJS.ErrnoException} */ (error).code === 'EEXIST') return undefined
    throw error
  }
}

/**
 * @param {string} path
 * @param {import('node:fs/promises').FileHandle} handle
 * @param {string} holder
 */
async function hold(path, handle, holder) {
  await handle.writeFile(holder)
  // By the handle, not by the path: a lock that was broken and taken by another must not be touched.
  const touch = () => handle.utimes(new Date(), new Date()).catch(() => clearInterval(heartbeat))
  const heartbeat = setInterval(touch, HEARTBEAT)
  heartbeat.unref()
  return async () => {
    clearInterval(heartbeat)
    await handle.close()
    if ((await readHolder(path)) === holder) await rm(path, { force: true })
  }
}

/**
 * What the lock file says, if its holder is gone; undefined otherwise.
 *
 * @param {string} path
 */
async function findAbandoned(path) {
  const holder = await readHolder(path)
  const silent = await stat(path).then(
    ({ mtimeMs }) => Date.now() - mtimeMs,
    () => 0,
  )
  if (holder === undefined || silent < DEAD_AFTER) return undefined
  return silent > ABANDONED_AFTER || isDead(holder) ? holder : undefined
}

/** @param {string} path */
async function readHolder(path) {
  try {
    return await readFile(path, 'utf8')
  } catch (error) {
    if (/** @type {NodeJS.ErrnoException} */ (error).code === 'ENOENT') return undefined
    throw error
  }
}

/** @param {string} holder */
function isDead(holder) {
  const found = /^\{"host":(".*"),"pid":(\d+),/.exec(holder)
  // A process that died before it wrote its name, and so cannot hold anything.
  if (!found) return true
  if (JSON.parse(found[1]) !== hostname()) return false
  try {
    process.kill(Number(found[2]), 0)
    return false
  } catch (error) {
    return /** @type {NodeJS.ErrnoException} */ (error).code === 'ESRCH'
  }
}

/**
 * Removes the lock if it still says `abandoned`. Only one process at a time may do so: otherwise the second could remove
 * the lock that the first took meanwhile.
 *
 * @param {string} path
 * @param {string} abandoned
 */
async function breakLock(path, abandoned) {
  const turn = `${path}.break`
  try {
    await mkdir(turn)
  } catch (error) {
    if (/** @type {NodeJS.ErrnoException} */ (error).code !== 'EEXIST') throw error
    const { mtimeMs } = await stat(turn).catch(() => ({ mtimeMs: Date.now() }))
    if (Date.now() - mtimeMs > ABANDONED_AFTER) await rmdir(turn).catch(() => undefined)
    else await delay(POLL)
    return
  }
  try {
    if ((await readHolder(path)) === abandoned) await rm(path, { force: true })
  } finally {
    await rmdir(turn)
  }
}
