import { globalFunctions } from './globals.js'
import { parseTemplate } from './parseTemplate.js'
import { Renderer } from './Renderer.js'
import { fromJavaScript } from './values.js'

/** @import { Value } from './values.js' */

/** Steps that a template may take, and how many more for each character that it is given; a chat of 100 messages takes some 10,000. */
const STEPS = 5_000_000
const STEPS_PER_CHARACTER = 16

/**
 * A template of Jinja, in the dialect of the chat templates of transformers: Jinja2 with its sandbox, `trim_blocks`,
 * `lstrip_blocks`, `break` and `continue`, `generation`, `raise_exception`, `strftime_now` and its own `tojson`. It gives
 * the text that Jinja2 gives, and knows which of it came from the variables.
 */
export class Template {
  #statements

  /**
   * @param {string} source
   * @throws {import('./values.js').JinjaError} if it is no template, or uses what is not supported
   */
  constructor(source) {
    this.#statements = parseTemplate(source)
  }

  /**
   * The template's text with these variables.
   *
   * @param {Readonly<Record<string, unknown>>} variables data of JavaScript, whose strings are followed as a user's words; a
   *   Text within it is taken as it is
   * @param {{ now?: () => Date }} [options] `now`: the local time that `strftime_now` writes; default: the clock's
   * @returns {{ text: import('./Text.js').Text, printedNone: boolean }} whether a None stands in the text as the word
   * @throws {import('./values.js').JinjaError} if the template refuses the variables, or cannot go on
   */
  render(variables, { now = () => new Date() } = {}) {
    let characters = 0
    const values = Object.entries(variables).map(([name, value]) => {
      characters += charactersOf(value)
      return /** @type {[string, Value]} */ ([name, fromJavaScript(value)])
    })
    const renderer = new Renderer(STEPS + STEPS_PER_CHARACTER * characters)
    const text = renderer.render(this.#statements, [...globalFunctions(now), ...values])
    return { text, printedNone: renderer.printedNone }
  }
}

/** @param {unknown} value @returns {number} in its texts, and one for anything else */
function charactersOf(value) {
  if (typeof value === 'string') return value.length
  if (typeof value !== 'object' || value === null) return 1
  return Object.entries(value).reduce((sum, [key, item]) => sum + key.length + charactersOf(item), 1)
}
