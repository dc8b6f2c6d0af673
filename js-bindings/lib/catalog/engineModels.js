/**
 * What the engine runs: architectures, and the types of tensors by name, each with its number, the values of a block and
 * the bytes of a block. `otherTypes` names those that it does not read. A test holds this list to the engine's sources.
 *
 * @type {{ architectures: string[], tensorTypes: Record<string, { id: number, values: number, bytes: number }>,
 *   otherTypes: Record<string, number> }}
 */
export const engineModels = {
  architectures: [
    'bert',
    'gemma-embedding',
    'gemma2',
    'gemma3',
    'granite',
    'llama',
    'mistral3',
    'nomic-bert',
    'olmo2',
    'phi3',
    'qwen2',
    'qwen3',
    'qwen3moe',
    'smollm3',
    'starcoder2',
  ],
  tensorTypes: {
    F32: { id: 0, values: 1, bytes: 4 },
    F16: { id: 1, values: 1, bytes: 2 },
    Q4_0: { id: 2, values: 32, bytes: 18 },
    Q4_1: { id: 3, values: 32, bytes: 20 },
    Q5_0: { id: 6, values: 32, bytes: 22 },
    Q5_1: { id: 7, values: 32, bytes: 24 },
    Q8_0: { id: 8, values: 32, bytes: 34 },
    Q2_K: { id: 10, values: 256, bytes: 84 },
    Q3_K: { id: 11, values: 256, bytes: 110 },
    Q4_K: { id: 12, values: 256, bytes: 144 },
    Q5_K: { id: 13, values: 256, bytes: 176 },
    Q6_K: { id: 14, values: 256, bytes: 210 },
    Q8_K: { id: 15, values: 256, bytes: 292 },
    IQ4_NL: { id: 20, values: 32, bytes: 18 },
    IQ4_XS: { id: 23, values: 256, bytes: 136 },
    BF16: { id: 30, values: 1, bytes: 2 },
    MXFP4: { id: 39, values: 32, bytes: 17 },
  },
  otherTypes: {
    IQ2_XXS: 16,
    IQ2_XS: 17,
    IQ3_XXS: 18,
    IQ1_S: 19,
    IQ3_S: 21,
    IQ2_S: 22,
    IQ1_M: 29,
    TQ1_0: 34,
    TQ2_0: 35,
    NVFP4: 40,
  },
}
