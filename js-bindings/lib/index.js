export { closeSession } from './closeSession.js'
export { computeLogits } from './computeLogits.js'
export { createGuest } from './createGuest.js'
export { detectRuntime } from './detectRuntime.js'
export { embedTokens } from './embedTokens.js'
export { AbortError } from './errors/AbortError.js'
export { RealmError } from './errors/RealmError.js'
export { forwardLayer } from './forwardLayer.js'
export { getModelInfo } from './getModelInfo.js'
export { getTensor } from './getTensor.js'
export { Guest } from './guest/Guest.js'
export { hostImports } from './hostImports.js'
export { loadModel } from './loadModel.js'
export { Model } from './Model.js'
export { openSession } from './openSession.js'
export { removeModel } from './removeModel.js'
export { storeModel } from './storeModel.js'

/**
 * @typedef {import('./errors/RealmError.js').ErrorCode} ErrorCode
 * @typedef {import('./generation/GenerateOptions.js').GenerateOptions} GenerateOptions
 * @typedef {import('./generation/GenerateResult.js').GenerateResult} GenerateResult
 * @typedef {import('./generation/GenerateResult.js').Usage} Usage
 * @typedef {import('./generation/GenerateResult.js').FinishReason} FinishReason
 * @typedef {import('./generation/GenerateResult.js').Timings} Timings
 * @typedef {import('./generation/TextStream.js').TextStream} TextStream
 * @typedef {import('./guest/GuestOptions.js').GuestGrants} GuestGrants
 * @typedef {import('./guest/GuestOptions.js').GuestLimits} GuestLimits
 * @typedef {import('./guest/GuestOptions.js').GuestOptions} GuestOptions
 * @typedef {import('./host/GuestMemory.js').GuestMemory} GuestMemory
 * @typedef {import('./host/HostFunctions.js').HostFunctions} HostFunctions
 * @typedef {import('./host/HostImports.js').HostImports} HostImports
 * @typedef {import('./host/HostImportsOptions.js').HostImportsOptions} HostImportsOptions
 * @typedef {import('./loading/LoadOptions.js').LoadOptions} LoadOptions
 * @typedef {import('./loading/LoadOptions.js').LoadProgress} LoadProgress
 * @typedef {import('./loading/LoadOptions.js').ModelSource} ModelSource
 * @typedef {import('./prompt/Message.js').Message} Message
 * @typedef {import('./prompt/Message.js').Prompt} Prompt
 * @typedef {import('./RuntimeInfo.js').RuntimeInfo} RuntimeInfo
 * @typedef {import('./storage/CallOptions.js').CallOptions} CallOptions
 * @typedef {import('./storage/ModelInfo.js').ModelInfo} ModelInfo
 * @typedef {import('./storage/StoreOptions.js').StoreOptions} StoreOptions
 * @typedef {import('./Vocabulary.js').TokenizeOptions} TokenizeOptions
 */
