/**
 * Fields that clients send and that have no effect here: `ignored` ones change nothing that a client could rely on, and are
 * named in the header `realm-ignored`; `refused` ones would, and are a status 400 that says `why`, `unless` the value is one
 * that asks for nothing.
 *
 * @typedef {{ ignored: readonly string[], refused: Readonly<Record<string, Refused>> }} WithoutEffect
 */

/** @typedef {{ why: string, unless?: (value: unknown) => boolean }} Refused */

/** Who asks, what for, and how it is billed and stored elsewhere. */
const BOOKKEEPING = ['user', 'metadata', 'store', 'service_tier', 'safety_identifier']

/** Caches here find what prompts have in common by themselves. */
const CACHING = ['prompt_cache_key', 'prompt_cache_retention', 'prompt_cache_options', 'prediction']

const isEmptyList = (/** @type {unknown} */ value) => Array.isArray(value) && value.length === 0

/** @type {Refused} */
const IMAGES = {
  why: 'models here read and write text alone.',
  unless: (value) => JSON.stringify(value) === '["text"]',
}

/** @type {Refused} */
const LEGACY_TOOLS = {
  why: 'functions were followed by tools: send tools and tool_choice.',
  unless: isEmptyList,
}

/** Of Anthropic's messages. */
const ANTHROPIC = [
  ...[
    'metadata',
    'service_tier',
    'cache_control',
    'inference_geo',
    'speed',
    'diagnostics',
    'betas',
    'billing_policy',
  ],
  ...[
    'context_management',
    'compaction',
    'user_profile_id',
    'workspace_id',
    'fallbacks',
    'fallback_credit_token',
  ],
]

/** What needs something that is kept between requests, or somebody else to be called. @type {Readonly<Record<string, Refused>>} */
const ANTHROPIC_REFUSED = {
  container: { why: 'nothing is kept between requests here.' },
  thread: { why: 'nothing is kept between requests here.' },
  mcp_servers: { why: 'nothing is called from here.', unless: isEmptyList },
}

/** The one table of fields without effect, by endpoint. */
export const withoutEffect = /** @satisfies {Record<string, WithoutEffect>} */ ({
  chatCompletions: {
    ignored: [...BOOKKEEPING, ...CACHING, 'verbosity', 'moderation'],
    refused: {
      audio: { why: 'models here make no speech.' },
      modalities: IMAGES,
      functions: LEGACY_TOOLS,
      function_call: { ...LEGACY_TOOLS, unless: (value) => value === 'none' },
      web_search_options: { why: 'nothing is searched in the web here.' },
    },
  },
  inputTokens: {
    ignored: ['parallel_tool_calls', 'reasoning', 'tool_choice', 'truncation', 'personality'],
    refused: { conversation: { why: 'conversations are not kept here: send previous_response_id.' } },
  },
  completions: {
    ignored: [...BOOKKEEPING, ...CACHING],
    refused: {
      best_of: { why: 'all answers are given: send n.', unless: (value) => value === 1 },
    },
  },
  responses: {
    ignored: [
      ...BOOKKEEPING.filter((name) => name !== 'metadata' && name !== 'store'),
      ...CACHING,
      ...[
        'access_programs',
        'background_options',
        'client_metadata',
        'image',
        'max_tool_calls',
        'moderation',
      ],
    ],
    refused: {
      conversation: { why: 'conversations are not kept here: send previous_response_id.' },
      prompt: { why: 'no prompts are kept here: send input and instructions.' },
      context_management: { why: 'nothing is left out of a conversation here.', unless: isEmptyList },
      truncation: {
        why: 'nothing is left out of a conversation here.',
        unless: (value) => value === 'disabled',
      },
    },
  },
  messages: { ignored: ANTHROPIC, refused: ANTHROPIC_REFUSED },
  countTokens: { ignored: [...ANTHROPIC, 'tool_choice', 'max_tokens'], refused: ANTHROPIC_REFUSED },
  ollama: { ignored: [], refused: {} },
  ollamaGenerate: {
    ignored: ['width', 'height', 'steps'],
    refused: {
      template: {
        why: 'the chat template is that of the model: send raw and the whole prompt.',
        unless: (value) => value === '',
      },
      context: { why: 'a conversation is sent as messages to /api/chat.', unless: isEmptyList },
      images: { why: 'models here read text alone.', unless: isEmptyList },
    },
  },
  ollamaShow: { ignored: ['system', 'template', 'options'], refused: {} },
  infill: {
    ignored: ['id_slot'],
    refused: {
      prompt: {
        why: 'the middle begins where input_prefix ends: put it there.',
        unless: (value) => value === '',
      },
    },
  },
  llamaServer: { ignored: ['id_slot'], refused: {} },
  decisions: { ignored: ['prompt_cache_key', 'prompt_cache_options', 'safety_identifier'], refused: {} },
  embeddings: { ignored: ['user'], refused: {} },
  rerank: { ignored: ['user', 'max_tokens_per_doc', 'max_chunks_per_doc', 'truncate'], refused: {} },
})
