package ai.realm.engine;

import ai.realm.model.cache.PagePool;

/**
 * What a model does now, and did since it was loaded.
 *
 * @param running texts, and other work, that have a place
 * @param waiting those that wait for one
 * @param paused texts that go on once their reader has caught up
 * @param promptTokens tokens of prompts that were computed
 * @param textTokens tokens of texts that were made
 * @param promptTokensPerSecond lately
 * @param textTokensPerSecond lately, of all texts together
 * @param drafted tokens of texts that were guessed, and judged beside the one before them
 * @param accepted those of them that held
 * @param preemptions how often a text gave its part of the cache to an older one, and was computed
 *     again
 * @param cache the keys and values of all texts
 */
public record ModelStats(
    int running,
    int waiting,
    int paused,
    long promptTokens,
    long textTokens,
    double promptTokensPerSecond,
    double textTokensPerSecond,
    long drafted,
    long accepted,
    long preemptions,
    PagePool.Figures cache) {}
