import { chatCompletions } from './openai/chatCompletions.js'
import { completions } from './openai/completions.js'
import { embeddings } from './openai/embeddings.js'
import { getModel, listModels } from './openai/models.js'
import { rerank } from './openai/rerank.js'
import { openapi } from './openapi.js'
import { health, ready } from './probes.js'
import { metrics } from './telemetry/metricsEndpoint.js'

/** @import { Endpoint } from './Endpoint.js' */

/** All that a server answers. @type {readonly Endpoint[]} */
export const endpoints = [
  listModels,
  getModel,
  chatCompletions,
  completions,
  embeddings,
  rerank,
  health,
  ready,
  metrics,
  openapi,
]
