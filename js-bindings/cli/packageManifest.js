import { readFileSync } from 'node:fs'

/**
 * What package.json says of Realm.
 *
 * @type {{ version: string, description: string }}
 */
export const packageManifest = JSON.parse(
  readFileSync(new URL('../../package.json', import.meta.url), 'utf8'),
)
