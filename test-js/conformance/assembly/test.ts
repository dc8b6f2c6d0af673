// What the test gives a guest. This file's name is the module that it is imported from.

/** Takes a piece of text; returns whether the guest is to go on. */
export declare function piece(pointer: u32, length: u32): bool
