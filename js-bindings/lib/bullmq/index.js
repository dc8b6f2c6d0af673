export { cancelJob } from './cancelJob.js'
export { createWorker } from './createWorker.js'
export { readTokens } from './readTokens.js'

/**
 * @typedef {import('./types.d.ts').EmbedJob} EmbedJob
 * @typedef {import('./types.d.ts').GenerateJob} GenerateJob
 * @typedef {import('./types.d.ts').JobEvent} JobEvent
 * @typedef {import('./types.d.ts').ModelJob} ModelJob
 * @typedef {import('./types.d.ts').ModelJobResult} ModelJobResult
 * @typedef {import('./types.d.ts').RankJob} RankJob
 * @typedef {import('./types.d.ts').ReadTokensOptions} ReadTokensOptions
 * @typedef {import('./types.d.ts').WorkerOptions} WorkerOptions
 */
