import { key, keyWanted } from './key.js'

/**
 * Asks the server that the page comes from.
 *
 * @param {string} path without a slash before it, so that the page works below any path
 * @param {{ body?: object, signal?: AbortSignal }} [options]
 * @returns {Promise<Response>} of a status below 300
 * @throws {Error} with the server's own sentence
 */
export async function askServer(path, { body, signal } = {}) {
  const response = await fetch(path, {
    method: body === undefined ? 'GET' : 'POST',
    headers: {
      ...(key.value === '' ? {} : { authorization: `Bearer ${key.value}` }),
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    },
    body: body && JSON.stringify(body),
    signal,
  })
  if (response.ok) return response
  if (response.status === 401) keyWanted.value = true
  throw new Error(await messageOf(response))
}

/** @param {Response} response */
async function messageOf(response) {
  const text = await response.text()
  try {
    return JSON.parse(text).error.message
  } catch {
    return `The server answered ${response.status}: ${text.slice(0, 200)}`
  }
}
