/**
 * What a measuring process is told, as JSON in its first argument. It prints its figures as JSON.
 *
 * @typedef {object} GuestJob
 * @property {string} model the path of the GGUF file that generates
 * @property {string} tensors the path of the GGUF file with the Q4_K tensors
 * @property {string[]} tensorNames theirs
 * @property {number} tensorValues of each of them
 * @property {'onDemand' | 'forwardLayer'} [guest] which guest of the example is measured
 * @property {number} guests how many run at a time where several do
 * @property {number} tokens that each of them makes where the speed is measured
 */

export {}
