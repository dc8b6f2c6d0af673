import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { installDependencies } from '../installDependencies.js'
import { projectRoot, runScript } from '../runProgram.js'
import { notices } from './notices.js'

// npm run notices: writes THIRD_PARTY_NOTICES.md of what is shipped; a test holds it to that.

await runScript(async () => {
  installDependencies()
  writeFileSync(join(projectRoot, 'THIRD_PARTY_NOTICES.md'), notices())
})
