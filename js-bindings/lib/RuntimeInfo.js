/**
 * What the engine runs on.
 *
 * @typedef {object} RuntimeInfo
 * @property {'addon' | 'javet' | 'none'} bridge how Java and Node share the process: Java in Node by the addon, Node in Java
 *   by Javet, or not at all, since the engine cannot start here
 * @property {string | null} java the version of Java; null for `none`
 * @property {string | null} kernels the arithmetic that was chosen for this machine; null for `none`
 * @property {string} reason why that was chosen; for `none`, all that was searched and what is missing
 */

export {}
