/**
 * What crosses to JavaScript and to guests as JSON: arguments with their checks, options, results,
 * metadata.
 */
package ai.realm.json;
