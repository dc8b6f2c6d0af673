/** @import { Addon } from './Bridge.js' */

/**
 * What stands in for the addon in an app that `realm run` has started: Java is there already, since Node runs in it.
 *
 * @returns {Omit<Addon, 'start'> & { start(): Promise<void> } | undefined} undefined in a program of the usual Node
 */
export function javetAddon() {
  return /** @type {any} */ (process)[Symbol.for('realm-ai.javet')]
}
