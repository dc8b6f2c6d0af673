/**
 * GGUF files (versions 2 and 3, in one part or split) to typed metadata and tensor descriptions.
 * Nothing is copied: a tensor is a slice of the mapped file. All sizes, counts and offsets are
 * checked here, against hostile files, too; whoever is above may rely on them.
 */
package ai.realm.gguf;
