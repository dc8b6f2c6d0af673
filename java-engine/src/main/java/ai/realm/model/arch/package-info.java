/**
 * How the files of each architecture are read: keys and tensor names become the parts of {@link
 * ai.realm.model.net}. One file an architecture, and {@link ai.realm.model.arch.Architectures} is
 * the table. No other package knows an architecture's keys.
 */
package ai.realm.model.arch;
