package ai.realm.model.cache;

import java.lang.foreign.MemorySegment;

/**
 * Some rows of a sequence in a step, from one state of a recurrent layer that is kept to the next.
 *
 * @param row the first of them, from the first of the sequence's in the step
 * @param count how many, at least 1
 * @param before the layer's state before the first of them, f32; not to be written, unless it is
 *     {@code after}
 * @param after receives the state behind the last of them; within the stretch it may be used as the
 *     layer likes
 */
public record Stretch(int row, int count, MemorySegment before, MemorySegment after) {}
