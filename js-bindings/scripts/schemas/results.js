/** @import { Verdict } from './answers.js' */
/** @import { SchemaCase } from './cases.js' */

/**
 * What the Java tests found of a schema.
 *
 * @typedef {{ name: string, code?: string, message?: string, bytes: number, millis: number, wrong: string[] }} Outcome
 */

/**
 * What became of the schemas of a file of the suite.
 *
 * @typedef {object} GroupResult
 * @property {string} set its draft
 * @property {string} group the file, mostly a keyword
 * @property {number} schemas how many it has
 * @property {number} compiled of these
 * @property {number} unsatisfiable of these: no value meets them
 * @property {number} instances values that were taken or refused as the suite says
 * @property {number} answers all of them valid
 */

/**
 * How long schemas of a size took to compile, in milliseconds of the processor.
 *
 * @typedef {{ below: number, schemas: number, median: number, p99: number, max: number }} TimesOfSize
 */

/**
 * What became of the schemas of the real world.
 *
 * @typedef {object} WorldResult
 * @property {number} schemas
 * @property {number} compiled
 * @property {number} answers all of them valid
 * @property {string[]} unjudged names of the compiled ones that ajv cannot read
 * @property {Record<string, number>} refused how many, by what could not be enforced
 * @property {TimesOfSize[]} times of those that compiled
 */

/** Sizes of schemas in bytes, of which each ends a class. */
const SIZES = [1e4, 3e4, 1e5, 1e9]

/**
 * @param {SchemaCase[]} cases
 * @param {Outcome[]} outcomes of the same, in their order
 * @param {Verdict[]} verdicts likewise
 * @returns {{ suite: GroupResult[], world: WorldResult }}
 */
export function summarizeSchemas(cases, outcomes, verdicts) {
  /** @type {Map<string, GroupResult>} */
  const groups = new Map()
  /** @type {WorldResult} */
  const world = { schemas: 0, compiled: 0, answers: 0, unjudged: [], refused: {}, times: [] }
  cases.forEach(({ name, set, group, instances }, i) => {
    const { code, message = '' } = outcomes[i]
    const { answers, unjudged } = verdicts[i]
    if (set === 'world') {
      world.schemas++
      world.answers += unjudged === undefined ? answers : 0
      if (code === undefined) world.compiled++
      else world.refused[reasonOf(message)] = (world.refused[reasonOf(message)] ?? 0) + 1
      if (code === undefined && unjudged !== undefined) world.unjudged.push(name)
      return
    }
    const key = `${set} ${group}`
    const all = groups.get(key) ?? {
      set,
      group,
      schemas: 0,
      compiled: 0,
      unsatisfiable: 0,
      instances: 0,
      answers: 0,
    }
    all.schemas++
    if (code === undefined) {
      all.compiled++
      all.instances += instances.length
      all.answers += unjudged === undefined ? answers : 0
    } else if (code === 'SCHEMA_UNSATISFIABLE') all.unsatisfiable++
    groups.set(key, all)
  })
  const compiled = outcomes.filter(({ code }, i) => code === undefined && cases[i].set === 'world')
  world.times = SIZES.flatMap((below, i) => {
    const own = compiled.filter(({ bytes }) => bytes < below && bytes >= (SIZES[i - 1] ?? 0))
    return own.length === 0 ? [] : [{ below, schemas: own.length, ...timesOf(own) }]
  })
  return { suite: [...groups.values()], world }
}

/** @param {Outcome[]} outcomes at least one */
function timesOf(outcomes) {
  const sorted = outcomes.map(({ millis }) => millis).sort((a, b) => a - b)
  const at = (/** @type {number} */ share) =>
    Number(sorted[Math.ceil(share * sorted.length) - 1].toPrecision(2))
  return { median: at(0.5), p99: at(0.99), max: at(1) }
}

/** What a refusal is about: mostly the keyword that its pointer ends in. @param {string} message */
function reasonOf(message) {
  if (message.includes('alternatives')) return 'too many alternatives'
  if (message.includes('states')) return 'too many states'
  const format = /the format (.*) is not known/.exec(message)?.[1]
  if (format !== undefined) return 'format'
  if (message.includes('uniqueItems')) return 'uniqueItems'
  const keyword = /^the schema at \S*\/(\$?\w+)(?:\/\d+)? /.exec(message)?.[1]
  const within = message.includes('it is within not') ? ' within not, oneOf or if' : ''
  return `${keyword ?? message}${within}`
}
