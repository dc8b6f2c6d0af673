import { cppSources } from './cppSources.js'
import { installDependencies } from './installDependencies.js'
import { runMaven } from './runMaven.js'
import { runProgram } from './runProgram.js'

// npm run check: every formatter and linter; all of them run even if an early one complains.

/** @type {[string, () => number][]} */
const checks = [
  ['Java format (google-java-format)', () => runMaven(['-Pbench,spark', 'spotless:check'])],
  ['Java compiler and Error Prone', compileJava],
  [
    'JavaScript format and lint (Biome)',
    () => runProgram('node_modules/.bin/biome', ['check', '--error-on-warnings']),
  ],
  [
    'JavaScript types (tsc)',
    () => runProgram('node_modules/.bin/tsc', ['--project', 'js-bindings/tsconfig.json']),
  ],
  [
    "JavaScript types of the server's page (tsc)",
    () => runProgram('node_modules/.bin/tsc', ['--project', 'js-bindings/page/tsconfig.json']),
  ],
  ['C and C++ format (clang-format)', checkCpp],
]

function compileJava() {
  // "clean", for a check that failed before must not find its classes up to date.
  const compile = ['-Pcheck,bench', 'clean', 'test-compile']
  const code = runMaven(compile)
  if (code !== 0) {
    console.log('where warnings are errors, the first one ends the search: once more for all of them')
    runMaven([...compile, '-Dmaven.compiler.failOnWarning=false'])
  }
  return code
}

function checkCpp() {
  const files = cppSources()
  return files.length === 0
    ? 0
    : runProgram('node_modules/.bin/clang-format', ['--dry-run', '--Werror', ...files])
}

installDependencies()
const failed = checks.filter(([name, check]) => {
  console.log(`check: ${name}`)
  return check() !== 0
})
for (const [name] of failed) {
  console.error(`failed: ${name}`)
}
if (failed.length > 0) {
  console.error('npm run format mends the formats')
  process.exitCode = 1
}
