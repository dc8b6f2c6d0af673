/**
 * The API for Java programs: {@link ai.realm.Realm} loads a {@link ai.realm.Model}, starts a Node
 * app in Javet, or opens a guest. Everything below these types may change; they do not.
 */
package ai.realm;
