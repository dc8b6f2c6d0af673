import { jarParts, nativeParts, npmParts, pageParts } from './shipped.js'

/** @import { Part } from './shipped.js' */

/**
 * The text of THIRD_PARTY_NOTICES.md: what users get that others have made, under which licences, and where their texts are.
 *
 * @returns {string}
 */
export function notices() {
  const npm = npmParts()
  const page = pageParts()
  return `# What others have made

Parts of what \`npm install realm-ai\` brings are of others. This file names them, with their licences; \`npm run notices\` writes
it. The bill of materials of each release (\`realm-ai.cdx.json\`, CycloneDX) has versions and sums as well.

## In realm-ai

${table(jarParts())}

Their licence, Apache-2.0, is that of Realm: its text is in the file LICENSE of the package.

${table(page)}

Their texts are below, with those of what npm installs.

## In @realm-ai/addon-PLATFORM

${table(nativeParts())}

Their texts are in the folder \`licenses\` of each package. Of zig it is compiler_rt, which is linked in.

## In @realm-ai/runtime-PLATFORM

| part | licence | where |
| --- | --- | --- |
| OpenJDK 25, as Eclipse Temurin builds it | GPL-2.0-only WITH Classpath-exception-2.0 | the folder \`java\` |

Its modules and what they hold of others (zlib, SLEEF and more) have their texts in the folder \`java/legal\` of each package.
The sources are those of https://github.com/adoptium/jdk25u at the version that the file \`java/release\` names.

## Installed beside it by npm

| package | version | licence |
| --- | --- | --- |
${npm.map(({ name, version, licence }) => `| ${name} | ${version} | ${licence} |`).join('\n')}

${texts([...page, ...npm])}
`
}

/** @param {Part[]} parts */
function table(parts) {
  const rows = parts.map(
    ({ name, version, licence, where }) => `| ${name} | ${version} | ${licence} | ${where} |`,
  )
  return ['| part | version | licence | where |', '| --- | --- | --- | --- |', ...rows].join('\n')
}

/**
 * The texts of licences, each once.
 *
 * @param {Part[]} parts
 */
function texts(parts) {
  /** @type {Map<string, string[]>} */
  const names = new Map()
  for (const { name, text } of parts) {
    if (text !== undefined) names.set(text, [...(names.get(text) ?? []), name])
  }
  return [...names]
    .map(([text, of]) => `### ${of.join(', ')}\n\n\`\`\`text\n${text.replaceAll('```', "'''")}\n\`\`\``)
    .join('\n\n')
}
