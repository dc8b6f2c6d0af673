import { readFileSync } from 'node:fs'
import { ChatTemplate } from '../../../js-bindings/lib/prompt/ChatTemplate.js'
import { TurnFormat } from '../../../js-bindings/lib/prompt/turns/TurnFormat.js'

/** The tool that the scripts call. */
export const weather = {
  name: 'get_weather',
  description: 'The weather of a city',
  parameters: {
    type: 'object',
    properties: { city: { type: 'string' }, days: { type: 'integer' } },
    required: ['city'],
  },
}

/**
 * What models of a family write: a call of `get_weather` for Zürich and three days, two calls (Zürich, and Bern without
 * days), and a thought, as their documentation shows them; and which of the signs are tokens of their vocabularies.
 */
export const formats = {
  qwen3: {
    thought: ['<think>\n', '\n</think>\n\n'],
    one: '<tool_call>\n{"name": "get_weather", "arguments": {"city": "Zürich", "days": 3}}\n</tool_call>',
    two:
      '<tool_call>\n{"name": "get_weather", "arguments": {"city": "Zürich", "days": 3}}\n</tool_call>\n' +
      '<tool_call>\n{"name": "get_weather", "arguments": {"city": "Bern"}}\n</tool_call>',
    userDefined: ['<think>', '</think>', '<tool_call>', '</tool_call>'],
  },
  qwen35: {
    thought: ['', '\n</think>\n\n'],
    one:
      '<tool_call>\n<function=get_weather>\n<parameter=city>\nZürich\n</parameter>\n' +
      '<parameter=days>\n3\n</parameter>\n</function>\n</tool_call>',
    two:
      '<tool_call>\n<function=get_weather>\n<parameter=city>\nZürich\n</parameter>\n' +
      '<parameter=days>\n3\n</parameter>\n</function>\n</tool_call>\n' +
      '<tool_call>\n<function=get_weather>\n<parameter=city>\nBern\n</parameter>\n</function>\n</tool_call>',
    userDefined: ['<think>', '</think>', '<tool_call>', '</tool_call>'],
  },
  llama3: {
    one: '{"name": "get_weather", "parameters": {"city": "Zürich", "days": 3}}',
    control: ['<|start_header_id|>', '<|end_header_id|>', '<|python_tag|>'],
  },
  mistral3: {
    thought: ['[THINK]', '[/THINK]'],
    one: '[TOOL_CALLS]get_weather[ARGS]{"city": "Zürich", "days": 3}',
    two:
      '[TOOL_CALLS]get_weather[ARGS]{"city": "Zürich", "days": 3}' +
      '[TOOL_CALLS]get_weather[ARGS]{"city": "Bern"}',
    control: ['[THINK]', '[/THINK]', '[TOOL_CALLS]', '[ARGS]', '[INST]', '[/INST]'],
  },
  mistral: {
    one: '[TOOL_CALLS] [{"name": "get_weather", "arguments": {"city": "Zürich", "days": 3}, "id": "aB3dE6gH9"}]',
    two:
      '[TOOL_CALLS] [{"name": "get_weather", "arguments": {"city": "Zürich", "days": 3}, "id": "aB3dE6gH9"}, ' +
      '{"name": "get_weather", "arguments": {"city": "Bern"}, "id": "aB3dE6gH0"}]',
    control: ['[TOOL_CALLS]', '[INST]', '[/INST]'],
  },
  gemma4: {
    thought: ['<|channel>thought\n', '<channel|>'],
    one: '<|tool_call>call:get_weather{city:<|"|>Zürich<|"|>,days:3}<tool_call|>',
    two:
      '<|tool_call>call:get_weather{city:<|"|>Zürich<|"|>,days:3}<tool_call|>' +
      '<|tool_call>call:get_weather{city:<|"|>Bern<|"|>}<tool_call|>',
    control: ['<|channel>', '<channel|>', '<|tool_call>', '<tool_call|>', '<|"|>', '<|turn>'],
  },
  lfm2: {
    thought: ['<think>', '</think>'],
    one: "<|tool_call_start|>[get_weather(city='Zürich', days=3)]<|tool_call_end|>",
    two: '<|tool_call_start|>[get_weather(city="Zürich", days=3), get_weather(city=\'Bern\')]<|tool_call_end|>',
    control: ['<|tool_call_start|>', '<|tool_call_end|>'],
  },
  'gpt-oss': {
    thought: ['<|channel|>analysis<|message|>', '<|end|><|start|>assistant'],
    said: ['<|channel|>commentary<|message|>', '<|end|><|start|>assistant'],
    answer: '<|channel|>final<|message|>',
    one: '<|channel|>commentary to=functions.get_weather <|constrain|>json<|message|>{"city": "Zürich", "days": 3}',
    control: [
      '<|channel|>',
      '<|message|>',
      '<|start|>',
      '<|constrain|>',
      '<|end|>',
      '<|call|>',
      '<|return|>',
    ],
  },
  glm: {
    thought: ['<think>', '</think>\n'],
    one:
      '<tool_call>get_weather\n<arg_key>city</arg_key>\n<arg_value>Zürich</arg_value>\n' +
      '<arg_key>days</arg_key>\n<arg_value>3</arg_value>\n</tool_call>',
    two:
      '<tool_call>get_weather\n<arg_key>city</arg_key>\n<arg_value>Zürich</arg_value>\n' +
      '<arg_key>days</arg_key>\n<arg_value>3</arg_value>\n</tool_call>\n' +
      '<tool_call>get_weather\n<arg_key>city</arg_key>\n<arg_value>Bern</arg_value>\n</tool_call>',
    userDefined: [
      '<think>',
      '</think>',
      '<tool_call>',
      '</tool_call>',
      '<arg_key>',
      '</arg_key>',
      '<arg_value>',
    ],
  },
  cohere: {
    thought: ['<|START_THINKING|>', '<|END_THINKING|>'],
    one:
      '<|START_ACTION|>[\n    {"tool_call_id": "0", "tool_name": "get_weather", ' +
      '"parameters": {"city": "Zürich", "days": 3}}\n]<|END_ACTION|>',
    two:
      '<|START_ACTION|>[\n    {"tool_call_id": "0", "tool_name": "get_weather", ' +
      '"parameters": {"city": "Zürich", "days": 3}},\n    {"tool_call_id": "1", "tool_name": "get_weather", ' +
      '"parameters": {"city": "Bern"}}\n]<|END_ACTION|>',
    control: ['<|START_THINKING|>', '<|END_THINKING|>', '<|START_ACTION|>', '<|END_ACTION|>'],
  },
  olmo3: {
    one: '<function_calls>get_weather(city="Zürich", days=3)</function_calls>',
    two: '<function_calls>get_weather(city="Zürich", days=3)\nget_weather(city="Bern")</function_calls>',
    userDefined: ['<function_calls>', '</function_calls>'],
  },
  functiongemma: {
    one: '<start_function_call>call:get_weather{city:<escape>Zürich<escape>,days:3}<end_function_call>',
    two:
      '<start_function_call>call:get_weather{city:<escape>Zürich<escape>,days:3}<end_function_call>' +
      '<start_function_call>call:get_weather{city:<escape>Bern<escape>}<end_function_call>',
    userDefined: ['<start_function_call>', '<end_function_call>', '<escape>'],
  },
}

/**
 * The turns of a family.
 *
 * @param {keyof typeof formats} name
 */
export function turnsOf(name) {
  return TurnFormat.of(templateOf(name), { eosToken: '<|im_end|>' })
}

/** @param {keyof typeof formats} name */
export function templateOf(name) {
  const source = readFileSync(new URL(`./templates/${name}.jinja`, import.meta.url), 'utf8')
  return new ChatTemplate(source, { bosToken: '<|im_start|>', eosToken: '<|im_end|>' })
}

/**
 * The events of a text that comes in these pieces, joined where only the cut differs.
 *
 * @param {import('../../../js-bindings/lib/prompt/turns/Turn.js').Turn} turn
 * @param {string[]} pieces
 */
export function eventsOf(turn, pieces) {
  const reader = turn.reader()
  const events = [...pieces.flatMap((piece) => reader.push(piece)), ...reader.end()]
  /** @type {any[]} */
  const joined = []
  for (const event of events) {
    const last = joined.at(-1)
    if (last?.type === event.type && 'text' in event) last.text += event.text
    else if (last?.type === event.type && event.type === 'toolCallDelta') last.arguments += event.arguments
    else joined.push({ ...event })
  }
  return joined
}
