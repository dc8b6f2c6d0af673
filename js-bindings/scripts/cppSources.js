import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { projectRoot } from './runProgram.js'

const FOLDERS = ['js-bindings/addon', 'java-engine/src/main/c', 'test-java/src/test/c']

/** The C and C++ files of the project, relative to its folder. */
export function cppSources() {
  return FOLDERS.filter((folder) => existsSync(join(projectRoot, folder))).flatMap((folder) =>
    readdirSync(join(projectRoot, folder), { recursive: true, encoding: 'utf8' })
      .filter((file) => /\.(c|cc|h|inc)$/.test(file))
      .map((file) => join(folder, file)),
  )
}
