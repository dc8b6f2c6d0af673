// The types of index.cjs: those of the ES module, but that its classes serve `instanceof` alone.
import type * as realm from './index.js' with { 'resolution-mode': 'import' }

interface StandIn<Instance> extends CallableFunction {
  readonly prototype: Instance
}

export const closeSession: typeof realm.closeSession
export const computeLogits: typeof realm.computeLogits
export const createGuest: typeof realm.createGuest
export const detectRuntime: typeof realm.detectRuntime
export const embedTokens: typeof realm.embedTokens
export const forwardLayer: typeof realm.forwardLayer
export const getModelInfo: typeof realm.getModelInfo
export const getTensor: typeof realm.getTensor
export const hostImports: typeof realm.hostImports
export const loadModel: typeof realm.loadModel
export const openSession: typeof realm.openSession
export const removeModel: typeof realm.removeModel
export const storeModel: typeof realm.storeModel
export const AbortError: StandIn<realm.AbortError>
export const Guest: StandIn<realm.Guest>
export const Model: StandIn<realm.Model>
export const RealmError: StandIn<realm.RealmError>

export type AbortError = realm.AbortError
export type Guest = realm.Guest
export type Model = realm.Model
export type RealmError = realm.RealmError
export type ApplyTemplateOptions = realm.ApplyTemplateOptions
export type CallOptions = realm.CallOptions
export type DisposeOptions = realm.DisposeOptions
export type EmbedOptions = realm.EmbedOptions
export type EmbedResult = realm.EmbedResult
export type ErrorCode = realm.ErrorCode
export type FinishReason = realm.FinishReason
export type GenerateOptions = realm.GenerateOptions
export type GenerateResult = realm.GenerateResult
export type GuestGrants = realm.GuestGrants
export type GuestLimits = realm.GuestLimits
export type GuestOptions = realm.GuestOptions
export type GuestMemory = realm.GuestMemory
export type HostFunctions = realm.HostFunctions
export type HostImports = realm.HostImports
export type HostImportsOptions = realm.HostImportsOptions
export type LoadOptions = realm.LoadOptions
export type LoadProgress = realm.LoadProgress
export type Message = realm.Message
export type ModelInfo = realm.ModelInfo
export type ModelSource = realm.ModelSource
export type Prompt = realm.Prompt
export type RuntimeInfo = realm.RuntimeInfo
export type StoreOptions = realm.StoreOptions
export type TextStream = realm.TextStream
export type TextPart = realm.TextPart
export type Timings = realm.Timings
export type TokenizeOptions = realm.TokenizeOptions
export type Usage = realm.Usage
