// What the public API takes and gives, beside the classes Model, TextStream, Guest and HostImports.

import type { Guest } from './guest/Guest.js'
import type { Model } from './Model.js'
import type { FetchProgress } from './source/fetchFile.js'

/**
 * What a generation continues: a string is one user message where the model has a chat template, and plain text to go
 * on with where it has none; messages are put together by the chat template, or as ChatML where there is none; token
 * ids are taken as they are.
 */
export type Prompt = string | readonly Message[] | readonly number[] | Int32Array | Uint32Array

/**
 * One message of a chat. Other fields than these reach the chat template, too, if they are data as JSON has it; those
 * that are null count as left out.
 */
export interface Message {
  /**
   * Who says it: `developer` is taken as `system`, and `function` as `tool`. Where the model's chat template knows no
   * system message, it goes to the beginning of the user's next message.
   */
  role: 'system' | 'developer' | 'user' | 'assistant' | 'tool' | 'function'

  /**
   * What is said: texts of special tokens in it stay plain text. Parts are handed over as such to a template that
   * takes them, else joined by newlines. Only an assistant's message with tool calls may be without it.
   */
  content?: string | readonly TextPart[] | null

  /** Tools that the assistant called; `arguments` is an object, or its JSON as a text. */
  tool_calls?: readonly object[]

  /** Of a tool's message: the id of the call that it answers. */
  tool_call_id?: string

  /** The tool's name, or the speaker's. */
  name?: string

  /** What the assistant thought before it answered, for templates that write it. */
  reasoning_content?: string | null
}

/** A part of a message's content: a text (`text`, also `input_text` and `output_text`); other types are refused. */
export interface TextPart {
  type: string
  text?: string
}

/** How a chat template is applied. Every option may be left out. */
export interface ApplyTemplateOptions {
  /** Whether the beginning of the assistant's answer follows the messages; default true. */
  addGenerationPrompt?: boolean

  /** Whether the last message, which is the assistant's, stays open, as in `GenerateOptions`; default false. */
  continueFinal?: boolean

  /** Tools that the model may call, as in `GenerateOptions`; default: none. */
  tools?: Tools

  /** Whether the model thinks, as in `GenerateOptions`; default: as its chat template has it. */
  reasoning?: Reasoning

  /** What the answer must be like, as in `GenerateOptions`; default: anything. */
  format?: Format

  /** Whether the model reads the schema of the format, as in `GenerateOptions`; default: true. */
  showFormat?: boolean

  /** Variables of the template, as in `GenerateOptions`; default none. */
  templateOptions?: Readonly<Record<string, unknown>>

  /** The system message, as in `GenerateOptions`; default: the catalog entry's, if it has one. */
  system?: string
}

/**
 * How a text is generated. Every option may be left out. What a model's file recommends (`general.sampling.temp`, `top_k`,
 * `top_p`, `min_p`, `penalty_repeat`) comes before the defaults given here.
 */
export interface GenerateOptions {
  /**
   * The most tokens to make; an integer from 1; default: until the model ends its text or the context is full.
   */
  maxTokens?: number

  /**
   * Evens out the probabilities (above 1) or sharpens them (below); 0 always takes the most probable token; 0 to
   * 100; default: 0.8.
   */
  temperature?: number

  /** Draws from the k most probable tokens; 0 draws from all; an integer from 0; default: 40. */
  topK?: number

  /**
   * Draws from the fewest tokens whose probabilities reach p together; 1 draws from all, 0 takes the most probable;
   * 0 to 1; default: 0.95.
   */
  topP?: number

  /**
   * Leaves out tokens less probable than p times the most probable one; 0 leaves out none; 0 to 1; default: 0.05.
   */
  minP?: number

  /**
   * Draws from the tokens whose surprise is nearest to what is to be expected, the fewest whose probabilities are more
   * than p together; 1 draws from all; 0 to 1; default: 1.
   */
  typicalP?: number

  /**
   * Leaves out tokens whose logit is more than n standard deviations of all logits below the largest; 0 leaves out
   * none; 0 to 100; default: 0.
   */
  topNSigma?: number

  /**
   * Now and then leaves out all tokens that are probable enough but for the least probable of them, so that a text
   * takes turns that nobody expects; an object with probability (0 to 1; default 0.5), threshold (0 to 0.5; default
   * 0.1); default: never.
   */
  xtc?: XtcOptions

  /**
   * Makes tokens less probable that would go on with a repetition ("don't repeat yourself"), the longer it is the
   * more; an object with multiplier (0 to 100; default 0.8), base (1 to 100; default 1.75), allowedLength (an integer
   * from 0; default 2), lastN (an integer from -1; default -1), breakers (up to 32, none of them empty; default
   * newline, colon, quotation mark and asterisk); default: none.
   */
  dry?: DryOptions

  /**
   * Has the temperature rise with how undecided the model is; an object with range (0 to 100), exponent (above 0, up
   * to 100; default 1); default: it stays.
   */
  dynamicTemperature?: DynamicTemperatureOptions

  /**
   * Keeps the surprise of tokens near a target, in place of all samplers and penalties but logitBias and temperature:
   * together with these it is refused; an object with version (an integer from 1 to 2; default 2), tau (0 to 100;
   * default 5), eta (0 to 1; default 0.1); default: it does not.
   */
  mirostat?: MirostatOptions

  /**
   * Draws tokens whose probability is near a target, in place of those that are most probable; an object with target
   * (0 to 1), decay (0 to 0.99; default 0.9); default: by their probabilities.
   */
  adaptiveP?: AdaptivePOptions

  /**
   * Makes tokens that came lately less probable: divides a positive logit, multiplies a negative one; 1 is none;
   * above 0, up to 10; default: 1.
   */
  repeatPenalty?: number

  /** Subtracted from the logit of a token that came lately; 0 is none; -10 to 10; default: 0. */
  presencePenalty?: number

  /** Subtracted from the logit of a token each time that it came lately; 0 is none; -10 to 10; default: 0. */
  frequencyPenalty?: number

  /**
   * Numbers that are added to the logits of these tokens, by id or by text: { 42: 5, ' yes': 2 }, a Map, or pairs; a
   * text must be one token; -Infinity, or false, bans a token; -100 to 100, or -Infinity; default: none.
   */
  logitBias?:
    | Readonly<Record<string | number, number | false>>
    | ReadonlyMap<string | number, number | false>
    | readonly (readonly [token: string | number, bias: number | false])[]

  /**
   * Of the random numbers: the same seed, prompt and options give the same text; -1 is another one each time; an
   * integer; default: another one each time.
   */
  seed?: number

  /**
   * Texts that end the generation and are not part of its text; up to 16, none of them empty; default: none.
   */
  stop?: string | readonly string[]

  /**
   * What the text must be like: a JSON Schema, an object with one (Standard JSON Schema, such as zod's), "json", or an
   * object with regex, choices, grammar or schema; what cannot be enforced is refused before the first token; default:
   * anything.
   */
  format?: Format

  /**
   * Whether the model reads the format's schema, with its titles and descriptions, in the prompt of a chat: in its system
   * message or the first one of the user; one of more than 8 KB, or of more bytes than half of the context has tokens,
   * is not shown; default: true.
   */
  showFormat?: boolean

  /**
   * What the model may call, by name: { description, parameters }, of which parameters are a JSON Schema, or an object
   * with one; calls are in the result, with arguments that meet the schema; default: none.
   */
  tools?: Tools

  /**
   * Whether tools are called: auto, none, required, or { "tool": "name" } for one of them; default: auto.
   */
  toolChoice?: ToolChoice

  /** Whether one turn may have several calls; default: true. */
  parallelToolCalls?: boolean

  /**
   * Whether the model thinks before it answers, and how far: false, true, or an object with a budget in tokens, at which
   * a thought is ended, or an effort that the chat template knows, such as low; thoughts are apart from the text;
   * default: as its chat template has it.
   */
  reasoning?: Reasoning

  /**
   * Tells the log-probability of each token in the result and in a stream's events, by the model's own distribution,
   * before a format and samplers have their say, and of so many of the most probable ones in its place; an integer
   * from 0 to 20; default: none are told.
   */
  logprobs?: number

  /**
   * How many answers to make of the prompt, which is computed once; choice i is the text that the seed plus i gives
   * alone; an integer from 1 to 128; default: 1.
   */
  n?: number

  /**
   * Takes a string prompt verbatim: no chat template, and texts of special tokens in it are those tokens; the
   * model's file still says whether BOS goes before it; default: false.
   */
  raw?: boolean

  /**
   * The system message of a chat; an empty one leaves only what the chat template itself says; default: the catalog
   * entry's, if it has one.
   */
  system?: string

  /**
   * Goes on in the last message, which is the assistant's, as if the model had written it so far; the text is what
   * follows; default: false.
   */
  continueFinal?: boolean

  /**
   * Variables of the model's chat template beside those that each has, such as { "enable_thinking": false };
   * default: none.
   */
  templateOptions?: Readonly<Record<string, unknown>>

  /**
   * Whether tokens are guessed, by what the prompt and the text say, a draft model or a head of the model itself, and
   * judged several in a step where that is faster; the text is the same; default: true.
   */
  speculation?: boolean

  /**
   * For whom it is: what was computed of a prompt serves later prompts of the same tenant that begin alike, and no
   * others; tenants whose texts wait get alike much of the model's time; default: an empty name, the one of an app
   * that tells none apart.
   */
  tenant?: string

  /**
   * With whom the computed prompt is shared: with its tenant; with every prompt, of any tenant, that says shared,
   * too; or with none; one of tenant, shared, none; default: tenant.
   */
  cache?: 'tenant' | 'shared' | 'none'

  /**
   * Which of a tenant's texts goes first where they wait; one that waits rises by one a second, so that none starves;
   * an integer from -10 to 10; default: 0.
   */
  priority?: number

  /**
   * Milliseconds after which nobody wants it any more: it then rejects with DEADLINE_EXCEEDED; an integer from 1;
   * default: none.
   */
  deadline?: number

  /** Stops the generation, which then rejects with an AbortError; default: none. */
  signal?: AbortSignal
}

/** How the messages of a chat are answered, and what it begins with. Every option may be left out. */
export interface ChatOptions extends Omit<GenerateOptions, 'n' | 'raw' | 'continueFinal'> {
  /** What was said before; default: nothing. */
  messages?: readonly Message[]

  /**
   * What happens once the chat, with room for an answer (`maxTokens`, or a quarter of the context), fits the context no
   * more. `error` goes on while the prompt fits at all, and then rejects with `CONTEXT_OVERFLOW`. `dropOldest` leaves out the
   * oldest messages, and `truncateMiddle` those behind the first exchange; what the chat begins with up to the first user's
   * message, such as a system message, stays, and so does the last user's message; tool calls go with their results. A
   * function gives the messages to go on with, such as a summary of them. `chat.messages` has all of them all the same.
   * Default: `error`.
   */
  onOverflow?: OverflowStrategy

  /**
   * The most turns of the model that one message takes: its calls of tools are answered by their handlers, and it goes on
   * with the results; the calls of the last turn are handed out. An integer from 1; default: 10. `toolChoice` holds for the
   * first of them.
   */
  maxRounds?: number
}

/** How one message of a chat is answered; what is left out is as the chat says. */
export type SendOptions = Omit<ChatOptions, 'messages' | 'system' | 'tenant' | 'cache'>

/** What is done about a chat that has outgrown the context. */
export type OverflowStrategy =
  | 'error'
  | 'dropOldest'
  | 'truncateMiddle'
  | ((
      messages: readonly Message[],
      overflow: {
        /** Tokens of the prompt that they become. */
        promptTokens: number

        /** How many it may have so that the answer has room, too. */
        maxPromptTokens: number

        /** How many prompt and answer may have together. */
        contextLength: number

        /** Is aborted once nobody wants the answer any more. */
        signal: AbortSignal
      },
    ) => readonly Message[] | Promise<readonly Message[]>)

/** What a message to a chat has made. */
export interface ChatResult<F = unknown> extends GenerateResult<F> {
  /** What the chat has now that it had not before: what was said, calls of tools with their results, and the answer. */
  messages: Message[]

  /** How many turns of the model it took; `usage` counts them all, the other fields are those of the last one. */
  rounds: number
}

/** How the most probable tokens are left out now and then. Every option may be left out. */
export interface XtcOptions {
  /** How often; 0 to 1; default: 0.5. */
  probability?: number

  /** From which probability on a token is probable enough; 0 to 0.5; default: 0.1. */
  threshold?: number
}

/** How repetitions are made less probable. Every option may be left out. */
export interface DryOptions {
  /**
   * What a token loses of its logit that makes a repetition longer than is allowed; 0 is nothing; 0 to 100; default:
   * 0.8.
   */
  multiplier?: number

  /** How many times as much for each token more; 1 to 100; default: 1.75. */
  base?: number

  /** How many tokens may come again as they stood; an integer from 0; default: 2. */
  allowedLength?: number

  /**
   * How many of the latest tokens are looked at; -1 looks at all, 0 at none; an integer from -1; default: -1.
   */
  lastN?: number

  /**
   * Texts over which no repetition reaches, each of at most 40 bytes in UTF-8; up to 32, none of them empty; default:
   * newline, colon, quotation mark and asterisk.
   */
  breakers?: string | readonly string[]
}

/** How the temperature rises with how undecided the model is. */
export interface DynamicTemperatureOptions {
  /**
   * How far the temperature goes down where the model is sure, to 0 at the least, and up where it finds all tokens
   * alike; 0 to 100; must be there.
   */
  range: number

  /** Of the entropy's share of its largest value, by which it goes up; above 0, up to 100; default: 1. */
  exponent?: number
}

/** How the surprise of tokens is kept near a target. Every option may be left out. */
export interface MirostatOptions {
  /**
   * 1 estimates how many tokens to draw from, 2 leaves out those that are too surprising; an integer from 1 to 2;
   * default: 2.
   */
  version?: 1 | 2

  /** The surprise to keep, in bits; 0 to 100; default: 5. */
  tau?: number

  /** How quickly what came steers it; 0 to 1; default: 0.1. */
  eta?: number
}

/** How the probability of tokens is kept near a target. */
export interface AdaptivePOptions {
  /** The probability to keep near to, in the mean; 0 to 1; must be there. */
  target: number

  /** How much of the earlier tokens each new one leaves remembered; 0 to 0.99; default: 0.9. */
  decay?: number
}

/** What a model does now, and did since it was loaded. */
export interface ModelStats {
  /** Texts, and other work, that have a place. */
  running: number

  /** Those that wait for one. */
  waiting: number

  /** Texts that go on once their reader has caught up (`highWaterMark`). They have no place. */
  paused: number

  /** Tokens of prompts that were computed: those that the cache had are not among them. */
  promptTokens: number

  /** Tokens of texts that went through the model. */
  textTokens: number

  /** Lately: what was ten seconds ago counts little more than a third. */
  promptTokensPerSecond: number

  /** Likewise, of all texts together. */
  textTokensPerSecond: number

  /** Tokens of texts that were guessed, and judged in the step of the token before them. */
  draftedTokens: number

  /** Those of them that held, so that they took no step of their own. */
  acceptedTokens: number

  /** How often a text gave its part of the cache to an older one, and was computed again. */
  preemptions: number

  /** The keys and values of all texts. */
  cache: {
    /** What there may be (`cacheMb`). */
    budgetBytes: number

    /** What texts have that run. */
    heldBytes: number

    /** What is kept for prompts that begin alike. */
    keptBytes: number

    /** Tokens that prompts took over from there. */
    reusedTokens: number
  }
}

/** How a model's stats are watched. Every option may be left out. */
export interface WatchStatsOptions {
  /** Milliseconds between two looks, so that there is one value for what changed meanwhile; an integer from 10; default 250. */
  intervalMs?: number

  /** Stops it; the iterator then rejects with an `AbortError`; default: none. */
  signal?: AbortSignal
}

/** How a sequence is opened. Every option may be left out. */
export interface SequenceOptions {
  /** For whom it is, as in `GenerateOptions`; default: an empty name. */
  tenant?: string

  /** With whom what is computed of it is shared, as in `GenerateOptions`; default `tenant`. */
  cache?: 'tenant' | 'shared' | 'none'

  /** How urgent its texts are, unless one says otherwise, as in `GenerateOptions`; default 0. */
  priority?: number
}

/** A JSON Schema (draft 2020-12, or draft-07 where its `$schema` says so). */
export type JsonSchema = boolean | { readonly [keyword: string]: unknown }

/** An object that has a JSON Schema: by Standard JSON Schema, or by a method. */
export type HasJsonSchema =
  | { readonly '~standard': { readonly jsonSchema: { input(options: { target: string }): unknown } } }
  | { toJSONSchema(): unknown }

/** What a text must be like. */
export type Format =
  | 'json'
  | JsonSchema
  | HasJsonSchema
  | ({ schema: JsonSchema | HasJsonSchema } & SchemaFormatOptions & FormatOptions)
  | ({ regex: string | RegExp } & FormatOptions)
  | ({ choices: readonly string[] } & FormatOptions)
  | ({ grammar: string } & FormatOptions)

/** How a text of any format ends. */
export interface FormatOptions {
  /**
   * Whether a text that comes near its most tokens is brought to an end, so that it is whole all the same; else it is cut
   * off, with the finish reason `length` and no `value`; default: true.
   */
  closeAtLimit?: boolean
}

/** How JSON is written. */
export interface SchemaFormatOptions {
  /** Schemas that it refers to, by their URIs; default: none. */
  schemas?: Readonly<Record<string, JsonSchema | HasJsonSchema>>

  /** In which order properties come that the schema names: in its own, others behind them, or in any; default: declared. */
  order?: 'declared' | 'any'

  /** White space: a space behind each comma and colon, none, or as the model likes, within bounds; default: single. */
  spacing?: 'single' | 'none' | 'free'
}

/** The value of a text of a format; JSON's is `unknown` where no type says more. */
export type FormatValue<F> = F extends {
  readonly '~standard': { readonly types?: { readonly input: infer T } }
}
  ? T
  : F extends { schema: infer S }
    ? FormatValue<S>
    : F extends { choices: readonly (infer C)[] }
      ? C
      : F extends { regex: unknown } | { grammar: string }
        ? string
        : unknown

/** A value that grows: of objects some properties, of arrays the first elements, of strings the beginning. */
export type PartialValue<T> = T extends string
  ? string
  : T extends readonly (infer E)[]
    ? PartialValue<E>[]
    : T extends object
      ? { [K in keyof T]?: PartialValue<T[K]> }
      : T

/** What a generation made. */
export interface GenerateResult<F = unknown> {
  /** The text, without the stop string or the end token that ended it. */
  text: string

  /** What the text is worth where it has a `format` and came to its end: the value of JSON, or the text. */
  value?: FormatValue<F>

  /** What the model thought before its text, where it thinks; it is no part of the text. */
  reasoning?: string

  /** The calls of tools that wait for an answer, where there are any; the finish reason is then `toolCalls`. */
  toolCalls?: ToolCall[]

  /** The ids of the tokens that were made. */
  tokens: number[]

  /**
   * What the model thought of these tokens, where `logprobs` asked for it: of all but those that begin behind the end of a
   * text that a stop string cut.
   */
  logprobs?: TokenLogprob[]

  /** How many tokens went in and came out. */
  usage: Usage

  /** Why it ended. */
  finishReason: FinishReason

  /** How long it took; of several answers, the first one. */
  timings: Timings

  /** All answers where `n` asked for several; the fields above are those of the first, and `usage` counts all. */
  choices?: Choice[]
}

/** How probable the model found a token: the log-softmax of its logits, summed in 64 bits, before anything else had a say. */
export interface TokenProbability {
  /** Its text; U+FFFD stands for bytes that are a part of a character alone. A control token has its name here. */
  token: string

  /** Its id. */
  id: number

  /** The natural logarithm of its probability: `Math.exp(logprob)` is from 0 to 1. */
  logprob: number

  /** The bytes of its text in UTF-8, maybe a part of a character: those of several tokens together are whole. */
  bytes: number[]
}

/** A token of a text, with what the model thought of it and of others in its place. */
export interface TokenLogprob extends TokenProbability {
  /** The most probable tokens in its place, the most probable first, as many as `logprobs` says; it may be one of them. */
  top: TokenProbability[]
}

/** A piece of a text. */
export interface TextPiece {
  type: 'text'

  /** Whole characters; only the last piece may be empty, where tokens without a text close it. */
  text: string

  /** The tokens that begin in it, where `logprobs` asked for them; a token that ends in the next piece is here. */
  logprobs?: TokenLogprob[]
}

/** One of several answers to a prompt. */
export interface Choice {
  /** The text, as in `GenerateResult`. */
  text: string

  /** Its value where it has a `format`, as in `GenerateResult`. */
  value?: unknown

  /** What the model thought before it, as in `GenerateResult`. */
  reasoning?: string

  /** The calls of tools in it, as in `GenerateResult`. */
  toolCalls?: ToolCall[]

  /** The ids of the tokens that were made. */
  tokens: number[]

  /** What the model thought of them, as in `GenerateResult`. */
  logprobs?: TokenLogprob[]

  /** Why it ended. */
  finishReason: FinishReason

  /** The seed that gives this text alone, with the same prompt and options. */
  seed: number
}

/** Tokens counted. */
export interface Usage {
  /** Tokens of the prompt, with the chat template's. */
  promptTokens: number

  /** How many of them needed no computing, since an earlier prompt began with them. */
  cachedTokens: number

  /** Tokens that were made. */
  completionTokens: number

  /**
   * How many of them were the model's thoughts, as it tokenizes `reasoning`; left out where there are none, and of a text that
   * was stopped.
   */
  reasoningTokens?: number
}

/**
 * Why a generation ended: `stop`, the model ended its text or a stop string came; `toolCalls`, it calls tools, whose
 * results it waits for; `length`, `maxTokens` were made or the context is full; `abort`, its signal was aborted (only in
 * the `result` of an `AbortError`).
 */
export type FinishReason = 'stop' | 'toolCalls' | 'length' | 'abort'

/** Tools by their names: 1 to 128 letters, digits and signs of `_`, `-`, `.` and `:`. */
// biome-ignore lint/suspicious/noExplicitAny: each tool has parameters of its own
export type Tools = Readonly<Record<string, Tool<any>>>

/** A tool that a model may call. */
export interface Tool<P = unknown> {
  /** What it does, for the model; default: nothing. */
  description?: string

  /** The JSON Schema of its arguments, an object's, or an object that has one; default: no arguments. */
  parameters?: P

  /**
   * Answers a call, in a chat: what it gives, as JSON or a text, is what the model reads; may be a promise. If it throws, the
   * model reads the error's message. A guest answers by its function of the tool's name. Default: the call is handed out.
   */
  execute?: ((args: ToolArguments<P>, context: ToolContext) => unknown) | Guest
}

/** Tools by their names, whose handlers get arguments of the types that their parameters say. */
export type ToolsOf<P> = { readonly [Name in keyof P]: Tool<P[Name]> }

/** What a tool's handler gets, by its parameters: anything where no type says more. */
// biome-ignore lint/suspicious/noExplicitAny: a plain schema says nothing to TypeScript
export type ToolArguments<P> = unknown extends FormatValue<P> ? any : FormatValue<P>

/** What a tool's handler gets beside the arguments. */
export interface ToolContext {
  /** Is aborted once nobody wants the answer any more. */
  signal: AbortSignal

  /** The call's id. */
  id: string
}

/** Which tools are called: as the model likes, none, at least one, or one of this name. */
export type ToolChoice = 'auto' | 'none' | 'required' | { tool: string }

/** Whether a model thinks before it answers, and how far. */
export type Reasoning =
  | boolean
  | {
      /** The most tokens of a thought, which is then ended in the model's own form; default: no limit. */
      budget?: number

      /** For chat templates that know of it, such as `low`, `medium` and `high`; default: the template's. */
      effort?: string
    }

/** A call of a tool that a model has made. */
export interface ToolCall {
  /** Names the call, in the tool's answer. */
  id: string

  /** The tool's name. */
  name: string

  /** What it is given: a value of the tool's schema. */
  arguments: unknown
}

/**
 * What happens while an answer is made: a piece of its text, or of the thoughts before it; a tool call begins, as the
 * `index`th of its turn; a piece of its arguments, as JSON; a call is whole; a tool's handler ended, with a result or an
 * error; and the end.
 */
export type StreamEvent<R = GenerateResult> =
  | TextPiece
  | { type: 'reasoning'; text: string; logprobs?: TokenLogprob[] }
  | { type: 'toolCallStart'; index: number; id: string; name: string }
  | { type: 'toolCallDelta'; index: number; arguments: string }
  | { type: 'toolCall'; index: number; id: string; name: string; arguments: unknown }
  | { type: 'toolResult'; id: string; name: string; result: unknown }
  | { type: 'toolResult'; id: string; name: string; error: unknown }
  | { type: 'finish'; result: R }

/** Times and rates. */
export interface Timings {
  /** Milliseconds that the engine took to open the model. */
  loadMs: number

  /** Milliseconds from the start of the generation to its first token. */
  firstTokenMs: number

  /** Tokens of the prompt that were computed, a second. */
  prefillTokensPerSecond: number

  /** Tokens made a second, after the first. */
  decodeTokensPerSecond: number

  /** Tokens that were guessed, and judged in the step of the token before them (`speculation`). */
  drafted: number

  /** Those of them that held, so that they took no step of their own. */
  accepted: number
}

/** How texts become vectors. Every option may be left out. */
export interface EmbedOptions {
  /**
   * What becomes of the states of a text's tokens: their `mean`, that of the first (`cls`) or of the `last`, or all
   * of them (`none`); default: what the model's file says, else `mean` for an encoder and `last` for a decoder.
   */
  pooling?: 'mean' | 'cls' | 'last' | 'none'

  /** Whether each vector is brought to the length 1, so that a dot product is a cosine; default true. */
  normalize?: boolean

  /**
   * Keeps the first values of each vector alone, before it is normalized: for models that were trained so
   * (Matryoshka); an integer from 1 to the model's own number of values, which is the default.
   */
  dimensions?: number

  /**
   * Cuts a text that is longer than the context, and keeps the tokens that close it (SEP, EOS); default false:
   * such a text is refused with `CONTEXT_OVERFLOW`.
   */
  truncate?: boolean

  /** For whom it is: tenants whose work waits get alike much of the model's time; default: an empty name. */
  tenant?: string

  /**
   * Which of a tenant's work goes first where it waits; what waits rises by one a second; an integer from -10 to 10;
   * default 0.
   */
  priority?: number

  /**
   * Milliseconds after which nobody wants it any more: it then rejects with `DEADLINE_EXCEEDED`; an integer from 1;
   * default: none.
   */
  deadline?: number

  /** Stops it; it then rejects with an `AbortError`. */
  signal?: AbortSignal
}

/** The vectors of some texts. */
export interface EmbedResult {
  /** One for each text, in their order. With the pooling `none`, a row for each token, one behind the other. */
  embeddings: Float32Array[]

  /** How many tokens went in, with those that the model's file puts around a text. */
  usage: Pick<Usage, 'promptTokens'>
}

/** How a text is generated, and read piece by piece. */
export interface StreamOptions extends GenerateOptions {
  /**
   * How far the text may be ahead of its reader, in UTF-16 units: then it waits until the reader has taken what there is, and
   * leaves its place to other texts, and its keys and values where those need the memory. It is the same text in the end. A
   * `deadline` goes on meanwhile. An integer from 1; default: 4096.
   */
  highWaterMark?: number
}

/** How a middle is filled in: as a text is generated, with what stands around it. Every option may be left out. */
export interface InfillOptions
  extends Omit<
    GenerateOptions,
    | 'n'
    | 'raw'
    | 'showFormat'
    | 'continueFinal'
    | 'system'
    | 'templateOptions'
    | 'tools'
    | 'toolChoice'
    | 'parallelToolCalls'
    | 'reasoning'
  > {
  /** Other files of the same repository, which the model reads first; default: none. */
  files?: readonly InfillFile[]

  /** The name of the repository, where the vocabulary has a token for that; default: `myproject`, as llama-server has it. */
  repository?: string

  /** The name of the file whose middle it is, where the vocabulary has a token for that; default: `filename`. */
  file?: string

  /** Whether what comes after the middle is told first, for models that were trained so; default: false. */
  suffixFirst?: boolean
}

/** A file that a model reads before it fills in another one's middle. */
export interface InfillFile {
  /** Its name; default: `tmp`. */
  name?: string

  /** What is in it. */
  text: string
}

/** A question about a document, whose answers are known beforehand. */
export type DecisionQuestion = BooleanQuestion | ChoiceQuestion | ScoreQuestion

/** A question that is answered with yes or no. */
export interface BooleanQuestion {
  type: 'boolean'

  /** What is asked, such as "Is the customer angry?". */
  question: string
}

/** A question that is answered with one of several texts. */
export interface ChoiceQuestion {
  type: 'choice'

  /** What is asked. */
  question: string

  /** The texts, 2 to 64, or descriptions by them, which the model reads. */
  options: readonly string[] | Readonly<Record<string, string>>
}

/** A question that is answered with an integer. */
export interface ScoreQuestion {
  type: 'score'

  /** What is asked. */
  question: string

  /** The least one; an integer from -1000000. */
  min: number

  /** The greatest one, at most 100 above the least. */
  max: number
}

/** How a question was decided: the most probable answer, and how probable each is if one of them is the answer. */
export type Decision<Q = DecisionQuestion> = Q extends { type: 'boolean' }
  ? { answer: boolean; probabilities: { true: number; false: number } }
  : Q extends { type: 'choice'; options: infer O }
    ? { answer: LabelOf<O>; probabilities: Record<LabelOf<O>, number> }
    : {
        answer: number
        probabilities: Record<string, number>
        /** The mean of the scores, each counted by its probability. */
        expectation: number
      }

/** What the options of a choice are called. */
export type LabelOf<O> = O extends readonly (infer L extends string)[] ? L : keyof O & string

/** How questions are decided. Every option may be left out. */
export interface DecideOptions {
  /**
   * Whether a question is asked with its answers in each cyclic order, a scale up and down, and the mean counts: models like
   * what is named first or last; it takes as many times as long; default: false.
   */
  calibrate?: boolean

  /** For whom it is, as in `GenerateOptions`; default: an empty name. */
  tenant?: string

  /** How urgent it is, as in `GenerateOptions`; default: 0. */
  priority?: number

  /** Stops it; it then rejects with an `AbortError`; default: none. */
  signal?: AbortSignal
}

/** How documents are ranked. Every option may be left out. */
export interface RankOptions {
  /** For whom it is: tenants whose work waits get alike much of the model's time; default: an empty name. */
  tenant?: string

  /**
   * Which of a tenant's work goes first where it waits; what waits rises by one a second; an integer from -10 to 10;
   * default 0.
   */
  priority?: number

  /**
   * Milliseconds after which nobody wants it any more: it then rejects with `DEADLINE_EXCEEDED`; an integer from 1;
   * default: none.
   */
  deadline?: number

  /** Stops it; it then rejects with an `AbortError`; default: none. */
  signal?: AbortSignal
}

/** Documents, ranked. */
export interface RankResult {
  /** One for each document, the best first; those of the same score in the order that they were given in. */
  results: RankedDocument[]

  /** How many tokens went in: the query's and what the model puts around once for each document, or part of one. */
  usage: Pick<Usage, 'promptTokens'>
}

/** A document's place among others. */
export interface RankedDocument {
  /** Which one it is of those that were given, from 0. */
  index: number

  /**
   * How probable the model finds it that the document answers the query, from 0 to 1: the sigmoid of its logit where it
   * has one, or the share of yes where it has logits of yes and no.
   */
  score: number
}

/** What a model is estimated for. Every option may be left out. */
export interface EstimateOptions {
  /** Tokens of each text; an integer from 1; default: what the model was trained for. */
  contextLength?: number

  /** How keys and values are kept, as in `LoadOptions`; default `f16`. */
  kvCache?: LoadOptions['kvCache']

  /** Texts of that length at a time; an integer from 1; default 1. */
  parallel?: number

  /** A draft model beside it, as in `LoadOptions`, but not as bytes; default: none. All figures are of both. */
  draft?: string | URL

  /** Stops it; it then rejects with an `AbortError`; default: none. */
  signal?: AbortSignal
}

/** The memory that a model will take, with the kernels that were chosen for this machine. */
export interface ModelEstimate {
  /** As `model.name`. */
  name: string

  /** As the file names it, such as `llama`. */
  architecture: string

  /** Tokens of context that it was trained for. */
  trainedContext: number

  /** Tokens of each text that it is estimated for. */
  contextLength: number

  /** How keys and values are kept. */
  kvCache: string

  /** Texts of that length at a time. */
  parallel: number

  /** Bytes, by what they are for. */
  bytes: {
    /** Weights that are repacked into memory of the process. */
    packedWeights: number

    /** Weights that are read where the file has them: the system can take this memory back, at the cost of speed. */
    fileWeights: number

    /** Keys and values of all texts, and the states of recurrent layers. */
    cache: number

    /** Buffers of a step. */
    work: number

    /** Node, Java and the vocabulary, as measured. */
    runtime: number

    /** All of it. */
    total: number

    /** What a draft model has of it: weights, keys and values, and buffers; 0 without one. */
    draft: number
  }

  /** What the machine, or the control group of this process if that has less, can still give. */
  machine: { freeBytes: number; limitBytes: number; bound: string }

  /** Whether the total is free. */
  fits: boolean

  /** The longest context that fits, up to what the model was trained for; null where none does. */
  largestContext: number | null

  /** The same for other contexts and formats, in ascending order of contexts. */
  contexts: {
    contextLength: number
    kvCache: string
    cacheBytes: number
    totalBytes: number
    fits: boolean
  }[]
}

/** What the engine runs on. */
export interface RuntimeInfo {
  /**
   * How Java and Node share the process: Java in Node by the addon, Node in Java by Javet, or not at all, since
   * the engine cannot start here.
   */
  bridge: 'addon' | 'javet' | 'none'

  /** The version of Java; null for `none`. */
  java: string | null

  /** The arithmetic that was chosen for this machine; null for `none`. */
  kernels: string | null

  /** Why that was chosen; for `none`, all that was searched and what is missing. */
  reason: string
}

/** How a guest is made. */
export interface GuestOptions {
  /**
   * What runs it: `graaljs` a script, in the Java machine; `graalwasm` a WebAssembly module, in the Java
   * machine; `wasm` a WebAssembly module, in a worker thread of Node.
   */
  engine: 'graaljs' | 'graalwasm' | 'wasm'

  /**
   * Of `graaljs` the text of a script, whose global functions can be called; else the bytes of a module, whose
   * exported functions can be called.
   */
  source: string | ArrayBuffer | ArrayBufferView

  /** What it may use; default: no model. */
  grants?: GuestGrants

  /** What ends it. */
  limits?: GuestLimits

  /** Stops the creation, and later ends the guest. */
  signal?: AbortSignal

  /** Hears of the jars of an engine that are fetched where it is used for the first time. */
  onProgress?: (progress: FetchProgress) => void
}

/** What a guest may use. What is not granted is to it as if it did not exist. */
export interface GuestGrants {
  /**
   * The models that it has; default: none. A model is disposed only once the guests that have it are closed.
   */
  models?: readonly Model[]

  /** Tokens that it may generate in all; an integer from 0; default: no limit. */
  maxTokens?: number

  /**
   * Mebibytes that its own memory may have, and as many for what it has the host keep; an integer from 1 to
   * 65536; default 256.
   */
  memoryMb?: number
}

/** What ends a guest. */
export interface GuestLimits {
  /** Milliseconds that a call may take, and the reading of the source; an integer from 1; default 60000. */
  timeMs?: number
}

/**
 * The memory of a guest, in which its pointers are offsets: a WebAssembly.Memory, or whatever else has its bytes
 * as `buffer`. That is read anew in each call, since a memory that has grown has another.
 */
export interface GuestMemory {
  /** Its bytes. */
  buffer: ArrayBufferLike
}

/**
 * The functions that a guest imports from the module `env`. Pointers are offsets in its memory; pointers, lengths
 * in bytes, counts of elements and ids are read as unsigned 32-bit numbers, so that -1 is 2^32 - 1. Each returns
 * its result, 0 or more, or the negative number of an error code; `lastError()` of the imports then says more.
 * None throws but for arguments that are no numbers (`INVALID_ARGUMENT`). docs/host-functions.md has their rules.
 */
export interface HostFunctions {
  /** Stores the GGUF file in a range of the memory; `modelId` is the wanted one, or 0. Returns the id. */
  realm_store_model: (ggufPtr: number, ggufLen: number, modelId: number) => number

  /** Writes all values of a tensor, as f32. Returns bytes. */
  realm_get_tensor: (
    modelId: number,
    namePtr: number,
    nameLen: number,
    outPtr: number,
    outMaxLen: number,
  ) => number

  /** Writes some of its values. Returns bytes. */
  realm_get_tensor_range: (
    modelId: number,
    namePtr: number,
    nameLen: number,
    firstElement: bigint | number,
    elementCount: number,
    outPtr: number,
    outMaxLen: number,
  ) => number

  /**
   * Writes how many tensors there are (u32), and how many bytes they have as they are stored (u64). Returns 0.
   */
  realm_get_model_info: (modelId: number, outTensorCount: number, outTotalSize: number) => number

  /** Writes the metadata as JSON. Returns bytes. */
  realm_get_model_metadata: (modelId: number, outPtr: number, outMaxLen: number) => number

  /** Drops a reference to a model that the guest stored. Returns 0. */
  realm_remove_model: (modelId: number) => number

  /** Writes the token ids of a text (u32). Returns how many. */
  realm_encode_tokens: (
    modelId: number,
    textPtr: number,
    textLen: number,
    addSpecial: number,
    outIds: number,
    outMax: number,
  ) => number

  /** Writes the text of token ids. Returns bytes. */
  realm_decode_tokens: (
    modelId: number,
    idsPtr: number,
    idsCount: number,
    outPtr: number,
    outMaxLen: number,
  ) => number

  /** Writes the hidden states of token ids (f32). Returns bytes. */
  realm_embed_tokens: (
    modelId: number,
    idsPtr: number,
    idsCount: number,
    outPtr: number,
    outMaxLen: number,
  ) => number

  /** Takes hidden states through one layer. Returns bytes. */
  realm_forward_layer: (
    sessionId: number,
    layer: number,
    hiddenPtr: number,
    hiddenCount: number,
    position: number,
    outPtr: number,
    outMaxLen: number,
  ) => number

  /** Writes the logits after the last hidden state (f32). Returns bytes. */
  realm_compute_logits: (
    modelId: number,
    hiddenPtr: number,
    hiddenCount: number,
    outPtr: number,
    outMaxLen: number,
  ) => number

  /** Opens a session. Returns its id. */
  realm_open_session: (modelId: number, contextLength: number) => number

  /** Ends a session. Returns 0. */
  realm_close_session: (sessionId: number) => number

  /** Writes the text that follows a prompt. Returns bytes. */
  realm_generate: (
    modelId: number,
    promptPtr: number,
    promptLen: number,
    optionsPtr: number,
    optionsLen: number,
    outPtr: number,
    outMaxLen: number,
  ) => number
}

/** What a guest is granted. What is not is to it as if it did not exist. Every option may be left out. */
export interface HostImportsOptions {
  /**
   * The models that it has: loaded ones, or ids that `storeModel` gave; default: none. A loaded model is
   * disposed only once the guests that have it are closed.
   */
  models?: readonly (Model | number)[]

  /**
   * Tokens that it may generate in all, by `realm_generate` or by `realm_compute_logits`, of which each call is
   * one; an integer from 0; default: no limit.
   */
  maxTokens?: number

  /** Sessions that it may have open at a time; an integer from 0; default: no limit. */
  maxSessions?: number

  /**
   * Bytes of the host's memory that it may take at a time, for models that it stores and for the KV caches of
   * its sessions and texts; an integer from 0; default: no limit.
   */
  maxBytes?: number

  /**
   * Is called within `realm_generate` with each piece of the text, whole characters of UTF-8 at `pointer` in the
   * memory: for a guest that exports it, `(pointer, length) => instance.exports.realm_stream_token(pointer,
   * length)`. If it throws, the text ends as `ABORTED`; what it threw is the `cause` of `lastError()`. Default:
   * none, and no text is written before its end.
   */
  streamToken?: (pointer: number, length: number) => unknown
}

/** How a model is loaded. Every option may be left out. */
export interface LoadOptions {
  /**
   * The most tokens that a prompt and its answer may have together; an integer from 1, up to what the model was
   * trained for; default: what the model was trained for. Memory is taken as it is used.
   */
  contextLength?: number

  /**
   * Threads that compute; an integer from 1 to 1024; default: as many as there are cores that the process may
   * use, by its affinity and its container's quota. More than these are slower.
   */
  threads?: number

  /**
   * How the keys and values of a sequence are kept: as half floats; as bytes with a scale for each 32, which takes
   * 53 % of the memory and rounds a little; or in four bits with a scale for each 32, which takes 28 % and changes
   * texts; default: `f16`.
   */
  kvCache?: 'f16' | 'q8_0' | 'q4_0'

  /**
   * Mebibytes that the keys and values of all texts may take together, those that are kept for later prompts among
   * them; an integer from 1; default: a quarter of the memory that the process may have, by the machine and its
   * container. Memory is taken as it is used, and then kept.
   */
  cacheMb?: number

  /**
   * Texts, and other work, that run at the same time; an integer from 1; default: 64. Others wait for a place.
   */
  parallel?: number

  /**
   * Texts, and other work, that may wait for a place; an integer from 0; default: any number. More reject with
   * `OVERLOADED`.
   */
  maxQueue?: number

  /**
   * Whether a model may need more memory than the machine and the control group have free; default false: it is refused
   * with `OUT_OF_MEMORY` and the figures, before its weights are read.
   */
  overcommit?: boolean

  /**
   * Whether tokens of its texts are guessed, as in `GenerateOptions`, where their own options do not say; default: true.
   */
  speculation?: boolean

  /**
   * A smaller model that guesses how texts go on, several of whose tokens the model then judges in one step: a text is the
   * same, and faster where the guesses mostly hold. It must have the same tokens (else `DRAFT_MISMATCH`), as models of one
   * family have. How often its guesses hold, each text shows by itself; where they cost more than they give, none are
   * made. Its weights come beside the model's, its keys and values out of the same `cacheMb`; it is freed with the model.
   * Default: none.
   */
  draft?: ModelSource | DraftOptions

  /**
   * Stops the download and the loading, which then reject with an `AbortError`; what was downloaded stays and is
   * resumed the next time.
   */
  signal?: AbortSignal

  /** Hears of each step; it must not throw. */
  onProgress?: (progress: LoadProgress) => void
}

/** A draft model. */
export interface DraftOptions {
  /** What `loadModel` takes for a model. */
  source: ModelSource

  /** The most tokens that it guesses of a text in a step; an integer from 1 to 15; default: 15. */
  maxTokens?: number
}

/**
 * A step of loading a model: a file is fetched, or bytes are handed to the engine (`copy`: bytes done of all).
 */
export type LoadProgress = FetchProgress | { phase: 'copy'; bytes: number; totalBytes: number }

/**
 * A model: a name of the catalog, a path of a GGUF file, `hf:owner/repo[:Q4_K_M]` or `hf:owner/repo/file`, a URL, or the
 * bytes of a GGUF file.
 */
export type ModelSource = string | URL | Uint8Array | ArrayBuffer

/** Options of the calls on stored models. Every option may be left out. */
export interface CallOptions {
  /**
   * Stops it; the call then rejects with an `AbortError`. Work that has not begun is left out; work that runs
   * goes to its end, and its result is dropped.
   */
  signal?: AbortSignal
}

/** What a stored model holds. */
export interface ModelInfo {
  /** How many tensors it has. */
  tensorCount: number

  /** The bytes of all its tensors as they are stored, most of them quantized. */
  totalSize: number

  /**
   * The file's key-value pairs, without arrays of more than 64 elements, such as a vocabulary; integers beyond
   * 2^53 - 1 and numbers that are not finite are strings.
   */
  metadata: Record<string, unknown>
}

/** How a model is stored. Every option may be left out. */
export interface StoreOptions {
  /** Stops it; `storeModel` then rejects with an `AbortError`, and nothing is stored. */
  signal?: AbortSignal
}

/** How a text is turned into ids. Every option may be left out. */
export interface TokenizeOptions {
  /** Whether the texts of special tokens in it are those tokens; default false. */
  special?: boolean

  /**
   * Whether the tokens that the model's file asks for around a text (BOS, EOS, CLS, SEP) are added; default false.
   */
  addBos?: boolean
}

/** How a model is disposed. */
export interface DisposeOptions {
  /**
   * Whether the work that runs is stopped: its calls reject with an `AbortError`, whose `result` is what was made
   * until then. Default false: it is waited for.
   */
  abort?: boolean
}
