/**
 * Grammars in GBNF, the notation of llama.cpp: rules of texts, of other rules and of repetitions.
 */
package ai.realm.constraint.gbnf;
