/**
 * What a sequence keeps from step to step: keys and values in pages of 64 positions, of a sliding
 * window only the pages that it reaches into.
 */
package ai.realm.model.cache;
