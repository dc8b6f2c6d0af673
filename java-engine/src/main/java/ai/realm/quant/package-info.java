/**
 * The block formats of tensors, one file each, which opens with the layout of a block: how its
 * bytes become f32. This is what all kernels are held to, and what guests get; it is right first
 * and fast second.
 */
package ai.realm.quant;
