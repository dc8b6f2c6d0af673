/**
 * The error codes and the one exception that is meant for users. JavaScript and the host functions
 * have the same codes under the same names; it knows no other package.
 */
package ai.realm.error;
