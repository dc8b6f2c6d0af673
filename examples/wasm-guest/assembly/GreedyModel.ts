import { Hyperparameters } from './Hyperparameters'

/** A model that always goes on with the most probable token. */
export abstract class GreedyModel {
  /**
   * @param id the host's id of the model
   * @param shape its shape
   * @param contextLength the most tokens of prompt and answer together
   */
  constructor(
    readonly id: i32,
    readonly shape: Hyperparameters,
    readonly contextLength: i32,
  ) {}

  /**
   * Takes in tokens and gives the most probable one behind them.
   *
   * @param ids (count) u32
   * @param count how many, at least 1
   * @param position of the first in the sequence: as many tokens as were taken in before
   */
  abstract nextToken(ids: usize, count: i32, position: i32): i32

  /** Gives back what it holds. */
  abstract close(): void
}
