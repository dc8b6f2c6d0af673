import { BaseChatModel } from '@langchain/core/language_models/chat_models'
import {
  assembleStructuredOutputPipeline,
  createContentParser,
  createFunctionCallingParser,
} from '@langchain/core/language_models/structured_output'
import { AIMessage, AIMessageChunk } from '@langchain/core/messages'
import { ChatGenerationChunk } from '@langchain/core/outputs'
import { convertToOpenAITool } from '@langchain/core/utils/function_calling'
import { toJsonSchema } from '@langchain/core/utils/json_schema'
import { generateOptions } from '../generation/options.js'
import { readCallOptions } from './readCallOptions.js'
import { readMessages } from './readMessages.js'

/** @import { BaseChatModelCallOptions, BaseChatModelParams, BindToolsInput } from '@langchain/core/language_models/chat_models' */
/** @import { BaseMessage, UsageMetadata } from '@langchain/core/messages' */
/** @import { ChatResult } from '@langchain/core/outputs' */
/** @import { CallbackManagerForLLMRun } from '@langchain/core/callbacks/manager' */
/** @import { Model } from '../Model.js' */
/** @import { GenerateOptions, GenerateResult } from '../types.d.ts' */

/** @typedef {Omit<GenerateOptions, 'n' | 'raw' | 'tools' | 'toolChoice' | 'stop' | 'signal' | 'cache'>} RealmSettings options
 *   of `generate` */

/**
 * Options of a call: those of `generate`, and those that LangChain gives.
 *
 * @typedef {BaseChatModelCallOptions & RealmSettings & { tools?: object[], response_format?: object,
 *   parallel_tool_calls?: boolean }} ChatRealmCallOptions
 */

/**
 * A chat model for LangChain, in this process.
 *
 * @extends {BaseChatModel<ChatRealmCallOptions, AIMessageChunk>}
 */
export class ChatRealm extends BaseChatModel {
  #model
  #settings

  /** @param {{ model: Model } & RealmSettings & BaseChatModelParams} fields a loaded model, options of its texts, LangChain's own */
  constructor({ model, ...fields }) {
    const isSetting = (/** @type {[string, unknown]} */ [name]) =>
      Object.hasOwn(generateOptions, name) && name !== 'cache'
    const entries = Object.entries(fields)
    super(Object.fromEntries(entries.filter((entry) => !isSetting(entry))))
    this.#model = model
    this.#settings = Object.fromEntries(entries.filter(isSetting))
  }

  static lc_name() {
    return 'ChatRealm'
  }

  /** What LangChain calls the kind of this model. */
  _llmType() {
    return 'realm'
  }

  /** What agents may ask of it. */
  get profile() {
    return {
      maxInputTokens: this.#model.contextLength,
      toolCalling: true,
      structuredOutput: true,
      reasoningOutput: this.#model.thinks,
    }
  }

  /**
   * What traces tell of it.
   *
   * @param {this['ParsedCallOptions']} options
   */
  getLsParams(options) {
    return { ...super.getLsParams(options), ls_provider: 'realm', ls_model_name: this.#model.name }
  }

  /**
   * The same with tools that it may call.
   *
   * @param {BindToolsInput[]} tools of LangChain, or as OpenAI has them
   * @param {Partial<ChatRealmCallOptions>} [options] such as `tool_choice`: `auto`, `none`, `any` or a tool's name
   */
  bindTools(tools, options = {}) {
    return this.withConfig({
      ...options,
      tools: tools.map((tool) => convertToOpenAITool(/** @type {any} */ (tool))),
    })
  }

  /**
   * The same, whose answer is a value of a schema: zod's, one with Standard JSON Schema, or a JSON Schema. It holds in every
   * answer, beside tools that are bound, too.
   *
   * @param {any} schema
   * @param {any} [config] `method`: `jsonSchema`, the default, or `functionCalling`, which has a tool called; `name`, its name;
   *   `includeRaw`: gives `{ raw, parsed }`
   * @returns {any} a runnable
   */
  withStructuredOutput(
    schema,
    { name = schema?.title ?? 'extract', method = 'jsonSchema', includeRaw } = {},
  ) {
    const asJson = toJsonSchema(schema)
    if (method === 'functionCalling') {
      const tool = {
        type: 'function',
        function: { name, description: asJson.description ?? '', parameters: asJson },
      }
      const llm = this.bindTools([tool], { tool_choice: name, parallel_tool_calls: false })
      const parser = createFunctionCallingParser(schema, name)
      return assembleStructuredOutputPipeline(llm, parser, includeRaw, 'StructuredOutput')
    }
    const llm = this.withConfig({ format: { schema: /** @type {any} */ (asJson) } })
    return assembleStructuredOutputPipeline(llm, createContentParser(schema), includeRaw, 'StructuredOutput')
  }

  /**
   * @param {BaseMessage[]} messages
   * @param {this['ParsedCallOptions']} options
   * @returns {Promise<ChatResult>}
   */
  async _generate(messages, options) {
    const result = await this.#model.generate(readMessages(messages), this.#read(options))
    const { text, toolCalls = [], reasoning } = result
    const message = new AIMessage({
      content: text,
      tool_calls: toolCalls.map(({ id, name, arguments: args }) => ({
        type: 'tool_call',
        id,
        name,
        args: /** @type {Record<string, unknown>} */ (args),
      })),
      usage_metadata: usageOf(result),
      response_metadata: this.#metadata(result),
      additional_kwargs: reasoning === undefined ? {} : { reasoning_content: reasoning },
    })
    return { generations: [{ text, message }], llmOutput: { tokenUsage: result.usage } }
  }

  /**
   * @param {BaseMessage[]} messages
   * @param {this['ParsedCallOptions']} options
   * @param {CallbackManagerForLLMRun} [runManager]
   * @returns {AsyncGenerator<ChatGenerationChunk>}
   */
  async *_streamResponseChunks(messages, options, runManager) {
    const stream = this.#model.stream(readMessages(messages), this.#read(options))
    for await (const event of stream.events()) {
      const fields = this.#chunkOf(event)
      if (fields === undefined) continue
      const chunk = new ChatGenerationChunk({
        text: typeof fields.content === 'string' ? fields.content : '',
        message: new AIMessageChunk({ content: '', ...fields }),
      })
      yield chunk
      await runManager?.handleLLMNewToken(chunk.text, undefined, undefined, undefined, undefined, { chunk })
    }
  }

  /**
   * @param {import('../types.d.ts').StreamEvent} event
   * @returns {import('@langchain/core/messages').AIMessageChunkFields | undefined}
   */
  #chunkOf(event) {
    switch (event.type) {
      case 'text':
        return { content: event.text }
      case 'reasoning':
        return { content: '', additional_kwargs: { reasoning_content: event.text } }
      case 'toolCallStart': {
        const { index, id, name } = event
        return { content: '', tool_call_chunks: [{ type: 'tool_call_chunk', index, id, name, args: '' }] }
      }
      case 'toolCallDelta': {
        const { index, arguments: args } = event
        return { content: '', tool_call_chunks: [{ type: 'tool_call_chunk', index, args }] }
      }
      case 'finish':
        return {
          content: '',
          usage_metadata: usageOf(event.result),
          response_metadata: this.#metadata(event.result),
        }
      default:
        return undefined
    }
  }

  /** @param {this['ParsedCallOptions']} options @returns {GenerateOptions} */
  #read(options) {
    return { ...this.#settings, ...readCallOptions(options) }
  }

  /** @param {GenerateResult} result */
  #metadata({ finishReason, timings }) {
    return { model_provider: 'realm', model_name: this.#model.name, finish_reason: finishReason, timings }
  }
}

/**
 * @param {GenerateResult} result
 * @returns {UsageMetadata}
 */
function usageOf({ usage: { promptTokens, cachedTokens, completionTokens, reasoningTokens } }) {
  return {
    input_tokens: promptTokens,
    output_tokens: completionTokens,
    total_tokens: promptTokens + completionTokens,
    input_token_details: { cache_read: cachedTokens },
    ...(reasoningTokens === undefined ? {} : { output_token_details: { reasoning: reasoningTokens } }),
  }
}
