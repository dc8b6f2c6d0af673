/**
 * The arithmetic of a forward pass. {@link ai.realm.kernels.Kernels} is the interface, with scalar
 * methods that are the truth, vector ones in Java and native ones in C; {@link
 * ai.realm.kernels.KernelProvider} chooses one for the process and says why. {@link
 * ai.realm.kernels.Products} divides matrix products among the threads of a {@link
 * ai.realm.kernels.WorkerPool}. docs/kernels.md has the design and the words.
 */
package ai.realm.kernels;
