/**
 * The methods that JavaScript calls, a class for each group: JSON in, work of the engine, JSON and
 * buffers out.
 */
package ai.realm.bridge.calls;
