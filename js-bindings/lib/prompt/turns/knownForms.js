import { jsonArguments, NAME } from './callForms.js'

/** @import { CallForm, CallPiece, MembersWriting } from './callForms.js' */

/** Keyword arguments of Python. @type {CallPiece} */
const PYTHON_ARGUMENTS = {
  part: 'arguments',
  writing: {
    kind: 'members',
    empty: '()',
    open: '(',
    afterName: '=',
    between: ', ',
    close: ')',
    strings: undefined,
    values: 'python',
    sorted: false,
  },
}

/** @param {string} quote @returns {CallPiece} arguments of the Gemma models that call functions */
function bracedArguments(quote) {
  /** @type {MembersWriting} */
  const writing = {
    kind: 'members',
    empty: '{}',
    open: '{',
    afterName: ':',
    between: ',',
    close: '}',
    strings: { open: quote, close: quote },
    values: 'same',
    sorted: true,
  }
  return { part: 'arguments', writing }
}

/**
 * Forms of models whose templates do not write them, or not so that they can be found out, by a word of the template: the
 * model was trained on it, and others put the calls into the messages.
 *
 * @type {readonly { word: string, form: CallForm }[]}
 */
const FORMS = [
  {
    // LFM2: https://docs.liquid.ai/lfm/key-concepts/tool-use
    word: '<|tool_call_start|>',
    form: {
      trigger: '<|tool_call_start|>',
      open: '<|tool_call_start|>[',
      call: [NAME, PYTHON_ARGUMENTS],
      between: ', ',
      close: ']<|tool_call_end|>',
    },
  },
  {
    // LFM2, whose first templates name only the list of tools.
    word: '<|tool_list_start|>',
    form: {
      trigger: '<|tool_call_start|>',
      open: '<|tool_call_start|>[',
      call: [NAME, PYTHON_ARGUMENTS],
      between: ', ',
      close: ']<|tool_call_end|>',
    },
  },
  {
    // Olmo 3, whose template takes the calls as a text.
    word: '<function_calls>',
    form: {
      trigger: '<function_calls>',
      open: '<function_calls>',
      call: [NAME, PYTHON_ARGUMENTS],
      between: '\n',
      close: '</function_calls>',
    },
  },
  {
    word: '<start_function_call>',
    form: {
      trigger: '<start_function_call>',
      open: '<start_function_call>call:',
      call: [NAME, bracedArguments('<escape>')],
      between: '<end_function_call><start_function_call>call:',
      close: '<end_function_call>',
    },
  },
  {
    word: '<|tool_call>',
    form: {
      trigger: '<|tool_call>',
      open: '<|tool_call>call:',
      call: [NAME, bracedArguments('<|"|>')],
      between: '<tool_call|><|tool_call>call:',
      close: '<tool_call|>',
    },
  },
  {
    // Command R7B and Command A: https://docs.cohere.com/docs/command-a
    word: '<|START_ACTION|>',
    form: {
      trigger: '<|START_ACTION|>',
      open: '<|START_ACTION|>[\n    {"tool_call_id": "',
      call: [
        { part: 'id', pattern: '[0-9]{1,3}' },
        '", "tool_name": "',
        NAME,
        '", "parameters": ',
        jsonArguments(),
      ],
      between: '},\n    {"tool_call_id": "',
      close: '}\n]<|END_ACTION|>',
    },
  },
]

/**
 * The form of a template that is known by a word in it.
 *
 * @param {string} source the template's text
 * @returns {CallForm | undefined}
 */
export function knownForm(source) {
  return FORMS.find(({ word }) => source.includes(word))?.form
}
