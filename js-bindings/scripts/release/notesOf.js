import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { projectRoot, runScript } from '../runProgram.js'
import { changelogSection } from './changelogSection.js'

// Prints what CHANGELOG.md says of the version in package.json: the notes of a release.

await runScript(async () => {
  const read = (/** @type {string} */ file) => readFileSync(join(projectRoot, file), 'utf8')
  console.log(changelogSection(read('CHANGELOG.md'), JSON.parse(read('package.json')).version))
})
