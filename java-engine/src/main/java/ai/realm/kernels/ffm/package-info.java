/**
 * The native kernels, called through FFM (JEP 454). Their sources are in java-engine/src/main/c,
 * whose README is their map; the numbers of layouts and the sizes that both sides use are checked
 * when the library is opened.
 */
package ai.realm.kernels.ffm;
