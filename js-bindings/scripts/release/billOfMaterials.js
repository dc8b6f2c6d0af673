import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { projectRoot } from '../runProgram.js'
import { jarParts, nativeParts, pageParts } from './shipped.js'

/**
 * A CycloneDX document, as far as it is read here.
 *
 * @typedef {object} Bom
 * @property {{ tools?: unknown }} metadata
 * @property {BomComponent[]} components
 * @property {{ ref: string, dependsOn?: string[] }[]} dependencies
 */

/**
 * @typedef {object} BomComponent
 * @property {string} bom-ref
 * @property {string} [purl]
 */

/**
 * A Java runtime that was packed.
 *
 * @typedef {object} PackedRuntime
 * @property {string} package its package's name
 * @property {Record<string, string>} release what its file `release` says
 */

/**
 * The bill of materials of a release, in CycloneDX 1.6: realm-ai, the packages that npm installs beside it, the libraries in the
 * engine's jar, and what is in the packages for each platform. What each tool found is kept as it says it.
 *
 * @param {object} found
 * @param {Bom} found.npm by CycloneDX's program for npm, without what only builds and tests use
 * @param {Bom} found.maven of the engine's module, by the plugin of CycloneDX
 * @param {readonly { name: string, platform: string, kind: 'addon' | 'runtime' }[]} found.packages for each platform
 * @param {readonly PackedRuntime[]} found.runtimes those of them that were packed here
 * @returns {object} the same for the same input
 */
export function billOfMaterials({ npm, maven, packages, runtimes }) {
  const { name, version, description, license, homepage, repository } = JSON.parse(
    readFileSync(join(projectRoot, 'package.json'), 'utf8'),
  )
  const root = `${name}@${version}`
  const jar = {
    'bom-ref': `realm-engine@${version}`,
    type: 'library',
    name: 'realm-engine.jar',
    version,
    ...licensed(license),
  }
  const shaded = maven.components.filter(({ purl }) =>
    jarParts().some((part) => purl?.startsWith(`${part.purl}?`)),
  )
  const native = nativeParts().map(component)
  const page = pageParts().map(component)
  const platformPackages = packages.map((one) => ({
    'bom-ref': `${one.name}@${version}`,
    type: 'library',
    name: one.name,
    version,
    scope: 'optional',
    purl: `pkg:npm/${one.name.replace('@', '%40')}@${version}`,
    ...licensed(one.kind === 'runtime' ? OPENJDK : license),
  }))
  const javas = runtimes.map(({ package: of, release }) => ({
    'bom-ref': `openjdk@${release.JAVA_RUNTIME_VERSION ?? release.JAVA_VERSION}/${of}`,
    type: 'platform',
    name: 'OpenJDK',
    version: release.JAVA_RUNTIME_VERSION ?? release.JAVA_VERSION,
    description: `${release.IMPLEMENTOR ?? 'of an unnamed maker'}, with the modules ${release.MODULES}`,
    supplier: { name: release.IMPLEMENTOR ?? 'unknown' },
    ...licensed(OPENJDK),
  }))
  const npmRoot = npm.dependencies.find(({ ref }) => ref === root)
  const components = [...npm.components, jar, ...shaded, ...platformPackages, ...native, ...page, ...javas]
  const dependencies = [
    {
      ref: root,
      dependsOn: [
        ...(npmRoot?.dependsOn ?? []),
        jar['bom-ref'],
        ...page.map(refOf),
        ...platformPackages.map(refOf),
      ],
    },
    ...npm.dependencies.filter(({ ref }) => ref !== root),
    { ref: jar['bom-ref'], dependsOn: shaded.map(refOf) },
    ...packages.map((one, i) => ({
      ref: refOf(platformPackages[i]),
      dependsOn:
        one.kind === 'addon'
          ? native.filter((part) => isIn(part.name, one.platform)).map(refOf)
          : javas.filter((java) => java['bom-ref'].endsWith(`/${one.name}`)).map(refOf),
    })),
  ]
  return {
    $schema: 'http://cyclonedx.org/schema/bom-1.6.schema.json',
    bomFormat: 'CycloneDX',
    specVersion: '1.6',
    serialNumber: serialNumber({ components, dependencies }),
    version: 1,
    metadata: {
      component: {
        'bom-ref': root,
        type: 'library',
        name,
        version,
        description,
        purl: `pkg:npm/${name}@${version}`,
        ...licensed(license),
        externalReferences: [
          { type: 'vcs', url: repository.url },
          { type: 'website', url: homepage },
        ],
      },
    },
    components,
    dependencies,
  }
}

const OPENJDK = 'GPL-2.0-only WITH Classpath-exception-2.0'

/** @param {{ 'bom-ref': string }} component */
function refOf(component) {
  return component['bom-ref']
}

/**
 * Whether a part is compiled into the addon of a platform.
 *
 * @param {string} part
 * @param {string} platform
 */
function isIn(part, platform) {
  return !part.startsWith('mingw-w64') || platform.startsWith('win32')
}

/** @param {string} expression of SPDX */
function licensed(expression) {
  return { licenses: [{ expression }] }
}

/**
 * A UUID of the content (version 8, RFC 9562): the same for the same.
 *
 * @param {unknown} content
 */
function serialNumber(content) {
  const hex = createHash('sha256').update(JSON.stringify(content)).digest('hex')
  const variant = '89ab'[Number.parseInt(hex[16], 16) % 4]
  return `urn:uuid:${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-${variant}${hex.slice(17, 20)}-${hex.slice(20, 32)}`
}

/** @param {import('./shipped.js').Part} part */
function component({ name, version, purl, licence }) {
  return { 'bom-ref': `${name}@${version}`, type: 'library', name, version, purl, ...licensed(licence) }
}
