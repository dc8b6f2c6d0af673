/**
 * The door to Javet, Node inside Java: starts an app, has its event loop run, and hands it the same
 * calls as the addon.
 */
package ai.realm.bridge.javet;
