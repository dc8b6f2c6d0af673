import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { RealmError } from '../errors/RealmError.js'

/** These end the whole Node process where Java alone has run out of memory. */
const FORBIDDEN = ['-XX:+ExitOnOutOfMemoryError', '-XX:+CrashOnOutOfMemoryError']

/** The methods of the vector kernels, as the compiler's commands name them. */
const KERNELS = 'ai.realm.kernels.vector.*::*'

/**
 * The options that the Java virtual machine is started with. A user adds to them with the variable `REALM_JAVA_OPTIONS`:
 * options with spaces between them, quoted where they hold a space. Where they say something else than the options here,
 * the user's count. `JAVA_TOOL_OPTIONS` applies too, as to every Java program of the environment: the machine reads it
 * first, says so on stderr, and what is set here outranks it.
 *
 * @param {object} options
 * @param {string[]} options.classPath the engine's jar, and what else Java classes are loaded from
 * @param {string} [options.kernels] the library of the native kernels; default: none, and Java's own compute
 * @param {NodeJS.ProcessEnv} [options.env] the variables to look at; default: those of the process
 * @returns {string[]}
 * @throws {RealmError} `INVALID_ARGUMENT` if the user's options have one that cannot be allowed in a Node process
 */
export function jvmOptions({ classPath, kernels, env = process.env }) {
  const added = userOptions(env.REALM_JAVA_OPTIONS ?? '')
  return [
    `-Djava.class.path=${classPath.join(delimiter)}`,
    // The engine computes with the Vector API and reads weights from mapped memory. The machine takes the form with "="
    // only from a program.
    '--add-modules=jdk.incubator.vector',
    '--enable-native-access=ALL-UNNAMED',
    // GraalVM's engines for guests would be warned of on stderr.
    '--sun-misc-unsafe-memory-access=allow',
    // SIGINT, SIGTERM and SIGHUP belong to Node.
    '-Xrs',
    // In kilobytes. The machine guards the main thread's stack at this depth; with its usual 1024 the guard would lie in
    // the part that deep JavaScript recursion uses, and end the process without a word.
    '-XX:ThreadStackSize=7500',
    ...heapOptions(added),
    ...(kernels === undefined ? [] : [`-Drealm.kernels.library=${kernels}`]),
    // The interpreter runs vector code a thousand times slower than compiled code. The kernels are compiled on their first
    // hundreds of calls, which the engine makes while the model loads, and the caller waits for the compiler. With fewer
    // calls the compiler knows too little of what they call, and code that is half as fast stays for good.
    '-XX:CompileCommand=quiet',
    `-XX:CompileCommand=CompileThresholdScaling,${KERNELS},0.03`,
    `-XX:CompileCommand=BackgroundCompilation,${KERNELS},false`,
    // What the compiler asked the C library for stays resident otherwise: up to 50 MB after the Java kernels.
    '-XX:TrimNativeHeapInterval=5000',
    // A crash must leave no file in the program's working directory.
    `-XX:ErrorFile=${join(tmpdir(), 'realm-java-crash-%p.log')}`,
    // No file of counters in the temporary folder.
    '-XX:-UsePerfData',
    ...added,
  ]
}

/**
 * Weights lie outside the heap: it holds vocabularies and what a generation works with. It starts small, since it only
 * gives memory back after a full collection, and one thread without tables beside the heap collects it best.
 *
 * @param {string[]} added the user's options, which the machine would refuse beside some of these
 */
function heapOptions(added) {
  const ownSizes = !added.some((option) => /^-Xm[nsx]/.test(option))
  const ownCollector = !added.some((option) => /^-XX:\+Use\w+GC$/.test(option))
  return [
    ...(ownSizes ? ['-Xms16m', '-Xmx1g'] : []),
    // What is young is garbage within a token: more room would only be touched in turn, and stay resident.
    ...(ownSizes && ownCollector ? ['-Xmn8m'] : []),
    ...(ownCollector ? ['-XX:+UseSerialGC'] : []),
  ]
}

/** @param {string} text */
function userOptions(text) {
  const words = text.match(/(?:[^\s"']|"[^"]*"|'[^']*')+/g) ?? []
  const options = words.map((word) => word.replace(/"([^"]*)"|'([^']*)'/g, '$1$2'))
  const forbidden = options.find((option) => FORBIDDEN.includes(option))
  if (forbidden !== undefined) {
    throw new RealmError(
      'INVALID_ARGUMENT',
      `REALM_JAVA_OPTIONS has ${forbidden}, which would end the Node process: leave it out. A lack of memory arrives as ` +
        'an error with the code OUT_OF_MEMORY.',
    )
  }
  return options
}
