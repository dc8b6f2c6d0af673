package ai.realm.sampling;

/**
 * The most probable tokens at one position, the most probable first, the lowest id first of equals.
 *
 * @param ids the tokens
 * @param logProbabilities the natural logarithm of each one's probability among the whole
 *     vocabulary
 */
public record TopTokens(int[] ids, double[] logProbabilities) {}
