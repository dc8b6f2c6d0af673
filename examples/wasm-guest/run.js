// Has a WebAssembly guest continue a text. The guest runs the model layer by layer: it has the host compute each layer, or,
// with --on-demand, computes by itself with weights that it fetches when it needs them.
//
//   node examples/wasm-guest/run.js [--on-demand] [--model M] [--tokens N] "The capital of France is"

import { parseArgs } from 'node:util'
import { loadModel } from 'realm-ai'
import { buildWasmGuest } from '../../js-bindings/scripts/buildWasmGuest.js'
import { WasmGuest } from './WasmGuest.js'

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    'on-demand': { type: 'boolean', default: false },
    model: { type: 'string', default: 'smollm2-135m-instruct' },
    tokens: { type: 'string', default: '16' },
  },
})
const [prompt = 'The capital of France is'] = positionals
const name = values['on-demand'] ? 'onDemand' : 'forwardLayer'

await buildWasmGuest({ log: console.error })
const model = await loadModel(values.model)
try {
  const file = new URL(`../../js-bindings/build/wasm-guest/${name}.wasm`, import.meta.url)
  const guest = await WasmGuest.open(file, model, 256)
  try {
    const { text, promptIds, tokens } = guest.generate(prompt, Number(values.tokens))
    console.log(prompt + text)
    console.error(
      `${promptIds.length} tokens read, ${tokens.length} made; ` +
        `the guest has ${(guest.memoryBytes / 1e6).toFixed(1)} MB of memory`,
    )
  } finally {
    guest.close()
  }
} finally {
  await model.dispose()
}
