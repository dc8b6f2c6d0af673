import { Redis } from 'ioredis'

/** @import { RedisOptions } from 'ioredis' */

/**
 * A client of Redis: the given one, or a new one of its options.
 *
 * @param {Redis | RedisOptions} connection
 * @returns {{ redis: Redis, release(): Promise<void> }} `release` closes a client that was made here
 */
export function openRedis(connection) {
  if (isClient(connection)) return { redis: connection, release: async () => undefined }
  // BullMQ asks that commands wait for a connection that is lost, rather than fail.
  const redis = new Redis({ ...connection, maxRetriesPerRequest: null })
  const release = async () => {
    // quit() rejects where the connection is lost already; there is nothing left to close then.
    await redis.quit().catch(() => redis.disconnect())
  }
  return { redis, release }
}

/**
 * A client of its own, for commands that wait.
 *
 * @param {Redis | RedisOptions} connection
 */
export function duplicateRedis(connection) {
  return isClient(connection)
    ? connection.duplicate()
    : new Redis({ ...connection, maxRetriesPerRequest: null })
}

/**
 * By its methods, since the app may have another copy of ioredis.
 *
 * @param {Redis | RedisOptions} connection
 * @returns {connection is Redis}
 */
function isClient(connection) {
  return 'duplicate' in connection && typeof connection.duplicate === 'function'
}
