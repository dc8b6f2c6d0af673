import {
  AbortError,
  type CallOptions,
  type Chat,
  type ChatResult,
  detectRuntime,
  type ErrorCode,
  type FinishReason,
  type GenerateOptions,
  type GenerateResult,
  getTensor,
  type HostFunctions,
  type HostImports,
  hostImports,
  type LoadOptions,
  type LoadProgress,
  loadModel,
  type Message,
  Model,
  type ModelSource,
  mcpTools,
  type Prompt,
  RealmError,
  type RuntimeInfo,
  storeModel,
  type TextStream,
  type Timings,
  type ToolCall,
  type Usage,
} from 'realm-ai'
import { createRealm } from 'realm-ai/ai-sdk'
import { cancelJob, createWorker, type ModelJob, readTokens } from 'realm-ai/bullmq'
import { ChatRealm, RealmEmbeddings } from 'realm-ai/langchain'
import { createHandler, type Handler, type HandlerOptions, type KeyEntry } from 'realm-ai/server'

const controller = new AbortController()
const load: LoadOptions = {
  contextLength: 512,
  threads: 2,
  signal: controller.signal,
  onProgress: (progress: LoadProgress) => {
    if (progress.phase === 'download') console.log(progress.file, progress.bytes, progress.totalBytes)
  },
}
const sources: ModelSource[] = [
  'name',
  new URL('https://host.example/a.gguf'),
  new Uint8Array(1),
  Buffer.alloc(1),
]
await using model: Model = await loadModel(sources[0], load)
await loadModel(new ArrayBuffer(1))

const options: GenerateOptions = {
  maxTokens: 1,
  temperature: 0,
  topK: 1,
  topP: 1,
  minP: 0,
  repeatPenalty: 1,
  presencePenalty: 0,
  frequencyPenalty: 0,
  logitBias: { 1: -1 },
  seed: 1,
  stop: ['a'],
  raw: false,
  system: '',
  signal: controller.signal,
}
const messages: Message[] = [
  { role: 'developer', content: 'a' },
  { role: 'user', content: [{ type: 'text', text: 'a' }], name: 'b' },
  {
    role: 'assistant',
    content: null,
    tool_calls: [{ id: '1', type: 'function', function: { name: 'f', arguments: '{}' } }],
  },
  { role: 'tool', content: 'c', tool_call_id: '1' },
]
const templateOptions = { enable_thinking: false }
const applied: { text: string; tokens: number[] } = model.applyTemplate(messages, {
  tools: { f: { description: 'd', parameters: { type: 'object' } } },
  addGenerationPrompt: false,
  templateOptions,
})
const prompts: Prompt[] = ['a', messages, [1, 2], new Int32Array(1)]
const { text, tokens, usage, finishReason, timings }: GenerateResult = await model.generate(
  prompts[0],
  options,
)
const counted: Usage = usage
const ended: FinishReason = finishReason
const timed: Timings = timings
const ids: number[] = model.tokenize(text, { special: true, addBos: true })
const back: string = model.detokenize(tokens)
await model.generate('a', { logitBias: new Map([[1, Number.NEGATIVE_INFINITY]]), stop: 'a' })

const stream: TextStream = model.stream(messages)
for await (const piece of stream) console.log(piece.length)
const iterable: AsyncIterable<string> = model.stream([{ role: 'user', content: 'a' }], {
  signal: controller.signal,
})
await model.dispose()

try {
  await model.generate('a')
} catch (error) {
  if (error instanceof AbortError) console.log(error.result?.text, error.cause)
  else if (error instanceof RealmError) {
    const code: ErrorCode = error.code
    console.log(code, error.message)
  }
}
const { name, architecture, contextLength, metadata } = model
const described: [string, string, number, Readonly<Record<string, unknown>>] = [
  name,
  architecture,
  contextLength,
  metadata,
]
console.log(applied, counted, ended, timed, ids, back, iterable, described)

// @ts-expect-error a Model has no public constructor
new Model()
// @ts-expect-error the source is required
await loadModel()
// @ts-expect-error no such option
await loadModel('a', { context: 1 })
// @ts-expect-error no such option
await model.generate('a', { maxToken: 1 })
// @ts-expect-error of another type
await model.generate('a', { temperature: '0' })
// @ts-expect-error no such role
await model.generate([{ role: 'robot', content: 'a' }])
// @ts-expect-error only reading
model.name = 'a'
// @ts-expect-error no such code
const wrong: ErrorCode = 'NO_SUCH_CODE'
console.log(wrong)

const runtime: RuntimeInfo = await detectRuntime()
if (runtime.bridge === 'none') console.log(runtime.reason)
const id: number = await storeModel(new Uint8Array(1), 0, { signal: controller.signal })
const quick: CallOptions = { signal: controller.signal }
const tensor: Float32Array = await getTensor(id, 'name', quick)
const imports: HostImports = hostImports(
  { buffer: new ArrayBuffer(65536) },
  { models: [id], maxTokens: tensor.length },
)
const env: HostFunctions = imports.env
const read: number = env.realm_get_tensor_range(id, 0, 4, 0n, 1, 8, 4)
console.log(read, imports.lastError()?.code)
imports.close()
// @ts-expect-error a function of the table that takes one more
env.realm_open_session(id)

const key: KeyEntry = { name: 'app', sha256: 'a'.repeat(64), requestsPerMinute: 60 }
const served: HandlerOptions = {
  models: { small: 'smollm2-135m-instruct', large: { source: 'hf:owner/repo', contextLength: 4096 } },
  keepAlive: 60_000,
  maxLoaded: 1,
  keys: [key],
  limits: { bodyBytes: 1000, requestMs: 60_000 },
  cors: '*',
}
const handler: Handler = createHandler(served)
const response: Promise<Response> = handler.fetch(new Request('http://localhost/v1/models'))
await response
await handler.close({ abort: true })

const add = { type: 'object', properties: { a: { type: 'integer' } } } as const
const typed = {
  '~standard': {
    version: 1 as const,
    vendor: 'test',
    types: undefined as undefined | { input: { city: string }; output: { city: string } },
    jsonSchema: { input: () => ({}) },
  },
}
const chat: Chat = model.chat({
  system: 'a',
  tools: {
    plain: { parameters: add, execute: (args, { signal, id }) => [args.a, signal.aborted, id.length] },
    weather: { description: 'b', parameters: typed, execute: async ({ city }) => city.length },
    handedOut: { parameters: typed },
  },
  toolChoice: { tool: 'weather' },
  maxRounds: 3,
  reasoning: { budget: 100, effort: 'low' },
  onOverflow: (messages, { promptTokens, maxPromptTokens }) =>
    promptTokens > maxPromptTokens ? messages.slice(-2) : messages,
})
// @ts-expect-error a number is no city
model.chat({ tools: { weather: { parameters: typed, execute: ({ city }) => city.toFixed() } } })
const sent: ChatResult = await chat.send('a', { toolChoice: 'none', maxTokens: 1 })
const calls: ToolCall[] = sent.toolCalls ?? []
const chosen: { value?: 'yes' | 'no' } = await chat.send(
  { role: 'tool', tool_call_id: calls[0].id, content: 'a' },
  { format: { choices: ['yes', 'no'] as const } },
)
for await (const event of chat.stream('a').events()) {
  if (event.type === 'toolCall') console.log(event.name, event.arguments, event.index, event.id)
  else if (event.type === 'toolResult' && 'error' in event) console.log(event.error)
  else if (event.type === 'finish') console.log(event.result.rounds, event.result.messages.length)
}
const said: Message[] = [...chat.messages, ...chat.undo()]
await using fork: Chat = await chat.fork()
await fork.save('a.chat')
await using restored: Chat = await model.restoreChat('a.chat', { temperature: 0, onOverflow: 'dropOldest' })
const thought: string | undefined = (await model.generate(said, { tools: {}, reasoning: false })).reasoning
console.log(chosen.value, restored.messages, thought)

const provider = createRealm({ load: { contextLength: 512 } })
const version: 'v4' = provider(model, { minP: 0.1 }).specificationVersion
const older: 'v2' = createRealm({ specification: 'v2' }).languageModel('name').specificationVersion
const dimensions: number = (await provider.embeddingModel('name').doEmbed({ values: ['a'] })).embeddings[0]
  .length
console.log(version, older, dimensions)

const langChain = new ChatRealm({ model, temperature: 0 })
const reply: string = (await langChain.bindTools([]).invoke('a', { maxTokens: 1 })).text
const rows: number[][] = await new RealmEmbeddings({ model, dimensions: 8 }).embedDocuments(['a'])
const client = { listTools: async () => ({ tools: [] }), callTool: async () => ({ content: [] }) }
await using withServer: Chat = model.chat({ tools: await mcpTools(client) })
console.log(reply, rows, withServer.messages, model.thinks)

const asked: ModelJob = { kind: 'embed', texts: ['a'] }
const worker = createWorker('queue', model, { connection: { port: 6379 }, concurrency: 2 })
const queue = { name: worker.name } as Parameters<typeof readTokens>[0]
for await (const event of readTokens(queue, '1', { signal: controller.signal })) {
  if (event.type === 'text') console.log(event.text)
}
const cancelled: 'removed' | 'stopping' | 'over' | 'unknown' = await cancelJob(queue, '1', { reason: 'a' })
await worker.close(true)
console.log(asked, cancelled)
