import { join } from 'node:path'
import { buildIfChanged } from './buildIfChanged.js'
import { projectRoot } from './runProgram.js'

const OUTPUT = 'js-bindings/build/page'

/**
 * Builds the server's page, if its sources have changed.
 *
 * @param {{ log?: (line: string) => void }} [options] `log` is told what is done; default: standard output
 */
export function buildPage({ log } = {}) {
  return buildIfChanged({
    output: OUTPUT,
    inputs: ['js-bindings/page', 'js-bindings/lib/generation/options.js', 'package-lock.json'],
    build: async () => {
      // Loaded late: on a fresh clone it is only there now.
      const { build } = await import('vite')
      await build({ configFile: join(projectRoot, 'js-bindings/page/vite.config.js'), logLevel: 'warn' })
    },
    log,
  })
}
