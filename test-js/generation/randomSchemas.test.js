import assert from 'node:assert/strict'
import fc from 'fast-check'
import { answer, withRandomModel } from '../../js-bindings/scripts/schemas/answers.js'
import { rounds } from '../fixture/rounds.js'

/** Names of properties, few, so that schemas speak of the same ones. */
const name = fc.constantFrom('a', 'b', 'ab', 'c d', 'é"')
const scalar = fc.oneof(
  fc.constantFrom(null, true, false, 0, 1, -2.5, 100, '', 'a', 'ab', 'x"y\n'),
  fc.integer({ min: -20, max: 20 }),
)
const value = fc.oneof(
  { weight: 5, arbitrary: scalar },
  { weight: 1, arbitrary: fc.array(scalar, { maxLength: 2 }) },
  { weight: 1, arbitrary: fc.dictionary(name, scalar, { maxKeys: 2, noNullPrototype: true }) },
)
const count = fc.integer({ min: 0, max: 3 })
const bound = fc.oneof(fc.integer({ min: -9, max: 9 }), fc.constantFrom(-1.5, 0.25, 2.125))
const pattern = fc.constantFrom('^a', 'b$', '^[a-c]+$', '.', '^x*\\by', '(?=a)', '\\d{2,3}', '[^"]"')
const type = fc.constantFrom('null', 'boolean', 'integer', 'number', 'string', 'array', 'object')
const format = fc.constantFrom(
  'date',
  'time',
  'uuid',
  'ipv4',
  'email',
  'uri',
  'hostname',
  'duration',
  'regex',
)

/** Keywords that hold no schemas. */
const flat = fc.record(
  {
    type: fc.oneof(type, fc.uniqueArray(type, { minLength: 1, maxLength: 3 })),
    enum: fc.array(value, { minLength: 1, maxLength: 4 }),
    const: value,
    minimum: bound,
    maximum: bound,
    exclusiveMinimum: bound,
    exclusiveMaximum: bound,
    multipleOf: fc.constantFrom(1, 2, 3, 0.5, 0.1),
    minLength: count,
    maxLength: count,
    pattern,
    format,
    minItems: count,
    maxItems: count,
    uniqueItems: fc.boolean(),
    minContains: count,
    maxContains: count,
    minProperties: count,
    maxProperties: count,
    required: fc.uniqueArray(name, { maxLength: 2 }),
    dependentRequired: fc.dictionary(name, fc.uniqueArray(name, { maxLength: 2 }), {
      maxKeys: 2,
      noNullPrototype: true,
    }),
  },
  { requiredKeys: [] },
)

/** A few of an object's keys, so that most schemas can be met. */
const few = (/** @type {fc.Arbitrary<any>} */ all) =>
  fc.tuple(all, fc.uniqueArray(fc.nat(), { minLength: 1, maxLength: 3 })).map(([object, picks]) => {
    const keys = Object.keys(object)
    return Object.fromEntries(
      picks
        .filter(() => keys.length > 0)
        .map((pick) => {
          const key = keys[pick % keys.length]
          return [key, object[key]]
        }),
    )
  })

const { schema } = fc.letrec((tie) => {
  const inner = tie('schema')
  const list = fc.array(inner, { minLength: 1, maxLength: 3 })
  const named = fc.dictionary(name, inner, { maxKeys: 3, noNullPrototype: true })
  const holding = fc.record(
    {
      properties: named,
      additionalProperties: inner,
      patternProperties: fc.dictionary(pattern, inner, { maxKeys: 2, noNullPrototype: true }),
      propertyNames: inner,
      dependentSchemas: named,
      items: inner,
      prefixItems: list,
      contains: inner,
      allOf: list,
      anyOf: list,
      oneOf: list,
      not: inner,
      if: inner,
      // biome-ignore lint/suspicious/noThenProperty: it is a keyword
      then: inner,
      else: inner,
      unevaluatedProperties: inner,
      unevaluatedItems: inner,
      $ref: fc.constant('#/$defs/part'),
    },
    { requiredKeys: [] },
  )
  return {
    schema: fc.oneof(
      { depthSize: 'small', withCrossShrink: true },
      { weight: 1, arbitrary: fc.constantFrom(true, false, {}) },
      { weight: 6, arbitrary: few(flat) },
      { weight: 5, arbitrary: fc.tuple(few(flat), few(holding)).map(([a, b]) => ({ ...a, ...b })) },
    ),
  }
})

const whole = fc.tuple(schema, few(flat)).map(([root, part]) => {
  return typeof root === 'object' ? { ...root, $defs: { part } } : root
})

describe('Any schema', function () {
  this.timeout(1_800_000)

  it('is refused with a code, or holds in every answer of a model with random weights', async () => {
    let held = 0
    await withRandomModel((model) =>
      fc.assert(
        fc.asyncProperty(whole, async (given) => {
          const verdict = await answer(
            model,
            {
              name: JSON.stringify(given),
              group: '',
              set: 'world',
              schema: given,
              schemas: {},
              instances: [],
            },
            { n: 3, maxTokens: 120 },
          )
          assert.deepEqual(verdict.invalid, [])
          held += verdict.answers
        }),
        {
          numRuns: rounds(30, 3000),
          ...(process.env.REALM_TEST_SEED ? { seed: Number(process.env.REALM_TEST_SEED) } : {}),
        },
      ),
    )
    assert.ok(held > rounds(30, 3000))
  })
})
