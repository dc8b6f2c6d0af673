import { readFileSync } from 'node:fs'

/**
 * What a page of the documentation has readers try: files, by the name behind their language (```` ```js [answer.js] ````), and
 * what commands print (```` ```text [node answer.js] ````), where a line `…` stands for any lines.
 *
 * @param {string} name of the page
 * @returns {{ files: { name: string, content: string }[], commands: { command: string, output: string }[] }}
 */
export function readPage(name) {
  const page = readFileSync(new URL(`../../docs/${name}.md`, import.meta.url), 'utf8')
  const blocks = [...page.matchAll(/^```(\w+) \[([^\n]+)\]\n([\s\S]*?)^```$/gm)]
  const isOutput = (/** @type {string[]} */ [, language]) => language === 'text'
  return {
    files: blocks.filter((block) => !isOutput(block)).map(([, , file, content]) => ({ name: file, content })),
    commands: blocks.filter(isOutput).map(([, , command, output]) => ({ command, output })),
  }
}

/**
 * Whether a program printed what a page shows.
 *
 * @param {string} printed
 * @param {string} shown
 */
export function isShown(printed, shown) {
  const parts = shown.split(/^…\n/m).map((part) => part.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&'))
  return new RegExp(`^${parts.join('[\\s\\S]*')}$`).test(printed)
}
