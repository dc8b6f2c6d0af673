/**
 * Guests in engines of the JVM: code that nobody has to trust, with grants, and limits of time and
 * memory. A guest engine is found by its name, so that an app without guests needs none of its
 * jars.
 */
package ai.realm.guest;
