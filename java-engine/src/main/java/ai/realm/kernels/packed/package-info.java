/**
 * The repacked forms of weights that the vector and the native kernels share: groups of 16 rows,
 * whose words lie in the order in which a product reads them.
 */
package ai.realm.kernels.packed;
