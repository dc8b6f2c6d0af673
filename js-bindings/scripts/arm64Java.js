import { spawnSync } from 'node:child_process'
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readlinkSync,
  renameSync,
  rmSync,
  symlinkSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { testCache } from './pythonEnvironment.js'

/** The release of Debian whose Java and C library are taken. */
const RELEASE = 'trixie'

/** Java 25 and the libraries that its virtual machine is linked with. */
const PACKAGES = ['openjdk-25-jre-headless', 'libc6', 'libgcc-s1', 'libstdc++6', 'zlib1g']

const JAVA_HOME = 'usr/lib/jvm/java-25-openjdk-arm64'

/**
 * A Java 25 for ARM that runs on this system, by qemu's emulation of a CPU: it comes from Debian's packages the first time,
 * into Realm's cache. Its program `java` takes the CPU's name from the environment variable `REALM_ARM_CPU`.
 *
 * @returns {{ java: string } | { missing: string }} the program, or what it lacks here
 */
export function arm64Java() {
  if (!runs('qemu-aarch64', ['--version'])) {
    return { missing: 'qemu-aarch64 is not on the PATH (Debian: apt-get install qemu-user)' }
  }
  const root = join(testCache, `arm64-java-25-${RELEASE}`)
  if (!existsSync(root)) {
    const missing = install(root)
    if (missing !== undefined) return { missing }
  }
  return { java: join(root, 'bin/java') }
}

/**
 * Unpacks the packages, which takes no rights: apt keeps its lists in the folder, too. The folder's name is taken at the end,
 * so that an installation that fails starts again.
 *
 * @param {string} root
 * @returns {string | undefined} why it failed
 */
function install(root) {
  const mirror = run('apt-get', ['indextargets', '--format', '$(ORIGIN) $(REPO_URI)', 'Created-By: Packages'])
    ?.split('\n')
    .find((line) => line.startsWith('Debian '))
    ?.slice('Debian '.length)
  if (mirror === undefined) return 'apt-get, which would fetch a Java for ARM, knows no mirror of Debian'
  console.log(`fetching Java 25 for ARM into ${root}`)
  const partial = `${root}.partial-${process.pid}`
  try {
    const env = { APT_CONFIG: aptConfig(join(partial, 'apt'), mirror) }
    const debs = join(partial, 'debs')
    mkdirSync(debs)
    const got =
      run('apt-get', ['update'], { env, cwd: debs }) !== undefined &&
      run('apt-get', ['download', ...PACKAGES], { env, cwd: debs }) !== undefined &&
      readdirSync(debs).every((deb) => run('dpkg-deb', ['-x', join(debs, deb), partial]) !== undefined)
    if (!got) return `apt-get could not fetch ${PACKAGES.join(', ')} of Debian ${RELEASE} for arm64`
    for (const folder of ['apt', 'debs']) rmSync(join(partial, folder), { recursive: true })
    symlinkSync('usr/lib', join(partial, 'lib'))
    takeSettingsAlong(partial)
    writeProgram(partial, root)
    if (!existsSync(root)) renameSync(partial, root)
    return undefined
  } finally {
    rmSync(partial, { recursive: true, force: true })
  }
}

/**
 * @param {string} folder
 * @param {string} mirror
 */
function aptConfig(folder, mirror) {
  for (const part of ['lists/partial', 'cache/archives/partial', 'etc']) {
    mkdirSync(join(folder, part), { recursive: true })
  }
  const keys = '/usr/share/keyrings/debian-archive-keyring.gpg'
  writeFileSync(join(folder, 'status'), '')
  writeFileSync(join(folder, 'etc/sources.list'), `deb [signed-by=${keys}] ${mirror} ${RELEASE} main\n`)
  const config = join(folder, 'apt.conf')
  writeFileSync(
    config,
    `Dir::State "${folder}"; Dir::State::status "${folder}/status"; Dir::Cache "${folder}/cache";
Dir::Etc "${folder}/etc"; Dir::Etc::sourcelist "${folder}/etc/sources.list"; Dir::Etc::sourceparts "-";
APT::Architecture "arm64"; APT::Architectures { "arm64"; }; APT::Sandbox::User "";
`,
  )
  return config
}

/**
 * Debian's Java has its settings in /etc, by absolute links: they lead into the folder here.
 *
 * @param {string} root
 */
function takeSettingsAlong(root) {
  const entries = readdirSync(join(root, JAVA_HOME), { recursive: true, withFileTypes: true })
  for (const entry of entries.filter((each) => each.isSymbolicLink())) {
    const link = join(entry.parentPath, entry.name)
    const target = readlinkSync(link)
    if (!target.startsWith('/etc/java')) continue
    unlinkSync(link)
    const up = '../'.repeat(link.slice(root.length + 1).split('/').length - 1)
    symlinkSync(`${up}${target.slice(1)}`, link)
  }
}

/**
 * A program in a folder as a Java has it: Maven looks for the file `release` beside it.
 *
 * @param {string} folder where it is written
 * @param {string} root where it will be
 */
function writeProgram(folder, root) {
  mkdirSync(join(folder, 'bin'))
  copyFileSync(join(folder, JAVA_HOME, 'release'), join(folder, 'release'))
  const program = join(folder, 'bin/java')
  writeFileSync(
    program,
    `#!/bin/sh\nexec qemu-aarch64 -cpu "$REALM_ARM_CPU" -L '${root}' '${root}/${JAVA_HOME}/bin/java' "$@"\n`,
  )
  chmodSync(program, 0o755)
}

/**
 * @param {string} program
 * @param {string[]} args
 */
function runs(program, args) {
  return run(program, args) !== undefined
}

/**
 * @param {string} program
 * @param {string[]} args
 * @param {{ env?: NodeJS.ProcessEnv, cwd?: string }} [options] variables that are added to those of this process
 * @returns {string | undefined} what it printed; undefined if it failed, or there is none
 */
function run(program, args, { env = {}, cwd } = {}) {
  const { status, stdout } = spawnSync(program, args, {
    encoding: 'utf8',
    env: { ...process.env, ...env },
    cwd,
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  return status === 0 ? stdout : undefined
}
