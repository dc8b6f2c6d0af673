import { readdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

/**
 * The pages of the site, in the groups and the order of its sidebar: a page that is in none of them is an error of the build.
 *
 * @type {Record<string, Record<string, string>>}
 */
const groups = {
  'Begin here': {
    install: 'Install',
    'first-answer': 'First answer',
    cli: 'Command line',
  },
  Models: {
    models: 'Where models come from',
    memory: 'Memory and speed',
    chat: 'Chat',
    tools: 'Tools and how models write them',
    ranking: 'Ranking documents',
    rag: 'Answers from your documents',
    decisions: 'Decisions',
    infill: 'Filling in the middle',
    formats: 'Formats: schemas, choices, patterns, grammars',
    sampling: 'Sampling and probabilities',
    sequences: 'Sequences and shared prompts',
  },
  'In your app': {
    server: 'Server',
    'ai-sdk': 'AI SDK',
    langchain: 'LangChain',
    bullmq: 'Queues with BullMQ',
    temporal: 'Workflows with Temporal',
    scaling: 'Several servers',
    spark: 'Apache Spark',
    express: 'Express',
    fastify: 'Fastify',
    hono: 'Hono',
    nestjs: 'NestJS',
    nextjs: 'Next.js',
    electron: 'Electron',
    docker: 'Docker',
    bundlers: 'Bundlers',
    'test-runners': 'Test runners',
    bun: 'Bun',
    deno: 'Deno',
    java: 'Java programs',
  },
  'Guests and layers': {
    guests: 'Guests',
    'host-functions': 'Host functions',
  },
  'When something is wrong': {
    troubleshooting: 'Troubleshooting',
    errors: 'Table of errors',
  },
  'How good it is': {
    comparison: 'How it compares',
    performance: 'Performance',
    exactness: 'Exactness',
  },
  Inside: {
    engine: 'Engine',
    kernels: 'Kernels',
    bridge: 'Bridge',
  },
}

/** The sidebar of the pages, with that of the API behind the first two groups. */
export function sidebar() {
  const pages = Object.entries(groups).map(([text, entries]) => ({
    text,
    items: Object.entries(entries).map(([name, title]) => ({ text: title, link: `/${name}` })),
  }))
  return pages.toSpliced(2, 0, { text: 'API', items: [{ text: 'Reference', link: '/api/' }] })
}

/** The sidebar of the API: what TypeDoc has written, by its kinds. */
export function apiSidebar() {
  const kinds = {
    functions: 'Functions',
    classes: 'Classes',
    interfaces: 'Options and results',
    'type-aliases': 'Types',
  }
  const groups = Object.entries(kinds).map(([folder, text]) => ({
    text,
    items: readdirSync(fileURLToPath(new URL(`../api/${folder}`, import.meta.url)))
      .map((file) => file.replace(/\.md$/, ''))
      .sort()
      .map((name) => ({ text: name, link: `/api/${folder}/${name}` })),
  }))
  return [{ text: 'API', items: [{ text: 'Overview', link: '/api/' }] }, ...groups]
}

/** The names of the pages in the sidebar. */
export const pageNames = Object.values(groups).flatMap((entries) => Object.keys(entries))
