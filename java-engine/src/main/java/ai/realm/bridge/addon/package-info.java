/** The door to plain Node: what the C++ of the addon calls through JNI. */
package ai.realm.bridge.addon;
