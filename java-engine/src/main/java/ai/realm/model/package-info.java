/**
 * The forward pass, the same for every architecture: {@link ai.realm.model.Models} loads a file,
 * {@code Forward} takes the rows of a {@link ai.realm.model.Batch} through the blocks of a {@code
 * Network}. What an architecture is like is said in {@code arch}, in the parts of {@code net}; what
 * a sequence keeps is in {@code cache}.
 */
package ai.realm.model;
