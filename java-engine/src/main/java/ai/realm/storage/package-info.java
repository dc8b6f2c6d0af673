/**
 * Models that guests work with, by id: each content is kept once, however many ids and tenants
 * refer to it, and released with the last lease. Dequantized tensors are cached within a budget of
 * bytes.
 */
package ai.realm.storage;
