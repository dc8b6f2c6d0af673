import { existsSync } from 'node:fs'

/**
 * The file of the real model, smollm2-135m-instruct, that `npm test` fetches and names in the environment variable
 * REALM_TEST_MODEL. Without it, the test or hook that asks is skipped with the reason; with CI=true it fails.
 *
 * @param {import('mocha').Context} context the `this` of a test or of a before hook
 * @returns {string}
 */
export function testModel(context) {
  const path = process.env.REALM_TEST_MODEL
  if (path !== undefined && existsSync(path)) {
    return path
  }
  const reason =
    path === undefined
      ? 'no model: npm test fetches it, or set REALM_TEST_MODEL to its file'
      : `no model: REALM_TEST_MODEL names ${path}, which does not exist`
  if (process.env.CI === 'true') {
    throw new Error(reason)
  }
  for (const test of testsOf(context)) {
    test.title += ` (${reason})`
  }
  return context.skip()
}

/**
 * A hook that skips, skips every test of its suite.
 *
 * @param {import('mocha').Context} context
 * @returns {import('mocha').Runnable[]}
 */
function testsOf(context) {
  if (context.test.type !== 'hook') {
    return [context.test]
  }
  /** @type {import('mocha').Runnable[]} */
  const tests = []
  context.test.parent.eachTest((test) => tests.push(test))
  return tests
}
