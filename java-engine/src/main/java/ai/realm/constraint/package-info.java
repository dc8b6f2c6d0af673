/**
 * What a text must be like: a grammar, compiled once, as a machine with a stack that takes bytes,
 * and for each place in a text the set of the tokens that may come next. Nothing that cannot be
 * enforced is compiled.
 */
package ai.realm.constraint;
