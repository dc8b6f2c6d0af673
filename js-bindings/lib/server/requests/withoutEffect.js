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
      tools: { why: 'not called here.', unless: isEmptyList },
      tool_choice: {
        why: 'no tools are called here.',
        unless: (value) => value === 'none' || value === 'auto',
      },
      parallel_tool_calls: { why: 'no tools are called here.', unless: () => true },
    },
  },
  completions: {
    ignored: [...BOOKKEEPING, ...CACHING],
    refused: {
      best_of: { why: 'all answers are given: send n.', unless: (value) => value === 1 },
      suffix: { why: 'texts are continued here, not filled in.', unless: (value) => value === '' },
    },
  },
  embeddings: { ignored: ['user'], refused: {} },
  rerank: { ignored: ['user', 'max_tokens_per_doc', 'max_chunks_per_doc', 'truncate'], refused: {} },
})
