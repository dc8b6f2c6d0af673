import { RealmError } from '../errors/RealmError.js'
import { Template } from '../jinja/Template.js'
import { Text } from '../jinja/Text.js'
import { MessageForms } from './MessageForms.js'
import { ToolForms } from './ToolForms.js'

/** @import { Range } from '../jinja/Text.js' */
/** @import { ChatMessage } from './readMessages.js' */

/** The format of OpenAI's first chat models, which most models that have no template of their own know as well. */
export const CHATML =
  "{% for message in messages %}{{ '<|im_start|>' + message.role + '\\n' + message.content + '<|im_end|>\\n' }}{% endfor %}" +
  "{% if add_generation_prompt %}{{ '<|im_start|>assistant\\n' }}{% endif %}"

/** A model's chat template: a program in Jinja, in the model's file, that writes the messages as the model knows them. */
export class ChatTemplate {
  /** Its text. */
  source
  #template
  #bosToken
  #eosToken
  #forms
  #toolForms

  /**
   * @param {string} source the template's text
   * @param {{ bosToken: string | null, eosToken: string | null }} tokens their texts
   * @throws {RealmError} `CHAT_TEMPLATE_ERROR` if it is no valid template
   */
  constructor(source, { bosToken, eosToken }) {
    this.source = source
    this.#template = attempt(
      () => new Template(source),
      'The chat template of the model cannot be read. Use raw: true, or a model with a valid template.',
    )
    this.#bosToken = bosToken
    this.#eosToken = eosToken
    this.#toolForms = new ToolForms(source, (messages) => this.#run(this.#forms.fit(messages), false, {}))
    this.#forms = new MessageForms((messages) => this.#run(messages, true, {}))
  }

  /**
   * Writes `messages`, in the forms that the template takes.
   *
   * @param {readonly ChatMessage[]} messages
   * @param {{ addGenerationPrompt?: boolean, templateOptions?: Readonly<Record<string, unknown>> }} [options] whether the
   *   beginning of the assistant's answer follows, by default it does; variables of the template
   * @returns {{ text: string, plain: readonly Range[], startsWithBos: boolean }} the text; the ranges of the users' words,
   *   in which no text is a special token; whether the template wrote BOS itself
   * @throws {RealmError} `CHAT_TEMPLATE_ERROR` if the template refuses the messages
   */
  render(messages, { addGenerationPrompt = true, templateOptions = {} } = {}) {
    const { text } = attempt(
      () => this.#run(this.#forms.fit(this.#toolForms.fit(messages)), addGenerationPrompt, templateOptions),
      `The chat template of the model refused ${messages.length === 1 ? 'this message' : `these ${messages.length} messages`}` +
        ` (${messages.map(({ role }) => role).join(', ')}). Give the roles in the order that it asks for, or use raw: true.`,
    )
    const { string, ranges } = text
    const bos = this.#bosToken
    const startsWithBos =
      bos !== null && string.startsWith(bos) && !(ranges.length > 0 && ranges[0][0] < bos.length)
    return { text: string, plain: ranges, startsWithBos }
  }

  /**
   * @param {readonly ChatMessage[]} messages
   * @param {boolean} addGenerationPrompt
   * @param {Readonly<Record<string, unknown>>} templateOptions
   */
  #run(messages, addGenerationPrompt, templateOptions) {
    return this.#template.render({
      bos_token: new Text(this.#bosToken ?? ''),
      eos_token: new Text(this.#eosToken ?? ''),
      tools: null,
      documents: null,
      ...templateOptions,
      // A role is a word of the template's language: some put it into the text of a special token.
      messages: messages.map(({ role, ...others }) => ({ role: new Text(role), ...others })),
      add_generation_prompt: addGenerationPrompt,
    })
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
