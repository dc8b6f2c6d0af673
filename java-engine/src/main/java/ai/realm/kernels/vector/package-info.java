/**
 * Kernels for Java's Vector API, for vectors of any length: a file for each packed layout has its
 * product with one row, and how it becomes the panels of f32 that several rows are multiplied with.
 */
package ai.realm.kernels.vector;
