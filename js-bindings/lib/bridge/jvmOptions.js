import { availableParallelism, tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { RealmError } from '../errors/RealmError.js'

/** These end the whole Node process where Java alone has run out of memory. */
const FORBIDDEN = ['-XX:+ExitOnOutOfMemoryError', '-XX:+CrashOnOutOfMemoryError']

/** The methods of the vector kernels, as the compiler's commands name them. */
const KERNELS = 'ai.realm.kernels.vector.*::*'

/**
 * Those of them that only call the others, and after what share of the usual number of calls they are compiled: attention
 * does so for each row, the others for whole matrices.
 */
const CALLERS = Object.entries({
  'ai.realm.kernels.vector.VectorAttention::*': 0.03,
  'ai.realm.kernels.vector.VectorKernels::*': 1.01,
  'ai.realm.kernels.vector.PackedProduct::*': 1.01,
})

/** What repacks weights. */
const PACKING = 'ai.realm.kernels.packed.*::*'

/** How the Vector API reads and writes memory outside the heap. */
const MEMORY_ACCESS = 'jdk.internal.misc.ScopedMemoryAccess::*MemorySegment*'

/** The Vector API, and of it what computes where no compiled kernel does, lane by lane. */
const VECTOR_API = 'jdk.incubator.vector.*::*'
const LANE_BY_LANE = [
  ...['*Op', '*OpTemplate', 'defaultCast', 'lambda*', 'apply', 'load', 'store', 'fromBits'].map(
    (method) => `jdk.incubator.vector.*::${method}`,
  ),
  'jdk.internal.vm.vector.VectorSupport::*',
]

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
    ...compilerOptions(),
    ...(kernels === undefined || env.REALM_KERNELS === 'vector' ? compilerThreads(added) : []),
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

/**
 * The interpreter runs vector code a thousand times slower than compiled code. The engine calls the kernels a few times
 * while the model loads, and each call waits for the compiler (`WarmUp` in the engine). What else is called so often then
 * is the Vector API's own slow path, which no compiled kernel ever takes: compiling that would take as long as the kernels.
 */
function compilerOptions() {
  return [
    '-XX:CompileCommand=quiet',
    // Of commands for the same method the last one counts.
    ...after(0.003, KERNELS),
    ...waiting(KERNELS),
    ...CALLERS.flatMap(([methods, share]) => [...after(share, methods), ...waiting(methods, false)]),
    ...after(0.1, PACKING),
    // A kernel that is compiled before this has a profile does not know what kind of memory it reads, calls methods in its
    // innermost loop to ask, and stays half as fast for good.
    ...after(0.03, MEMORY_ACCESS),
    ...waiting(MEMORY_ACCESS),
    ...after(5, VECTOR_API),
    ...LANE_BY_LANE.flatMap((methods) => after(10, methods)),
    // However much there is to compile, methods are profiled: without a profile they would be compiled once more.
    '-XX:Tier3DelayOn=10000',
    // A loop that runs is not replaced before the method that has it is compiled, which would be twice the work.
    '-XX:Tier4BackEdgeThreshold=400000',
  ]
}

/**
 * On few cores Java would compile one kernel at a time: two are done sooner.
 *
 * @param {string[]} added the user's options
 */
function compilerThreads(added) {
  const ownCount = added.some((option) => option.startsWith('-XX:CICompilerCount='))
  return ownCount || availableParallelism() > 3 ? [] : ['-XX:CICompilerCount=3']
}

/**
 * Compiles methods after another number of calls.
 *
 * @param {number} factor of the usual number
 * @param {string} methods
 */
function after(factor, methods) {
  const decimal = Number.isInteger(factor) ? factor.toFixed(1) : String(factor)
  return [`-XX:CompileCommand=CompileThresholdScaling,${methods},${decimal}`]
}

/**
 * Has who calls methods wait for the compiler, once these have been called often enough, or not.
 *
 * @param {string} methods
 * @param {boolean} [wait]
 */
function waiting(methods, wait = true) {
  return [`-XX:CompileCommand=BackgroundCompilation,${methods},${!wait}`]
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
