import { Template } from '@huggingface/jinja'
import { RealmError } from '../errors/RealmError.js'
import { SpecialTextMarks } from './SpecialTextMarks.js'

/** @import { Message } from './Message.js' */
/** @import { Range } from './SpecialTexts.js' */

/** A model's chat template: a program in Jinja, in the model's file, that writes the messages as the model knows them. */
export class ChatTemplate {
  #template
  #bosToken
  #eosToken
  #marks

  /**
   * @param {string} source the template's text
   * @param {{ bosToken: string | null, eosToken: string | null, specialTokens: readonly string[] }} tokens the texts of
   *   the model's special tokens
   * @throws {RealmError} `CHAT_TEMPLATE_ERROR` if it is no valid template
   */
  constructor(source, { bosToken, eosToken, specialTokens }) {
    this.#template = attempt(
      () => new Template(source),
      'The chat template of the model cannot be read. Use raw: true, or a model with a valid template.',
    )
    this.#bosToken = bosToken
    this.#eosToken = eosToken
    this.#marks = new SpecialTextMarks(specialTokens)
  }

  /**
   * Writes `messages`, and the beginning of the assistant's answer.
   *
   * @param {readonly Message[]} messages
   * @returns {{ text: string, plain: Range[], startsWithBos: boolean }} the text; the ranges where users' words read like
   *   special tokens and are none; whether the template wrote BOS itself
   * @throws {RealmError} `CHAT_TEMPLATE_ERROR` if the template refuses the messages
   */
  render(messages) {
    const rendered = attempt(
      () =>
        this.#template.render({
          messages: messages.map(({ role, content }) => ({ role, content: this.#marks.mark(content) })),
          add_generation_prompt: true,
          bos_token: this.#bosToken ?? '',
          eos_token: this.#eosToken ?? '',
        }),
      `The chat template of the model refused ${messages.length === 1 ? 'this message' : `these ${messages.length} messages`}` +
        ` (${messages.map(({ role }) => role).join(', ')}). Give the roles in the order that it asks for, or use raw: true.`,
    )
    const { text, plain } = this.#marks.unmark(rendered)
    const startsWithBos = this.#bosToken !== null && text.startsWith(this.#bosToken) && plain[0]?.[0] !== 0
    return { text, plain, startsWithBos }
  }
}

/**
 * @template T
 * @param {() => T} step
 * @param {string} message of the error if it fails
 */
function attempt(step, message) {
  try {
    return step()
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    throw new RealmError('CHAT_TEMPLATE_ERROR', `${message} It says: ${reason}`, { cause: error })
  }
}
