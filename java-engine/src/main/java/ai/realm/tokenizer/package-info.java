/**
 * Text to token ids and back: byte-pair encoding, SentencePiece's models and WordPiece, from a
 * file's metadata. Text of users is never read as special tokens unless it was said to be.
 */
package ai.realm.tokenizer;
