import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { buildCommonJs } from './buildCommonJs.js'
import { buildPage } from './buildPage.js'
import { buildProject } from './buildProject.js'
import { buildTypes } from './buildTypes.js'
import { checkTarballs } from './pack/checkTarballs.js'
import { findJdks } from './pack/findJdks.js'
import { packAll } from './pack/packAll.js'
import { findPlatform, platforms } from './platforms.js'
import { projectRoot, runScript, SetupError } from './runProgram.js'

// npm run pack -- [--platform P]… [--jdk DIR]… [--into DIR]: every package as a tarball into dist/, checked. --check alone
// checks those that are there.

await runScript(async () => {
  const { values } = parseArgs({
    options: {
      platform: { type: 'string', multiple: true },
      jdk: { type: 'string', multiple: true, default: [] },
      into: { type: 'string', default: join(projectRoot, 'dist') },
      check: { type: 'boolean', default: false },
    },
  })
  if (!values.check) {
    await buildProject()
    await buildTypes()
    await buildPage()
    await buildCommonJs()
    await packAll({
      into: values.into,
      platforms: values.platform?.map(findPlatform) ?? platforms,
      jdks: findJdks(values.jdk),
      log: console.log,
    })
  }
  const { report, problems } = await checkTarballs(values.into)
  for (const line of report) console.log(line)
  if (problems.length > 0)
    throw new SetupError(`the packages are not as they should be:\n  ${problems.join('\n  ')}`)
})
