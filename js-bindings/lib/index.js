export { AbortError } from './errors/AbortError.js'
export { RealmError } from './errors/RealmError.js'
export { hostImports } from './hostImports.js'
export { loadModel } from './loadModel.js'
export { Model } from './Model.js'

/**
 * @typedef {import('./errors/RealmError.js').ErrorCode} ErrorCode
 * @typedef {import('./generation/GenerateOptions.js').GenerateOptions} GenerateOptions
 * @typedef {import('./generation/GenerateResult.js').GenerateResult} GenerateResult
 * @typedef {import('./generation/GenerateResult.js').Usage} Usage
 * @typedef {import('./generation/GenerateResult.js').FinishReason} FinishReason
 * @typedef {import('./generation/GenerateResult.js').Timings} Timings
 * @typedef {import('./generation/TextStream.js').TextStream} TextStream
 * @typedef {import('./host/GuestMemory.js').GuestMemory} GuestMemory
 * @typedef {import('./host/HostFunctions.js').HostFunctions} HostFunctions
 * @typedef {import('./host/HostImports.js').HostImports} HostImports
 * @typedef {import('./host/HostImportsOptions.js').HostImportsOptions} HostImportsOptions
 * @typedef {import('./loading/LoadOptions.js').LoadOptions} LoadOptions
 * @typedef {import('./loading/LoadOptions.js').LoadProgress} LoadProgress
 * @typedef {import('./loading/LoadOptions.js').ModelSource} ModelSource
 * @typedef {import('./prompt/Message.js').Message} Message
 * @typedef {import('./prompt/Message.js').Prompt} Prompt
 * @typedef {import('./Vocabulary.js').TokenizeOptions} TokenizeOptions
 */
