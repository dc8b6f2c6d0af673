/**
 * The truth: plain loops over dequantized rows, summed in f64. Every other provider is tested
 * against these methods.
 */
package ai.realm.kernels.scalar;
