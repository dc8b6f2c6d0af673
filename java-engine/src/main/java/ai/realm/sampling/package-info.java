/**
 * Logits to the id of a token: bias, penalties, the filters top-k, top-p and min-p, a draw. Each
 * text has a sampler and random numbers of its own.
 */
package ai.realm.sampling;
