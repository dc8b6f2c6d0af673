// What is used of WebAssembly's JavaScript interface: it belongs to no library of TypeScript's but that of browsers.

declare namespace WebAssembly {
  type Exports = Record<string, unknown>

  class Memory {
    readonly buffer: ArrayBuffer
  }

  type Module = object

  const Module: { exports(module: Module): { name: string; kind: string }[] }

  interface Instance {
    readonly exports: Exports
  }

  function compile(bytes: Uint8Array<ArrayBuffer>): Promise<Module>
  function instantiate(module: Module, imports: Record<string, object>): Promise<Instance>
}
