import { dirname } from 'node:path'
import { fileURLToPath } from 'node:url'

/** The folder of the project: the one that holds package.json and pom.xml. */
export const projectRoot = dirname(dirname(dirname(fileURLToPath(import.meta.url))))
