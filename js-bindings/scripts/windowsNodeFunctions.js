import { createRequire } from 'node:module'

/** The version of Node-API that the addon is written for. */
const VERSION = 'v8'

/**
 * Node's functions for an addon on Windows, as assembly. There a library names the program that has the functions it
 * imports, so an addon that is linked with `node.exe` does not load in `electron.exe`, or in a Node of another name. Each
 * function here jumps to where `windows.cc` has found the real one, in whatever program has loaded the addon.
 */
export function nodeFunctions() {
  const { symbols } = createRequire(import.meta.url)('node-api-headers')
  const { js_native_api_symbols: ofJs, node_api_symbols: ofNode } = symbols[VERSION]
  const names = [...new Set([...ofJs, ...ofNode])].sort()
  return [
    '.text',
    ...names.flatMap((name, i) => [`.globl ${name}`, `${name}: jmpq *realm_node_functions+${8 * i}(%rip)`]),
    '.section .rdata,"dr"',
    '.globl realm_node_function_names',
    'realm_node_function_names:',
    ...names.map((name) => `.asciz "${name}"`),
    '.byte 0',
    '.bss',
    '.globl realm_node_functions',
    '.p2align 3',
    `realm_node_functions: .zero ${8 * names.length}`,
    '',
  ].join('\n')
}
