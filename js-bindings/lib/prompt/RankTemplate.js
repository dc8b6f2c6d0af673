import { RealmError } from '../errors/RealmError.js'
import { Template } from '../jinja/Template.js'
import { Text } from '../jinja/Text.js'

/** @import { Range } from '../jinja/Text.js' */

/** A place for the query or the document in a template that is plain text. */
const PLACES = /\{(query|document)\}/g

/**
 * How a reranker wants a query and a document: `tokenizer.chat_template.rerank` of its file. It is plain text with
 * `{query}` and `{document}`, as in Qwen3-Reranker, or a program in Jinja with the variables `query` and `document`.
 */
export class RankTemplate {
  #source
  /** @type {Template | null} null where it is plain text */
  #template = null
  #bosToken
  #eosToken

  /**
   * @param {string} source the template's text
   * @param {{ bosToken: string | null, eosToken: string | null }} tokens their texts
   * @throws {RealmError} `CHAT_TEMPLATE_ERROR` if it is no valid template, or has no place for one of both
   */
  constructor(source, { bosToken, eosToken }) {
    this.#source = source
    this.#bosToken = bosToken
    this.#eosToken = eosToken
    if (/\{\{|\{%/.test(source)) {
      this.#template = attempt(() => new Template(source), 'cannot be read')
    }
    const { text, plain } = this.render('q', 'd')
    const words = plain.map(([start, end]) => text.slice(start, end)).join('')
    if (!words.includes('q') || !words.includes('d')) {
      throw new RealmError(
        'CHAT_TEMPLATE_ERROR',
        `The rerank template of the model has no place for ${words.includes('q') ? 'the document' : 'the query'}; ` +
          'expected {query} and {document} in it. Take the model from another source.',
      )
    }
  }

  /**
   * Writes both.
   *
   * @param {string} query
   * @param {string} document
   * @returns {{ text: string, plain: readonly Range[], special: true, addBos: boolean }} a prompt as the engine takes it, in
   *   which no text of the query or the document is a special token
   * @throws {RealmError} `CHAT_TEMPLATE_ERROR` if the template refuses them
   */
  render(query, document) {
    const text = this.#template === null ? this.#fill(query, document) : this.#run(query, document)
    const bos = this.#bosToken
    const startsWithBos = bos !== null && text.string.startsWith(bos)
    return { text: text.string, plain: text.ranges, special: true, addBos: !startsWithBos }
  }

  /**
   * @param {string} query
   * @param {string} document
   */
  #fill(query, document) {
    // What a pattern with a group splits has the groups at the odd places.
    const parts = this.#source.split(PLACES).map((part, index) => {
      if (index % 2 === 0) return new Text(part)
      return Text.ofUser(part === 'query' ? query : document)
    })
    return Text.concat(parts)
  }

  /**
   * @param {string} query
   * @param {string} document
   */
  #run(query, document) {
    const variables = {
      bos_token: new Text(this.#bosToken ?? ''),
      eos_token: new Text(this.#eosToken ?? ''),
      query,
      document,
    }
    const template = /** @type {Template} */ (this.#template)
    return attempt(() => template.render(variables).text, 'refused the query and the document')
  }
}

/**
 * @template T
 * @param {() => T} step
 * @param {string} what the template did if it fails
 */
function attempt(step, what) {
  try {
    return step()
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    throw new RealmError(
      'CHAT_TEMPLATE_ERROR',
      `The rerank template of the model ${what}. It says: ${reason}. Take the model from another source.`,
      { cause: error },
    )
  }
}
