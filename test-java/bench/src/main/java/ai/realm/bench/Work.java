package ai.realm.bench;

/**
 * What one operation of a benchmark has to do at least.
 *
 * @param bytes that it reads and writes in memory
 * @param flops additions and multiplications of floating-point numbers; 0 where they are not
 *     counted
 */
public record Work(double bytes, double flops) {}
