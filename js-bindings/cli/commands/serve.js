import { Command } from 'commander'
import { invalidArgument } from '../../lib/arguments/checks.js'
import { loadCommandModel } from '../commandModel.js'
import { addModelOptions, parseNumber } from '../options/addModelOptions.js'
import { isLoopback } from '../server/refuseStrangers.js'
import { printable } from '../terminal/print.js'
import { untilInterrupted } from '../terminal/untilInterrupted.js'

/** @import { Model } from '../../lib/Model.js' */
/** @import { HandlerOptions, ServedModel } from '../../lib/server/types.d.ts' */
/** @import { ServeConfig } from '../server/readServeConfig.js' */

/** Of the settings, those that say how a model is loaded. */
const LOADING = /** @type {const} */ ([
  'contextLength',
  'threads',
  'kvCache',
  'cacheMb',
  'parallel',
  'overcommit',
])

/** `realm serve`: models for the clients of OpenAI, Anthropic, Ollama and llama-server. */
export function serveCommand() {
  const command = new Command('serve')
    .description('answer the clients of OpenAI, Anthropic, Ollama and llama-server over HTTP')
    .argument(
      '[models...]',
      'the models, as for --model of other commands; the first one is for requests that name none',
    )
    .option('--embedding <model>', 'one more, for embeddings that name none')
    .option('--config <file>', 'a file of JSON or YAML with these options, by their names in camelCase')
  addModelOptions(command, { named: false })
    .option(
      '--draft <model>',
      'a smaller model with the same tokens, which guesses the texts of the first model: they are the same, and mostly sooner there',
    )
    .option('--parallel <n>', 'texts of a model that run at the same time (default: 64)', parseNumber)
    .option(
      '--keep-alive <ms>',
      'load models when they are asked for, and unload them so long after their last use',
      parseNumber,
    )
    .option('--max-loaded <n>', 'load models when they are asked for, and so many at a time', parseNumber)
  return command
    .optionsGroup('The server:')
    .option('--host <address>', 'where it listens (default: 127.0.0.1, for this machine alone)')
    .option('--port <n>', 'where it listens; 0 takes any (default: 8080)', parseNumber)
    .option('--key-file <file>', 'who may ask: keys by their SHA-256 sums, in JSON or YAML')
    .option('--insecure', 'listen without keys also where other machines can ask')
    .option('--cors <origin...>', 'origins whose pages may ask; * for all')
    .option('--no-page', 'have no page to chat with at /')
    .option('--log-prompts', 'write prompts and answers to the log, too')
    .addHelpText(
      'after',
      `
Examples:
  realm serve smollm2-135m-instruct --embedding all-minilm-l6-v2
  realm serve hf:owner/repo:Q4_K_M --host 0.0.0.0 --key-file keys.yaml

The log goes to stdout, a line of JSON a request. SIGTERM and Ctrl-C have it take no more, and end once the answers at work
are whole; a second one stops them.`,
    )
    .action(run)
}

/**
 * @param {string[]} models
 * @param {ServeConfig & { config?: string }} flags
 */
async function run(models, { config: file, page, ...flags }) {
  // Loaded late: no other command needs them.
  const [{ createHandler }, { pino }, { readServeConfig }, { startServer }] = await Promise.all([
    import('../../lib/server/createHandler.js'),
    import('pino'),
    import('../server/readServeConfig.js'),
    import('../server/startServer.js'),
  ])
  const said = file === undefined ? {} : readServeConfig(file)
  // The flag can only take the page away.
  const config = { ...said, ...flags, page: page === false ? false : (said.page ?? true) }
  const { host = '127.0.0.1', port = 8080, keyFile, keys = keyFile, insecure = false, cors } = config
  if (keys === undefined && !insecure && !isLoopback(host)) {
    throw invalidArgument(
      '--host',
      host,
      '127.0.0.1 or --key-file',
      'Without keys everybody who reaches this machine may ask; --insecure allows that.',
    )
  }
  const asked = [...modelsOf(models.length > 0 ? models : (config.models ?? [])), ...embeddingOf(config)]
  if (asked.length === 0) throw invalidArgument('MODEL', undefined, 'at least one model', 'See: realm list')
  const settings = Object.fromEntries(LOADING.map((name) => [name, config[name]]))
  const onDemand = config.keepAlive !== undefined || config.maxLoaded !== undefined
  const served = await untilInterrupted(async (signal) => {
    /** @type {Map<string, Model | ServedModel>} */
    const found = new Map()
    for (const [index, [name, model]] of asked.entries()) {
      const draft = index === 0 ? config.draft : undefined
      const setting = { ...settings, draft, ...model }
      if (onDemand) found.set(name ?? String(setting.source), setting)
      else {
        const loaded = await loadCommandModel(
          { .../** @type {any} */ (setting), model: setting.source },
          signal,
        )
        found.set(name ?? loaded.name, loaded)
      }
    }
    return found
  })
  const origins = typeof cors === 'string' ? [cors] : cors
  const log = pino({ base: null })
  const handler = createHandler({
    models: Object.fromEntries(served),
    embedding: config.embedding === undefined ? undefined : [...served.keys()].at(-1),
    keys,
    cors: origins,
    limits: config.limits,
    keepAlive: config.keepAlive,
    maxLoaded: config.maxLoaded,
    metrics: config.metrics,
    page: config.page,
    logPrompts: config.logPrompts,
    log,
  })
  const guarded = keys === undefined && !insecure
  const server = await startServer(handler, { host, port, guarded, origins: origins ?? [] })
  // Who reads that it listens may end it at once.
  const ending = drained(handler)
  process.stderr.write(`${printable([...served.keys()].join(', '))} at ${server.url}\n`)
  await ending
  await server.close()
  await Promise.all([...served.values()].map((model) => ('dispose' in model ? model.dispose() : undefined)))
}

/**
 * Waits for a signal, and then for the answers at work.
 *
 * @param {import('../../lib/server/types.d.ts').Handler} handler
 * @returns {Promise<void>}
 */
function drained(handler) {
  return new Promise((resolve, reject) => {
    let signals = 0
    const end = () => {
      signals++
      handler.close({ abort: signals > 1 }).then(() => {
        process.off('SIGTERM', end)
        process.off('SIGINT', end)
        resolve()
      }, reject)
    }
    process.on('SIGTERM', end)
    process.on('SIGINT', end)
  })
}

/**
 * @param {readonly unknown[] | NonNullable<HandlerOptions['models']>} models as the command line or the file has them
 * @returns {[name: string | undefined, model: ServedModel][]}
 */
function modelsOf(models) {
  const named = Array.isArray(models) ? models.map((model) => [undefined, model]) : Object.entries(models)
  return named.map(([name, model]) => [name, typeof model === 'string' ? { source: model } : model])
}

/** @param {ServeConfig} config @returns {[undefined, ServedModel][]} */
function embeddingOf({ embedding }) {
  return embedding === undefined ? [] : [[undefined, { source: embedding }]]
}
