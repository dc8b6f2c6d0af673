import assert from 'node:assert/strict'
import { once } from 'node:events'
import { startRealm } from './runRealm.js'

/**
 * Starts `realm serve` on a free port, and waits until it listens.
 *
 * @param {string[]} args
 */
export async function serveRealm(args) {
  const { child, end } = startRealm(['serve', ...args, '--port', '0'])
  let printed = ''
  while (!/ at http:\S+\n/.test(printed)) {
    const [text] = await Promise.race([
      once(child.stderr, 'data'),
      end.then(({ stderr }) => assert.fail(stderr)),
    ])
    printed += text
  }
  const [, url] = / at (http:\S+)\n/.exec(printed) ?? []
  return { child, end, url: String(url) }
}
