/**
 * What every door to JavaScript has: jobs with their events, each of which ends exactly once, and
 * the calls that the doors answer.
 */
package ai.realm.bridge;
