import { readFile } from 'node:fs/promises'
import { hostImports } from 'realm-ai'

/** A guest of assembly/: a WebAssembly module that generates, with the host's functions as its imports. */
export class WasmGuest {
  #exports
  #host

  /**
   * @param {WebAssembly.Exports} exports
   * @param {ReturnType<typeof hostImports>} host
   */
  constructor(exports, host) {
    this.#exports = exports
    this.#host = host
  }

  /**
   * Instantiates a module and has it load a model.
   *
   * @param {URL} file the module
   * @param {import('realm-ai').Model} model
   * @param {number} contextLength the most tokens of prompt and answer together
   */
  static async open(file, model, contextLength) {
    const module = await WebAssembly.compile(await readFile(file))
    /** @type {WebAssembly.Instance} */
    let instance
    // The module exports its memory, which is there only after its imports.
    const host = hostImports(() => instance.exports.memory, { models: [model] })
    instance = await WebAssembly.instantiate(module, { env: host.env })
    const guest = new WasmGuest(instance.exports, host)
    guest.#run(() => instance.exports.loadModel(host.models[0], contextLength))
    return guest
  }

  /** Bytes of its memory. */
  get memoryBytes() {
    return this.#exports.memory.buffer.byteLength
  }

  /**
   * Continues a prompt, taken verbatim, with the most probable token each time.
   *
   * @param {string} prompt
   * @param {number} maxTokens
   * @returns {{ text: string, tokens: number[], promptIds: number[] }}
   */
  generate(prompt, maxTokens) {
    this.begin(prompt)
    const made = []
    while (made.length < maxTokens) {
      const token = this.next()
      if (token === undefined) break
      made.push(token)
    }
    const { ids, promptTokens, decodeText, text, memory } = this.#exports
    const length = this.#run(decodeText)
    return {
      text: Buffer.from(memory.buffer, text(), length).toString(),
      tokens: made,
      promptIds: [...new Uint32Array(memory.buffer, ids(), promptTokens())],
    }
  }

  /** Begins with a prompt. */
  begin(/** @type {string} */ prompt) {
    const { allocate, release, memory } = this.#exports
    const bytes = Buffer.from(prompt)
    const address = this.#run(() => allocate(bytes.length))
    bytes.copy(Buffer.from(memory.buffer), address)
    this.#run(() => this.#exports.begin(address, bytes.length))
    release(address)
  }

  /** Makes a token: its id, or undefined at the end of the text or of the context. */
  next() {
    const token = this.#run(this.#exports.nextToken)
    return token === -1 ? undefined : token
  }

  /** Ends it. */
  close() {
    this.#host.close()
  }

  /** Calls into the module. Where the host refused something, it ends with a trap. */
  #run(call) {
    try {
      return call()
    } catch (error) {
      const code = this.#exports.failure()
      throw code === 0
        ? error
        : new Error(`the guest ended with error ${code}`, { cause: this.#host.lastError() })
    }
  }
}
