package ai.realm.engine;

/**
 * How long a generation took. The speeds count the time of its own steps, not that of other
 * generations on the same model between them.
 *
 * @param firstTokenMs milliseconds from the request to the first sampled token, waiting included; 0
 *     if it never came
 * @param prefillTokensPerSecond tokens of the prompt a second; 0 before the first step
 * @param decodeTokensPerSecond sampled tokens after the first a second; 0 where there were none
 */
public record Timings(
    double firstTokenMs, double prefillTokensPerSecond, double decodeTokensPerSecond) {}
