import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { arm64Java } from './arm64Java.js'
import { buildIfChanged } from './buildIfChanged.js'
import { compileKernels } from './buildKernels.js'
import { findPlatform } from './platforms.js'
import { readSurefireReports } from './readSurefireReports.js'
import { startMaven } from './runMaven.js'
import { projectRoot, SetupError } from './runProgram.js'

const KERNELS = 'js-bindings/build/linux-arm64/librealm-kernels.so'

/** CPUs that qemu models, and the family of native kernels that each gets. */
const FAMILIES = [
  { cpu: 'cortex-a72', family: 'neon' },
  { cpu: 'neoverse-n1', family: 'neon_dotprod' },
  { cpu: 'max,sve=off', family: 'neon_i8mm' },
]

/** Of the kernels, all that the CPU makes a difference to; by the last of the CPUs, which runs every family. */
const TESTS = [
  'FamilyOfEmulatedCpu',
  'AttentionTest',
  'ElementwiseTest',
  'ExtremeActivationsTest',
  'FileRowsTest',
  'KernelLibraryTest',
  'KernelsTest',
  'PackerTest',
]

/**
 * Runs the Java tests of the kernels on an emulated ARM CPU, with the native kernels as zig compiles them: each family, and
 * Java's own kernels on vectors of 128 bits, against the scalar ones. Takes some minutes.
 *
 * @returns {Promise<import('./runSuites.js').TestOutcome | undefined>} undefined if this system lacks what that takes, which
 *   is said
 * @throws {SetupError} if it lacks it where `CI=true`
 */
export async function runArm64Tests() {
  const found = arm64Java()
  if ('missing' in found) {
    if (process.env.CI === 'true') throw new SetupError(`the tests on ARM cannot run: ${found.missing}`)
    console.log(`skipped: the tests on ARM: ${found.missing}`)
    return undefined
  }
  await buildIfChanged({
    output: KERNELS,
    inputs: ['java-engine/src/main/c', 'js-bindings/scripts/buildKernels.js', 'js-bindings/scripts/zig.js'],
    build: () => compileKernels(KERNELS, { platform: findPlatform('linux-arm64') }),
  })
  const reports = join(projectRoot, 'test-java/target/surefire-reports')
  const all = { passed: 0, failed: 0, skips: /** @type {string[]} */ ([]), finished: true }
  for (const { cpu, family } of FAMILIES) {
    const tests = cpu === FAMILIES.at(-1)?.cpu ? TESTS : ['FamilyOfEmulatedCpu']
    rmSync(reports, { recursive: true, force: true })
    const status = await startMaven(
      [
        ...['test', '--projects', 'test-java', '--also-make', `-Djvm=${found.java}`],
        ...[`-Dtest=${tests.join()}`, '-Dsurefire.failIfNoSpecifiedTests=false'],
      ],
      {
        env: {
          REALM_ARM_CPU: cpu,
          REALM_TEST_FAMILY: family,
          REALM_TEST_KERNELS: join(projectRoot, KERNELS),
        },
      },
    )
    const outcome = readSurefireReports(reports)
    all.passed += outcome.passed
    all.failed += outcome.failed
    all.skips.push(...outcome.skips.map((test) => `on ARM, ${cpu}: ${test}`))
    all.finished &&= status === 0
  }
  return all
}
