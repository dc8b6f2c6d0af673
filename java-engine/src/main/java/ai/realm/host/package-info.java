/**
 * The host functions, as docs/host-functions.md has them: one Java class a group, checked memory of
 * a guest, and what each tenant was granted. The addon, Javet, GraalJS and GraalWasm are adapters
 * to this package.
 */
package ai.realm.host;
