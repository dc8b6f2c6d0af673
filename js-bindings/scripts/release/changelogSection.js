import { SetupError } from '../runProgram.js'

/**
 * What a changelog says of a version.
 *
 * @param {string} changelog in the form of Keep a Changelog
 * @param {string} version
 * @returns {string} without its heading
 * @throws {SetupError} if it says nothing of it
 */
export function changelogSection(changelog, version) {
  const sections = changelog.split(/^## /m).slice(1)
  const section = sections.find((text) => text.startsWith(`[${version}] - `))
  const [, heading, content] = /^(.*)\n([\s\S]*)$/.exec(section ?? '') ?? []
  if (content === undefined || content.trim() === '') {
    throw new SetupError(
      `CHANGELOG.md has no section "## [${version}] - YYYY-MM-DD"; name "## [Unreleased]" so, and begin another`,
    )
  }
  if (!/ - \d{4}-\d{2}-\d{2}$/.test(heading)) {
    throw new SetupError(`CHANGELOG.md: the heading "## ${heading}" has no day; expected YYYY-MM-DD`)
  }
  return content.trim()
}
