/**
 * What became of a feature that a client tried.
 *
 * @typedef {{ endpoint: string, feature: string, outcome: 'works' | 'ignored' | 'refused' | 'fails', error?: string }} Outcome
 */

const BEGIN = '<!-- conformance: npm run test:apps -- clients --write -->'
const END = '<!-- end of conformance -->'

/**
 * A table of features, by endpoints and clients; a cell is empty where a client has no such feature.
 *
 * @param {Record<string, readonly Outcome[]>} outcomes by client
 */
export function conformanceTable(outcomes) {
  const clients = Object.keys(outcomes)
  /** @type {Map<string, Map<string, string>>} */
  const rows = new Map()
  for (const [client, tried] of Object.entries(outcomes)) {
    for (const { endpoint, feature, outcome } of tried) {
      const row = `${endpoint.replace(/ \(.*\)$/, '')} | ${feature}`
      const cells = rows.get(row) ?? new Map()
      // Two models of one client, of which both have to work.
      if (cells.get(client) !== 'fails') cells.set(client, outcome)
      rows.set(row, cells)
    }
  }
  const line = (/** @type {readonly string[]} */ cells) => `| ${cells.join(' | ')} |`
  const sorted = [...rows].sort(([a], [b]) =>
    endpointOf(a) < endpointOf(b) ? -1 : endpointOf(a) > endpointOf(b) ? 1 : 0,
  )
  return [
    line(['endpoint', 'feature', ...clients.map((client) => `\`${client}\``)]),
    line(['---', '---', ...clients.map(() => '---')]),
    ...sorted.map(([row, cells]) =>
      line([row.replace(/^(.*?) \|/, '`$1` |'), ...clients.map((client) => cells.get(client) ?? '')]),
    ),
  ].join('\n')
}

/** @param {string} row */
const endpointOf = (row) => row.slice(0, row.indexOf(' | '))

/**
 * A page with another table in its place.
 *
 * @param {string} page
 * @param {string} table
 */
export function withTable(page, table) {
  const [begin, end] = [page.indexOf(BEGIN), page.indexOf(END)]
  if (begin < 0 || end < begin) throw new Error('docs/server.md has no place for the table')
  return `${page.slice(0, begin + BEGIN.length)}\n\n${table}\n\n${page.slice(end)}`
}
