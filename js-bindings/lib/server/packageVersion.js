import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { packageFolder } from '../packageFolder.js'

/** The version of this package; `0.0.0` in a bundle that is where no package is. */
export function packageVersion() {
  const folder = packageFolder()
  return folder === undefined
    ? '0.0.0'
    : JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')).version
}
