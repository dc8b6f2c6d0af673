import { checkNode } from './checkNode.js'

export { createGuest } from './createGuest.js'
export { detectRuntime } from './detectRuntime.js'
export { AbortError } from './errors/AbortError.js'
export { RealmError } from './errors/RealmError.js'
export { estimateModel } from './estimateModel.js'
export { Guest } from './guest/Guest.js'
export { hostImports } from './hostImports.js'
export { loadModel } from './loadModel.js'
export { Model } from './Model.js'
export {
  closeSession,
  computeLogits,
  embedTokens,
  forwardLayer,
  getModelInfo,
  getTensor,
  openSession,
  removeModel,
  storeModel,
} from './storedModels.js'
export { mcpTools } from './tools/mcpTools.js'

checkNode()

/**
 * @typedef {import('./types.d.ts').AdaptivePOptions} AdaptivePOptions
 * @typedef {import('./types.d.ts').DecideOptions} DecideOptions
 * @typedef {import('./types.d.ts').Decision} Decision
 * @typedef {import('./types.d.ts').DecisionQuestion} DecisionQuestion
 * @typedef {import('./types.d.ts').DryOptions} DryOptions
 * @typedef {import('./types.d.ts').DynamicTemperatureOptions} DynamicTemperatureOptions
 * @typedef {import('./errors/RealmError.js').ErrorCode} ErrorCode
 * @typedef {import('./types.d.ts').InfillFile} InfillFile
 * @typedef {import('./types.d.ts').InfillOptions} InfillOptions
 * @typedef {import('./types.d.ts').MirostatOptions} MirostatOptions
 * @typedef {import('./types.d.ts').TextPiece} TextPiece
 * @typedef {import('./generation/TextStream.js').TextStream} TextStream
 * @typedef {import('./hostImports.js').HostImports} HostImports
 * @typedef {import('./types.d.ts').ApplyTemplateOptions} ApplyTemplateOptions
 * @typedef {import('./types.d.ts').CallOptions} CallOptions
 * @typedef {import('./chat/Chat.js').Chat} Chat
 * @typedef {import('./types.d.ts').ChatOptions} ChatOptions
 * @typedef {import('./types.d.ts').ChatResult} ChatResult
 * @typedef {import('./types.d.ts').Choice} Choice
 * @typedef {import('./types.d.ts').DisposeOptions} DisposeOptions
 * @typedef {import('./types.d.ts').EmbedOptions} EmbedOptions
 * @typedef {import('./types.d.ts').EmbedResult} EmbedResult
 * @typedef {import('./types.d.ts').EstimateOptions} EstimateOptions
 * @typedef {import('./source/fetchFile.js').FetchProgress} FetchProgress
 * @typedef {import('./types.d.ts').FinishReason} FinishReason
 * @typedef {import('./types.d.ts').GenerateOptions} GenerateOptions
 * @typedef {import('./types.d.ts').GenerateResult} GenerateResult
 * @typedef {import('./types.d.ts').GuestGrants} GuestGrants
 * @typedef {import('./types.d.ts').GuestLimits} GuestLimits
 * @typedef {import('./types.d.ts').GuestMemory} GuestMemory
 * @typedef {import('./types.d.ts').GuestOptions} GuestOptions
 * @typedef {import('./types.d.ts').HostFunctions} HostFunctions
 * @typedef {import('./types.d.ts').HostImportsOptions} HostImportsOptions
 * @typedef {import('./types.d.ts').LoadOptions} LoadOptions
 * @typedef {import('./types.d.ts').LoadProgress} LoadProgress
 * @typedef {import('./types.d.ts').Message} Message
 * @typedef {import('./types.d.ts').ModelEstimate} ModelEstimate
 * @typedef {import('./types.d.ts').ModelInfo} ModelInfo
 * @typedef {import('./types.d.ts').ModelSource} ModelSource
 * @typedef {import('./types.d.ts').ModelStats} ModelStats
 * @typedef {import('./types.d.ts').OverflowStrategy} OverflowStrategy
 * @typedef {import('./types.d.ts').Prompt} Prompt
 * @typedef {import('./types.d.ts').RankedDocument} RankedDocument
 * @typedef {import('./types.d.ts').RankOptions} RankOptions
 * @typedef {import('./types.d.ts').RankResult} RankResult
 * @typedef {import('./types.d.ts').Reasoning} Reasoning
 * @typedef {import('./types.d.ts').RuntimeInfo} RuntimeInfo
 * @typedef {import('./Sequence.js').Sequence} Sequence
 * @typedef {import('./types.d.ts').SendOptions} SendOptions
 * @typedef {import('./types.d.ts').SequenceOptions} SequenceOptions
 * @typedef {import('./types.d.ts').StoreOptions} StoreOptions
 * @typedef {import('./types.d.ts').StreamEvent} StreamEvent
 * @typedef {import('./types.d.ts').StreamOptions} StreamOptions
 * @typedef {import('./types.d.ts').TextPart} TextPart
 * @typedef {import('./types.d.ts').Timings} Timings
 * @typedef {import('./types.d.ts').TokenizeOptions} TokenizeOptions
 * @typedef {import('./types.d.ts').TokenLogprob} TokenLogprob
 * @typedef {import('./types.d.ts').TokenProbability} TokenProbability
 * @typedef {import('./types.d.ts').Tool} Tool
 * @typedef {import('./types.d.ts').ToolCall} ToolCall
 * @typedef {import('./types.d.ts').ToolChoice} ToolChoice
 * @typedef {import('./types.d.ts').ToolContext} ToolContext
 * @typedef {import('./types.d.ts').Tools} Tools
 * @typedef {import('./types.d.ts').Usage} Usage
 * @typedef {import('./types.d.ts').WatchStatsOptions} WatchStatsOptions
 * @typedef {import('./types.d.ts').XtcOptions} XtcOptions
 */
