/** @import { BarFigure } from '../formatBars.js' */

/**
 * Figures that one script measures, in a process of its own.
 *
 * @typedef {object} GuestFigureGroup
 * @property {string} name what `--only` names
 * @property {string} script
 * @property {'onDemand' | 'forwardLayer'} [guest] which guest of the example it measures
 * @property {BarFigure[]} figures
 */

/** All figures, in the order of the table. @type {readonly GuestFigureGroup[]} */
export const guestFigures = [
  {
    name: 'tensor',
    script: 'measureTensors.js',
    figures: [
      { id: 'coldTensor', label: 'getTensor, Q4_K 2048 x 5632, cold', unit: 'ms' },
      { id: 'warmTensor', label: 'getTensor, warm', unit: 'ms' },
      { id: 'tensorRatio', label: 'getTensor, cold / warm', unit: 'x', bar: { least: 20 } },
    ],
  },
  {
    name: 'tensor',
    script: 'measureCopies.js',
    figures: [
      { id: 'coldCopy', label: 'realm_get_tensor into a guest, cold', unit: 'ms' },
      { id: 'warmCopy', label: 'realm_get_tensor into a guest, warm', unit: 'ms' },
      { id: 'copyRatio', label: 'realm_get_tensor into a guest, cold / warm', unit: 'x' },
    ],
  },
  {
    name: 'tokens',
    script: 'measureTokens.js',
    figures: [
      { id: 'firstToken', label: 'guest with weights on demand, first token', unit: 'ms' },
      { id: 'secondToken', label: 'guest with weights on demand, second token', unit: 'ms' },
      {
        id: 'tokenRatio',
        label: 'guest with weights on demand, first / second',
        unit: 'x',
        bar: { least: 5 },
      },
    ],
  },
  {
    name: 'memory',
    script: 'measureMemory.js',
    guest: 'onDemand',
    figures: [
      { id: 'onDemandMemory', label: 'weights on demand: memory of a guest', unit: 'MB' },
      { id: 'onDemandGrowth', label: 'weights on demand: growth by all guests', unit: 'MB' },
      {
        id: 'onDemandRatio',
        label: 'weights on demand: growth / (guests x memory)',
        unit: 'x',
        bar: { most: 1 },
      },
    ],
  },
  {
    name: 'memory',
    script: 'measureMemory.js',
    guest: 'forwardLayer',
    figures: [
      { id: 'forwardLayerMemory', label: 'forward_layer: memory of a guest', unit: 'MB' },
      { id: 'forwardLayerKv', label: 'forward_layer: KV cache of a guest', unit: 'MB' },
      { id: 'forwardLayerGrowth', label: 'forward_layer: growth by all guests', unit: 'MB' },
      {
        id: 'forwardLayerRatio',
        label: 'forward_layer: growth / (guests x (memory + KV))',
        unit: 'x',
        bar: { most: 1 },
      },
    ],
  },
  {
    name: 'throughput',
    script: 'measureThroughput.js',
    figures: [
      { id: 'guestTokens', label: 'realm_generate of all guests', unit: 'tokens/s' },
      { id: 'appTokens', label: 'the same by model.generate', unit: 'tokens/s' },
      { id: 'throughputRatio', label: 'guests / model.generate', unit: 'x', bar: { least: 0.97 } },
    ],
  },
]
