// The guest that computes by itself, with weights on demand.

import { unloadModel, use } from './guest'
import { Hyperparameters } from './Hyperparameters'
import { OnDemandModel } from './OnDemandModel'

export { failure } from './failure'
export {
  allocate,
  begin,
  decodeText,
  generate,
  ids,
  nextToken,
  promptTokens,
  release,
  text,
  unloadModel,
} from './guest'

/** Loads the model that the host has under an id, for at most so many tokens of prompt and answer together. */
export function loadModel(id: i32, contextLength: i32): void {
  unloadModel()
  use(new OnDemandModel(id, new Hyperparameters(id), contextLength))
}
