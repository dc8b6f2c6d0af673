import { spawnSync } from 'node:child_process'
import { chmodSync, mkdirSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { projectRoot, SetupError } from '../runProgram.js'

/** Where systems keep Java. */
const JAVA = ['/usr/lib/jvm', '/usr/java', '/opt']

/** Programs that compile or run Java, wherever they are. */
const PROGRAMS = [
  '*gcc*',
  '*g++*',
  '*clang*',
  'cc',
  'c++',
  'c99',
  'make',
  'cmake',
  'java*',
  'python*',
  'zig*',
]

/** An ordinary user's number, where this process is root's: that of nobody. */
const NOBODY = 65534

/** Hides Java, compilers, the project and the home, and goes on as an ordinary user. */
const HIDE = `set -e
tools=$1 shared=$2 modules=$3 home=$4 project=$5 user=$6
shift 6
mount --bind "$tools" "$shared/tools"
mount --bind "$modules" "$shared/node_modules"
for folder in ${JAVA.join(' ')} "$home" "$project"; do
  if [ -d "$folder" ]; then mount -t tmpfs -o mode=755 tmpfs "$folder"; fi
done
cd /
for folder in /usr/bin /usr/local/bin /bin /usr/sbin; do
  for program in ${PROGRAMS.map((name) => `"$folder"/${name}`).join(' ')}; do
    if [ -f "$program" ]; then mount --bind /dev/null "$program"; fi
  done
done
cd "$REALM_CWD"
if [ "$user" = root ]; then exec setpriv --reuid=${NOBODY} --regid=${NOBODY} --clear-groups --no-new-privs "$@"; fi
exec unshare --user --map-user="$user" --map-group="$user" "$@"
`

/**
 * A machine that has Node and package managers, and nothing that builds or runs Java: this one, in a mount namespace that
 * hides the rest, as an ordinary user.
 */
export class Machine {
  #tools
  #folder

  /**
   * @param {object} options
   * @param {string} options.tools the folder of `installTools`; it is `tools` in the machine's own folder
   * @param {string} options.folder the machine's own, which it may write to
   * @throws {SetupError} if this system has no such namespaces, or does not allow them
   */
  constructor({ tools, folder }) {
    this.#tools = tools
    this.#folder = folder
    for (const name of ['tools', 'node_modules', 'home', 'tmp', 'cache']) {
      mkdirSync(join(folder, name), { recursive: true })
    }
    // Nobody has to pass through, and to write.
    for (const name of ['', 'home', 'tmp', 'cache']) chmodSync(join(folder, name), 0o777)
    const { status, stderr } = this.run('node20', ['-e', ''])
    if (status !== 0) {
      throw new SetupError(`no machine without Java and compilers can be had here: ${stderr.trim()}`)
    }
  }

  /** Its folder, which it may write to. */
  get folder() {
    return this.#folder
  }

  /**
   * The path of a file of the tools, as the machine sees it.
   *
   * @param {string} file in their node_modules
   */
  tool(file) {
    return join(this.#folder, 'tools/node_modules', file)
  }

  /**
   * Runs Node on the machine.
   *
   * @param {string} node one of NODES
   * @param {string[]} args of Node
   * @param {object} [options]
   * @param {string} [options.cwd] default: the machine's folder
   * @param {NodeJS.ProcessEnv} [options.env] variables beside the machine's own
   * @param {number} [options.minutes] after which it is killed; default 5
   * @returns {{ status: number | null, stdout: string, stderr: string }}
   */
  run(node, args, { cwd = this.#folder, env = {}, minutes = 5 } = {}) {
    const bin = this.tool(`${node}/bin`)
    return this.execute([join(bin, 'node'), ...args], {
      cwd,
      env: { PATH: `${bin}:/usr/bin:/bin`, ...env },
      minutes,
    })
  }

  /**
   * Runs a program on the machine.
   *
   * @param {string[]} command
   * @param {{ cwd: string, env: NodeJS.ProcessEnv, minutes: number }} options
   */
  execute(command, { cwd, env, minutes }) {
    const isRoot = process.getuid?.() === 0
    const user = isRoot ? 'root' : String(process.getuid?.())
    const modules = join(projectRoot, 'node_modules')
    const { status, stdout, stderr, error } = spawnSync(
      'unshare',
      [
        ...['--mount', '--propagation', 'private', ...(isRoot ? [] : ['--map-root-user'])],
        ...['sh', '-c', HIDE, 'sh', this.#tools, this.#folder, modules, homedir(), projectRoot, user],
        ...command,
      ],
      {
        encoding: 'utf8',
        timeout: minutes * 60_000,
        killSignal: 'SIGKILL',
        maxBuffer: 2 ** 28,
        env: {
          REALM_CWD: cwd,
          HOME: join(this.#folder, 'home'),
          TMPDIR: join(this.#folder, 'tmp'),
          XDG_CACHE_HOME: join(this.#folder, 'cache'),
          LANG: 'C.UTF-8',
          ...env,
        },
      },
    )
    if (error !== undefined && /** @type {NodeJS.ErrnoException} */ (error).code !== 'ETIMEDOUT') {
      throw new SetupError(`unshare cannot be run: ${error.message} (Debian: apt-get install util-linux)`)
    }
    return { status, stdout, stderr: error === undefined ? stderr : `${stderr}${error.message}` }
  }

  /**
   * Tries to run Java and compilers.
   *
   * @returns {import('./apps.js').Trial}
   */
  lacksBuildTools() {
    const started = performance.now()
    const script = `ls -A ${JAVA.join(' ')} 2>/dev/null | grep -v :; for tool in java javac cc c++ gcc make python3; do
      if $tool --version >/dev/null 2>&1; then echo "$tool"; fi; done; id -u`
    const { stdout } = this.execute(['sh', '-c', script], {
      cwd: this.#folder,
      env: { PATH: '/usr/local/bin:/usr/bin:/bin' },
      minutes: 1,
    })
    const [user, ...found] = stdout
      .trim()
      .split('\n')
      .filter((line) => line !== '')
      .reverse()
    const seconds = (performance.now() - started) / 1000
    const what = `a machine without Java and compilers, as the user ${user}`
    if (user !== '0' && user !== undefined && found.length === 0) return { what, seconds }
    return { what, seconds, problem: `there are ${found.join(', ') || 'none, but it is root'}` }
  }

  /**
   * Gives a folder that was made here to the machine's user.
   *
   * @param {string} folder
   */
  handOver(folder) {
    if (process.getuid?.() !== 0) return
    const { status, stderr } = spawnSync('chown', ['-R', `${NOBODY}:${NOBODY}`, folder], { encoding: 'utf8' })
    if (status !== 0) throw new SetupError(`${folder} cannot be given to another user: ${stderr.trim()}`)
  }
}
