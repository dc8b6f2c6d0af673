import { hostImports } from '../../../js-bindings/lib/index.js'
import { argumentsOf } from './argumentsOf.js'

/**
 * JavaScript calls the functions of hostImports itself, over a memory of its own.
 *
 * @type {import('./CaseDriver.js').CaseDriver}
 */
export const directDriver = {
  open({ pages, piece, ...grants }) {
    const memory = new WebAssembly.Memory({ initial: pages })
    const streamToken =
      piece &&
      ((pointer, length) => {
        if (!piece(pointer, length)) throw new Error('the guest fails, as the case wants it')
      })
    const imports = hostImports(memory, { ...grants, streamToken })
    return {
      memory,
      call: (name, args) => imports.env[name](...argumentsOf(name, args)),
      lastError: () => imports.lastError(),
      cancel: () => imports.cancel(),
      close: () => imports.close(),
    }
  },
}
