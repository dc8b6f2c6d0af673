import { buildProject } from './buildProject.js'
import { runScript } from './runProgram.js'

// npm start -- [QUESTION] [options of realm generate]: sets up what is missing and answers the question, or chats.

await runScript(async () => {
  await buildProject()
  // Loaded late: on a fresh clone its npm packages are only there now.
  const { runCommandLine } = await import('../cli/runCommandLine.js')
  const args = process.argv.slice(2)
  // 0.2 is what the makers of the default model advise for chats.
  const command = args.length > 0 ? ['generate', '--temperature', '0'] : ['chat', '--temperature', '0.2']
  await runCommandLine([...command, ...args])
})
