import assert from 'node:assert/strict'

/** Where the server listens. */
export const url = String(process.env.REALM_URL)

/** @type {{ endpoint: string, feature: string, outcome: string, error?: string }[]} */
const outcomes = []

/**
 * Tries a feature: it works where nothing throws.
 *
 * @param {string} endpoint
 * @param {string} feature
 * @param {() => Promise<unknown>} attempt
 */
export function works(endpoint, feature, attempt) {
  return note(endpoint, feature, 'works', attempt)
}

/**
 * Tries fields that have no effect: the header of the answer names each.
 *
 * @param {string} endpoint
 * @param {Record<string, unknown>} fields
 * @param {(fields: Record<string, unknown>) => Promise<Response>} attempt
 */
export async function ignored(endpoint, fields, attempt) {
  for (const [name, value] of Object.entries(fields)) {
    await note(endpoint, name, 'ignored', async () => {
      const response = await attempt({ [name]: value })
      assert.equal(response.headers.get('realm-ignored'), name)
    })
  }
}

/**
 * Tries fields that cannot be honoured: the client throws what it throws for a status 400.
 *
 * @param {string} endpoint
 * @param {Record<string, unknown>} fields
 * @param {(fields: Record<string, unknown>) => Promise<unknown>} attempt
 */
export async function refused(endpoint, fields, attempt) {
  for (const [name, value] of Object.entries(fields)) {
    await note(endpoint, name, 'refused', () =>
      assert.rejects(
        attempt({ [name]: value }),
        ({ status, status_code, statusCode }) => (status ?? status_code ?? statusCode) === 400,
      ),
    )
  }
}

/**
 * @param {string} endpoint
 * @param {string} feature
 * @param {string} outcome
 * @param {() => Promise<unknown>} attempt
 */
async function note(endpoint, feature, outcome, attempt) {
  try {
    await attempt()
    outcomes.push({ endpoint, feature, outcome })
  } catch (error) {
    outcomes.push({
      endpoint,
      feature,
      outcome: 'fails',
      error: error instanceof Error ? String(error.stack) : String(error),
    })
  }
}

/** Tells what came of it; to be called last. */
export function report() {
  console.log(JSON.stringify(outcomes))
}

/** Waits for what a stream gives. @template T @param {AsyncIterable<T>} stream @returns {Promise<T[]>} */
export async function all(stream) {
  const found = []
  for await (const one of stream) found.push(one)
  return found
}
