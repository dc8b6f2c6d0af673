/**
 * GraalJS and GraalWasm as guest engines. Their classes are only loaded where the app brought their
 * jars.
 */
package ai.realm.guest.graal;
