import { cppSources } from './cppSources.js'
import { installDependencies } from './installDependencies.js'
import { runMaven } from './runMaven.js'
import { runProgram } from './runProgram.js'

// npm run format: brings every source file into the format that npm run check wants.

installDependencies()
const cpp = cppSources()
const codes = [
  runMaven(['-Pbench,spark', 'spotless:apply']),
  runProgram('node_modules/.bin/biome', ['check', '--write']),
  cpp.length === 0 ? 0 : runProgram('node_modules/.bin/clang-format', ['-i', ...cpp]),
]
process.exitCode = Math.max(...codes)
