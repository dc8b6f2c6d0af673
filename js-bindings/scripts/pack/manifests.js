import { packageName } from '../../lib/bridge/nativeFiles.js'

/**
 * The root's package.json, as far as packages are made of it.
 *
 * @typedef {{ version: string, license: string, homepage: string, bugs: string, repository: object, engines: object,
 *   scripts?: unknown, devDependencies?: unknown }} RootManifest
 */

/** What packages of each kind hold, for who looks at one. */
const DESCRIPTIONS = {
  addon: 'The addon and the native kernels of realm-ai',
  runtime: 'The Java runtime of realm-ai',
}

/**
 * The package.json of realm-ai as it is published: that of the sources, with the packages for each system. The sources
 * have none of them, so that an `npm ci` there installs no other build.
 *
 * @param {RootManifest} root
 * @param {string[]} packed the names of the packages that go with it
 */
export function mainManifest(root, packed) {
  const { scripts, devDependencies, ...published } = root
  return {
    ...published,
    optionalDependencies: Object.fromEntries(packed.map((name) => [name, root.version])),
    // The Java virtual machine opens the jar itself.
    preferUnplugged: true,
  }
}

/**
 * The package.json of a package for one system.
 *
 * @param {RootManifest} root
 * @param {'addon' | 'runtime'} kind
 * @param {import('../platforms.js').BuildPlatform} platform
 */
export function platformManifest(root, kind, { name, os, cpu, libc }) {
  const { version, homepage, bugs, repository, engines } = root
  return {
    name: packageName(kind, name),
    version,
    description: `${DESCRIPTIONS[kind]}, for ${name}`,
    license: kind === 'runtime' ? 'GPL-2.0-only WITH Classpath-exception-2.0' : root.license,
    homepage,
    bugs,
    repository,
    engines,
    os: [os],
    cpu: [cpu],
    ...(libc === undefined ? {} : { libc: [libc] }),
    preferUnplugged: true,
    publishConfig: { access: 'public' },
  }
}

/**
 * The README of a package for one system.
 *
 * @param {'addon' | 'runtime'} kind
 * @param {import('../platforms.js').BuildPlatform} platform
 * @param {{ homepage: string }} root
 */
export function platformReadme(kind, { name }, { homepage }) {
  const what = {
    addon: 'the addon and the native kernels',
    runtime: `a Java 25 runtime with the modules that it uses, in the folder \`java\`, with its licences in \`java/legal\``,
  }[kind]
  return `# ${packageName(kind, name)}

The part of [realm-ai](${homepage}) for ${name}: ${what}. \`npm install realm-ai\` installs it where it fits, as an optional
dependency; nobody needs to name it.
`
}

/**
 * The README of realm-ai as it is published: its links lead to the sources of the version.
 *
 * @param {string} readme
 * @param {{ homepage: string, version: string }} root
 */
export function publishedReadme(readme, { homepage, version }) {
  const sources = `${homepage.replace(/#.*/, '')}/blob/v${version}`
  return readme.replaceAll(/\]\((?!https?:|#|mailto:)([^)]+)\)/g, `](${sources}/$1)`)
}
