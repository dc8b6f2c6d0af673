import { countTokens } from './anthropic/countTokens.js'
import { messages } from './anthropic/messages.js'
import { applyTemplate } from './llamaServer/applyTemplate.js'
import { infill } from './llamaServer/infill.js'
import { props, slots } from './llamaServer/state.js'
import { detokenize, tokenize } from './llamaServer/tokens.js'
import { chat } from './ollama/chat.js'
import { embed, embedOne } from './ollama/embed.js'
import { generate } from './ollama/generate.js'
import { ps, pull, show, tags, version } from './ollama/models.js'
import { chatCompletions } from './openai/chatCompletions.js'
import { completions } from './openai/completions.js'
import { decisions } from './openai/decisions.js'
import { embeddings } from './openai/embeddings.js'
import { getModel, listModels } from './openai/models.js'
import { rerank } from './openai/rerank.js'
import { openapi } from './openapi.js'
import { health, ready } from './probes.js'
import { createResponse } from './responses/createResponse.js'
import {
  cancelResponse,
  deleteResponse,
  getResponse,
  inputItems,
  inputTokens,
} from './responses/storedResponses.js'
import { stats } from './stats.js'
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
  decisions,
  createResponse,
  inputTokens,
  getResponse,
  deleteResponse,
  cancelResponse,
  inputItems,
  messages,
  countTokens,
  chat,
  generate,
  embed,
  embedOne,
  tags,
  ps,
  show,
  pull,
  version,
  tokenize,
  detokenize,
  applyTemplate,
  infill,
  props,
  slots,
  health,
  ready,
  metrics,
  stats,
  openapi,
]
