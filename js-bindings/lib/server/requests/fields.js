import * as v from 'valibot'

// The kinds of fields that requests are made of. `expected` is what an error says.

/** @param {number} from @param {number} to both ends belong to it */
export const integer = (from, to) =>
  v.pipe(v.number(), v.integer(`an integer from ${from} to ${to}`), v.minValue(from), v.maxValue(to))

/** @param {number} from @param {number} to both ends belong to it */
export const number = (from, to) => v.pipe(v.number(), v.finite(), v.minValue(from), v.maxValue(to))

/** A name, or an id, that is shown and looked up alone. */
export const name = v.pipe(v.string(), v.minLength(1), v.maxLength(256))

/** A text that a model reads: a lone surrogate is half of a character, for which no token stands. */
export const text = v.pipe(
  v.string(),
  v.check((value) => value.isWellFormed(), 'a well-formed string, without lone surrogates'),
)

/** Any object. */
export const object = v.record(v.string(), v.unknown())

/** @template {v.GenericSchema} S @param {S} schema */
export const listOf = (schema) => v.pipe(v.array(schema), v.minLength(1))

/** Token ids, which the model judges. */
export const tokenIds = v.pipe(v.array(v.pipe(v.number(), v.integer(), v.minValue(0))), v.minLength(1))
