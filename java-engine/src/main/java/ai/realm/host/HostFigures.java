package ai.realm.host;

/**
 * What a host holds at a moment, for those who look for leaks and measure.
 *
 * @param models stored contents, each once
 * @param copiedBytes of those that were copied from memory
 * @param cachedBytes of dequantized tensors
 * @param cacheHits reads that found their tensor dequantized
 * @param cacheMisses reads that had to dequantize a tensor, which was kept
 */
public record HostFigures(
    int models, long copiedBytes, long cachedBytes, long cacheHits, long cacheMisses) {}
