import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { RealmError } from '../errors/RealmError.js'

/** These end the whole Node process where Java alone has run out of memory. */
const FORBIDDEN = ['-XX:+ExitOnOutOfMemoryError', '-XX:+CrashOnOutOfMemoryError']

/** The methods of the vector kernels, as the compiler's commands name them. */
const KERNELS = 'ai.realm.kernels.vector.*::*'

/**
 * The options that the Java virtual machine is started with. A user adds to them with the variable `REALM_JAVA_OPTIONS`:
 * options with spaces between them, quoted where they hold a space; of two that contradict each other the user's
 * counts. `JAVA_TOOL_OPTIONS` applies too, as to every Java program of the environment: the machine reads it first, says
 * so on stderr, and what is set here outranks it.
 *
 * @param {object} options
 * @param {string[]} options.classPath the engine's jar, and what else Java classes are loaded from
 * @param {NodeJS.ProcessEnv} [options.env] the variables to look at; default: those of the process
 * @returns {string[]}
 * @throws {RealmError} `INVALID_ARGUMENT` if the user's options are none that can be allowed in a Node process
 */
export function jvmOptions({ classPath, env = process.env }) {
  return [
    `-Djava.class.path=${classPath.join(delimiter)}`,
    // The engine computes with the Vector API, and reads weights from mapped memory. The form with "=" is the only one
    // that the machine takes from a program.
    '--add-modules=jdk.incubator.vector',
    '--enable-native-access=ALL-UNNAMED',
    // SIGINT, SIGTERM and SIGHUP belong to Node.
    '-Xrs',
    // In kilobytes. The machine puts a guard zone at this depth of the main thread's stack; at the usual 1024 it would
    // lie inside the part that deep JavaScript recursion uses.
    '-XX:ThreadStackSize=7500',
    // Weights lie outside the heap: it holds vocabularies and what a generation works with.
    '-Xms16m',
    '-Xmx1g',
    // One thread, no tables beside the heap: the least memory and the quickest start for a heap of this size.
    '-XX:+UseSerialGC',
    // The interpreter runs vector code a thousand times slower than compiled code. The kernels are compiled on their first
    // calls, which the engine makes while the model loads, and the caller waits for the compiler.
    '-XX:CompileCommand=quiet',
    `-XX:CompileCommand=CompileThresholdScaling,${KERNELS},0.002`,
    `-XX:CompileCommand=BackgroundCompilation,${KERNELS},false`,
    // A crash must leave no file in the program's working directory.
    `-XX:ErrorFile=${join(tmpdir(), 'realm-java-crash-%p.log')}`,
    // No file of counters in the temporary folder.
    '-XX:-UsePerfData',
    ...userOptions(env.REALM_JAVA_OPTIONS ?? ''),
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
