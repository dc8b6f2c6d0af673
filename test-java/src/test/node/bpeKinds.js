/** @typedef {{ model: string, pre: string, spelling: 'bytes' | 'characters' }} BpeKind as `pairVocabulary` takes it */

/** What llama.cpp knows as `tokenizer.ggml.pre`, but for those of vocabularies that spell words in characters. */
const names = `
  a.x-4.0 afmoe bailingmoe bailingmoe2 bloom chameleon chatglm-bpe codeshell cohere2moe command-r dbrx
  deepseek-coder deepseek-llm deepseek-r1-qwen deepseek-v3 default exaone exaone-moe exaone4 f2llmv2 falcon
  falcon-h1 falcon3 gigachat glm4 gpt-2 gpt-4o gpt3-finnish granite-docling granite-embed-multi-97m grok-2
  hunyuan hunyuan-dense hy_v4 jais jais-2 jina-de jina-es jina-v1-en jina-v2-code jina-v2-de jina-v2-es
  jina-v5-nano joyai-llm kanana2 kimi-k2 kormo laguna lfm2 llada-moe llama-bpe llama-v3 llama3 llama4 megrez
  mellum mellum2 midm-2.0 minerva-7b minicpm5 minimax-m2 modern-bert mpt olmo phi-2 pixtral poro-chat qwen2
  qwen35 refact roberta-bpe seed-coder smaug-bpe smollm solar-open spark2_5 stablelm2 starcoder superbpe
  talkie tekken tiny_aya trillion ufakzeka viking youtu
`

/** Every kind of a BPE vocabulary. @type {BpeKind[]} */
export const bpeKinds = [
  ...names
    .trim()
    .split(/\s+/)
    .map((pre) => ({ model: 'gpt2', pre, spelling: /** @type {const} */ ('bytes') })),
  { model: 'gemma4', pre: 'gemma4', spelling: 'characters' },
  { model: 'gpt2', pre: 'gemma4', spelling: 'characters' },
  { model: 'gpt2', pre: 'granite-embed-multi-311m', spelling: 'characters' },
  { model: 'gpt2', pre: 'sarvam-moe', spelling: 'characters' },
  { model: 'whitespace', pre: 'whitespace', spelling: 'characters' },
]

/** Texts on which pre-tokenizers differ. */
export const hardTexts = [
  '1234567890 12 123 1234 12345 123456 a1234 1234b 12.345,678 ١٢٣٤٥ 12٣٤ 1_234',
  `x${' '.repeat(700)}y`,
  ' '.repeat(513),
  'a  b   c    d  1 ',
  "I'M HELLOworld HelloWorld helloWORLD ПриветМир ÉcoleÈ naïveÉ",
  'hello world foo  bar baz\n\nqux  \n x',
  'IMGIMGABCDZ IMGIMGABCDEZ <sentinel:12><sentinel:>',
  '~~~ ~ ~a a~b !~',
  '(a)|b…c。d,e',
  '가나다 “안녕” 、。〿 ㄱㄴ ㄅㄆ',
  "ßſſS 'ſ 'K",
  'เขา ไทย ລາວ ខ្មែរ',
  '中文 English 混合123数字',
  '\r\n\r\n  \n\t\t\n',
  'a\n\n\nb\n',
  'https://a.b/c/d?e=f#g\n/',
  "İstanbul'da ABC's xyz'LL",
  'हिन्दी में',
  '\u205f\v1 \u2029 2 \t 345\u205f\t6789',
  '\u0301\u0301a \u0301 é',
]
