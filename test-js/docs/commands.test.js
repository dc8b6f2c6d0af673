import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { createProgram } from '../../js-bindings/cli/createProgram.js'

const project = new URL('../../', import.meta.url)
const pages = ['README.md', ...readdirSync(new URL('docs', project)).map((name) => `docs/${name}`)].filter(
  (name) => name.endsWith('.md'),
)

/** The commands that a page has readers type, in a shell's block or within a sentence. @param {string} page */
function commandsOf(page) {
  const text = readFileSync(new URL(page, project), 'utf8')
  const shells = [...text.matchAll(/^```sh\n([\s\S]*?)^```$/gm)].flatMap(([, block]) => block.split('\n'))
  const sentences = [...text.replaceAll(/^```[\s\S]*?^```$/gm, '').matchAll(/`([^`\n]+)`/g)].map(
    ([, code]) => code,
  )
  return [...shells, ...sentences].flatMap(
    (line) => /(?:^|\| |&& )(?:npx )?realm(?:-ai)? ([a-z]+\b[^|<>#]*)/.exec(line)?.[1].trim() ?? [],
  )
}

describe('The commands that the documentation has readers type', () => {
  const program = createProgram()
  const all = pages.flatMap((page) => commandsOf(page).map((command) => ({ page, command })))

  it('are many', () => {
    assert.ok(all.length > 20, String(all.length))
  })

  for (const [line, { page }] of new Map(all.map((one) => [one.command, one]))) {
    it(`${page}: realm ${line}`, () => {
      const [name, ...words] = line.split(' ')
      const command = program.commands.find((known) => known.name() === name)
      assert.ok(command !== undefined, `there is no command ${name}`)
      const flags = command.options.flatMap(({ long, short }) => [long, short])
      for (const flag of words.filter((word) => /^--?[a-z]/.test(word))) {
        assert.ok([...flags, '--help'].includes(flag.split('=')[0]), `${name} has no ${flag}`)
      }
    })
  }
})
