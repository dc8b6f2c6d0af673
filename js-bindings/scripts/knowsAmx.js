import { spawnSync } from 'node:child_process'

/**
 * Whether a C compiler and its assembler know the instructions on tiles: GCC does from version 11 on.
 *
 * @param {string} compiler a program
 */
export function knowsAmx(compiler) {
  const { status } = spawnSync(
    compiler,
    ['-mamx-tile', '-mamx-bf16', '-x', 'c', '-c', '-', '-o', '/dev/null'],
    {
      input: 'void release(void) { __asm__ volatile("tilerelease"); }',
      stdio: ['pipe', 'ignore', 'ignore'],
    },
  )
  return status === 0
}
