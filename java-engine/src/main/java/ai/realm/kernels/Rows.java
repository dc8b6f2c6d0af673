package ai.realm.kernels;

/**
 * How the rows of activations go through a product. By their role, never by their number: the bits
 * of a result then depend neither on what else is computed in the same step, nor on how a prompt
 * was cut.
 */
public enum Rows {
  /** Each as if it were alone, with the sums of decode: the tokens of a text. */
  EACH,

  /** Those of a step together, with the sums of prefill, even if it is only one: a prompt's. */
  TOGETHER
}
