/**
 * What a comparison runs on.
 *
 * @typedef {object} BenchOptions
 * @property {string} model a catalog name, a path, hf:owner/repo/file or a URL
 * @property {number} threads threads that compute, on both sides
 * @property {number} pairs how many times both sides are measured
 * @property {string} [kernels] Realm's kernels (`REALM_KERNELS`); default those that it chooses
 * @property {string} [only] the figures that are wanted, by their groups or ids, with commas between them; default all
 * @property {number} [busy] how many other processes keep the cores busy while decoding is measured again; default none
 * @property {boolean} [json] whether all is printed as one line of JSON instead of a table
 * @property {string} [plot] the file that the plot of the ratios is written to; default none
 */

export {}
