import { join } from 'node:path'
import { findKernels } from '../../lib/bridge/findRuntime.js'
import { jvmOptions } from '../../lib/bridge/jvmOptions.js'
import { buildKernelBench, kernelBenchJar } from '../../scripts/buildEngine.js'
import { buildKernels } from '../../scripts/buildKernels.js'
import { findJdk } from '../../scripts/runMaven.js'
import { projectRoot, runProgram, runScript } from '../../scripts/runProgram.js'
import { formatMachine, readMachine } from '../machine.js'

// npm run bench:kernels -- [FAMILY...]: measures the kernels with JMH, in a Java that is started as Node starts it.

await runScript(async () => {
  await buildKernels()
  await buildKernelBench()
  console.log(`${formatMachine(readMachine())}\n`)
  const options = jvmOptions({ classPath: [join(projectRoot, kernelBenchJar)], kernels: findKernels() })
  // JMH reads its own classes in a way that Java warns of.
  options.push('--sun-misc-unsafe-memory-access=allow')
  const program = ['ai.realm.bench.KernelBench', ...process.argv.slice(2)]
  process.exitCode = runProgram(join(findJdk(), 'bin/java'), [...options, ...program])
})
