import { readdirSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { projectRoot } from '../runProgram.js'

/**
 * A schema that Realm is held to.
 *
 * @typedef {object} SchemaCase
 * @property {string} name unique
 * @property {string} group the file of the suite, which is a keyword mostly; or where a schema of the real world is from
 * @property {'draft2020-12' | 'draft7' | 'world'} set
 * @property {unknown} schema
 * @property {Record<string, unknown>} schemas what it refers to, by URI
 * @property {{ text: string, valid: boolean }[]} instances values as JSON
 */

/** Drafts of the suite that are run, with the URI of their metaschemas. */
export const DRAFTS = /** @type {const} */ (['draft2020-12', 'draft7'])

/** Where the suite's other schemas are, for its references. */
const REMOTE = 'http://localhost:1234/'

/** In the suite's own folder a format is only an annotation; these hold it to be asserted, as Realm does. */
const ASSERTED = 'optional/format'

/**
 * The cases of the official test suite.
 *
 * @param {string} folder
 * @returns {SchemaCase[]}
 */
export function suiteCases(folder) {
  return DRAFTS.flatMap((set) => {
    const others = { ...remotes(folder, set), ...metaschemas(set) }
    const files = filesOf(join(folder, 'tests', set)).filter((file) => file !== 'format.json')
    return [
      ...files,
      ...filesOf(join(folder, 'tests', set, ASSERTED)).map((file) => `${ASSERTED}/${file}`),
    ].flatMap((file) =>
      readJson(join(folder, 'tests', set, file)).map((/** @type {any} */ { description, schema, tests }) => ({
        name: `${set}/${file}: ${description}`,
        group: file.replace(/^optional\//, '').replace(/\.json$/, ''),
        set,
        schema: dialect(schema, set),
        schemas: referred(schema, others),
        instances: tests.map((/** @type {any} */ { data, valid }) => ({ text: JSON.stringify(data), valid })),
      })),
    )
  })
}

/** @param {unknown} schema of draft-07, which its suite does not say @param {string} set */
function dialect(schema, set) {
  return set === 'draft7' && typeof schema === 'object'
    ? { $schema: 'http://json-schema.org/draft-07/schema#', ...schema }
    : schema
}

/**
 * @param {string} folder
 * @param {string} set
 */
function remotes(folder, set) {
  const root = join(folder, 'remotes')
  /** @type {[string, unknown][]} */
  const all = []
  for (const file of readdirSync(root, { recursive: true, encoding: 'utf8' })) {
    const ofOther = /^draft/.test(file) && !file.startsWith(set)
    if (file.endsWith('.json') && !ofOther) all.push([`${REMOTE}${file}`, readJson(join(root, file))])
  }
  return Object.fromEntries(all)
}

/** @param {string} set */
function metaschemas(set) {
  const require = createRequire(import.meta.url)
  const names =
    set === 'draft7'
      ? ['json-schema-draft-07']
      : [
          'schema',
          ...[
            'core',
            'applicator',
            'unevaluated',
            'validation',
            'meta-data',
            'format-annotation',
            'content',
          ].map((part) => `meta/${part}`),
        ].map((part) => `json-schema-2020-12/${part}`)
  return Object.fromEntries(
    names.map((name) => {
      const schema = require(`ajv/dist/refs/${name}.json`)
      return [schema.$id.replace(/#$/, ''), schema]
    }),
  )
}

/**
 * Of other schemas, those that a schema refers to, and these in turn.
 *
 * @param {unknown} schema
 * @param {Record<string, unknown>} others
 */
function referred(schema, others) {
  const found = new Map()
  const open = [schema]
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const text = JSON.stringify(next)
    if (!/"\$(ref|dynamicRef|schema)":"(?!http:\/\/json-schema.org)/.test(text) && !text.includes('"$ref"'))
      continue
    for (const [uri, other] of Object.entries(others)) {
      const last = uri.slice(uri.lastIndexOf('/') + 1)
      if (
        !found.has(uri) &&
        (text.includes(uri) || (text.includes(REMOTE) && text.includes(last)) || isPart(text, uri))
      ) {
        found.set(uri, other)
        open.push(other)
      }
    }
  }
  return Object.fromEntries(found)
}

/** A metaschema names its parts by paths. @param {string} text @param {string} uri */
function isPart(text, uri) {
  return uri.includes('/meta/') && text.includes(`"${uri.slice(uri.indexOf('meta/'))}"`)
}

/**
 * The newest schema of each family of SchemaStore, and tools as MCP servers have them.
 *
 * @param {string} folder
 * @returns {SchemaCase[]}
 */
export function worldCases(folder) {
  const files = filesOf(folder)
  const all = new Map(files.map((file) => [file, readJson(join(folder, file))]))
  /** @type {Map<string, string>} */
  const newest = new Map()
  const order = new Intl.Collator('en', { numeric: true })
  for (const file of files.sort(order.compare)) newest.set(family(file), file)
  const store = [...newest.values()].map((file) => {
    const others = storeReferences(all.get(file), all)
    return worldCase(file.replace(/\.json$/, ''), 'SchemaStore', all.get(file), others)
  })
  const tools = readJson(join(projectRoot, 'js-bindings/scripts/schemas/tools.json'))
  return [...store, ...Object.entries(tools).map(([name, schema]) => worldCase(name, 'tools', schema, {}))]
}

/**
 * @param {string} name
 * @param {string} group
 * @param {unknown} schema
 * @param {Record<string, unknown>} schemas
 * @returns {SchemaCase}
 */
function worldCase(name, group, schema, schemas) {
  return { name: `${group}/${name}`, group, set: 'world', schema, schemas, instances: [] }
}

/** A schema's name without its version. @param {string} file */
function family(file) {
  return file
    .replace(/\.json$/, '')
    .replace(/[-._]?v?\d[\w.-]*$/, '')
    .replace(/[-.](rtm|dev|schema|stable|nightly)\b.*$/, '')
}

/**
 * Schemas of the store that a schema refers to, by the URIs that it has for them.
 *
 * @param {unknown} schema
 * @param {Map<string, any>} all
 */
function storeReferences(schema, all) {
  /** @type {Record<string, unknown>} */
  const found = {}
  const open = [{ schema, base: 'https://json.schemastore.org/' }]
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const { base } = next
    const text = JSON.stringify(next.schema)
    for (const [, reference] of text.matchAll(/"\$ref":"([^"#]+)/g)) {
      const uri = reference.includes('://') ? reference : base + reference
      const name = /^https?:\/\/json\.schemastore\.org\/([\w.-]+)$/.exec(uri)?.[1]
      const other = name === undefined ? undefined : (all.get(name) ?? all.get(`${name}.json`))
      if (other === undefined || other === schema || found[uri] !== undefined) continue
      found[uri] = other
      open.push({ schema: other, base })
    }
  }
  return found
}

/** @param {string} folder */
function filesOf(folder) {
  return readdirSync(folder)
    .filter((file) => file.endsWith('.json'))
    .sort()
}

/** @param {string} path */
function readJson(path) {
  return JSON.parse(readFileSync(path, 'utf8'))
}
