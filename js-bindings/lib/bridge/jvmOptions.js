import { availableParallelism, tmpdir, totalmem } from 'node:os'
import { delimiter, join } from 'node:path'
import { RealmError } from '../errors/RealmError.js'
import { thisSystem } from './platforms.js'

/**
 * Options that Node cannot live with, and what they would do. In the variables that Realm's options outrank, those are
 * harmless that are `undone`.
 */
const REFUSED = [
  {
    option: /^-XX:\+(Exit|Crash)OnOutOfMemoryError$/,
    does: 'end the Node process where Java alone is out of memory, which else arrives as OUT_OF_MEMORY',
    undone: true,
  },
  {
    option: /^-XX:OnOutOfMemoryError=/,
    does: 'run a program, as a rule one that ends the process, where Java alone is out of memory',
    undone: false,
  },
  {
    option: /^-XX:(StartFlightRecording|\+FlightRecorder$)/,
    does: 'crash the Node process, since Flight Recorder wants signals that are those of Node',
    undone: false,
  },
  {
    option: /^-(Xss|XX:ThreadStackSize=)/,
    does: 'put the guard of the stack into the part that JavaScript uses',
    undone: true,
  },
  { option: /^-XX:-ReduceSignalUsage$/, does: 'take SIGINT and SIGTERM from Node', undone: true },
]

const MB = 2 ** 20

/** Bounds of the heap, whatever the memory: it has room for a vocabulary of any model. */
const LEAST_HEAP = 64 * MB
const MOST_HEAP = 1024 * MB

/** Chooses a collector; the machine refuses two. */
const COLLECTOR = /^-XX:\+(Use(?:Serial|Parallel|G1|Z|Shenandoah|Epsilon)GC|AggressiveHeap)$/

/** Sets the size of the heap or of its young part. */
const HEAP_SIZE = /^-Xm[nsx]|^-XX:(Initial|Min|Max)?HeapSize=|^-XX:(Max)?NewSize=|^-XX:(Initial|Min|Max)RAM/

/** After how many calls, or rounds of loops with calls, Java's second compiler takes a method up by itself. */
const TIER_4 = /** @type {const} */ ([
  ['InvocationThreshold', 5000],
  ['MinInvocationThreshold', 600],
  ['CompileThreshold', 15000],
])

/**
 * With native kernels Java is done with little before the first token, and on two cores the second compiler would take a
 * third of the time until then. It takes up methods later than usual, by this factor: the token comes 50 ms sooner, and what
 * runs with every token is compiled within the first hundred.
 */
const LATER = 4

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
 * the user's count. The variables of every Java program apply too, and Java says so on stderr: those of
 * `JAVA_TOOL_OPTIONS` (and, for `realm run`, of `JDK_JAVA_OPTIONS`) are read before the options here, which outrank them,
 * and those of `_JAVA_OPTIONS` after all others.
 *
 * @param {object} options
 * @param {string[]} options.classPath the engine's jar, and what else Java classes are loaded from
 * @param {string} [options.kernels] the library of the native kernels; default: none, and Java's own compute
 * @param {NodeJS.ProcessEnv} [options.env] the variables to look at; default: those of the process
 * @param {number} [options.memory] bytes that the process may use; default: those of the machine, or of its control group
 * @param {string} [options.libc] the C library, as npm names it; default: that of this process
 * @returns {string[]}
 * @throws {RealmError} `INVALID_ARGUMENT` if a variable has an option that cannot be allowed in a Node process
 */
export function jvmOptions({
  classPath,
  kernels,
  env = process.env,
  memory = allowedMemory(),
  libc = thisSystem().libc,
}) {
  const outranked = ['JDK_JAVA_OPTIONS', 'JAVA_TOOL_OPTIONS'].flatMap((name) =>
    optionsIn(env, name, { allowUndone: true }),
  )
  const added = optionsIn(env, 'REALM_JAVA_OPTIONS')
  const users = [...added, ...optionsIn(env, '_JAVA_OPTIONS')]
  const computesInJava = kernels === undefined || env.REALM_KERNELS === 'vector'
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
    // A lack of memory is an error of the call that met it.
    '-XX:-ExitOnOutOfMemoryError',
    '-XX:-CrashOnOutOfMemoryError',
    // The engine asks for a collection once a model's vocabulary is garbage.
    '-XX:-DisableExplicitGC',
    ...heapOptions({ users, outranked, memory }),
    ...(kernels === undefined ? [] : [`-Drealm.kernels.library=${kernels}`]),
    ...(computesInJava ? [...compilerOptions(1), ...compilerThreads(users)] : compilerOptions(LATER)),
    // What the compiler asked the C library for stays resident otherwise: up to 50 MB after the Java kernels. On others
    // than glibc there is no such thing, and Java would warn of that.
    ...(libc === 'glibc' ? ['-XX:TrimNativeHeapInterval=5000'] : []),
    // A crash must leave no file in the program's working directory.
    `-XX:ErrorFile=${join(tmpdir(), 'realm-java-crash-%p.log')}`,
    // No file of counters in the temporary folder.
    '-XX:-UsePerfData',
    ...added,
  ]
}

/** What this process may use: libuv knows control groups, and says 0 or more than there is where none bounds it. */
function allowedMemory() {
  return Math.min(process.constrainedMemory() || Number.POSITIVE_INFINITY, totalmem())
}

/**
 * Weights lie outside the heap: it holds vocabularies and what a generation works with. It starts small, since it only
 * gives memory back after a full collection, and one thread without tables beside the heap collects it best. A quarter of
 * the memory is Java's own bound; more than 1 GB nothing in the engine needs.
 *
 * @param {object} options
 * @param {string[]} options.users the user's options, which the machine would refuse beside some of these
 * @param {string[]} options.outranked those of the environment, of which Java would refuse a second collector
 * @param {number} options.memory bytes that the process may use
 */
function heapOptions({ users, outranked, memory }) {
  const ownSizes = !users.some((option) => HEAP_SIZE.test(option))
  const ownCollector = !users.some((option) => COLLECTOR.test(option))
  const most = Math.floor(Math.min(Math.max(memory / 4, LEAST_HEAP), MOST_HEAP) / MB)
  const others = outranked.filter((option) => COLLECTOR.test(option) && !users.includes(option))
  return [
    ...(ownSizes ? ['-Xms16m', `-Xmx${most}m`] : []),
    // What is young is garbage within a token: more room would only be touched in turn, and stay resident.
    ...(ownSizes && ownCollector ? ['-Xmn8m'] : []),
    ...others.map((option) => option.replace('+', '-')),
    ...(ownCollector ? ['-XX:+UseSerialGC'] : []),
  ]
}

/**
 * The interpreter runs vector code a thousand times slower than compiled code. The engine calls the kernels a few times
 * while the model loads, and each call waits for the compiler (`WarmUp` in the engine). What else is called so often then
 * is the Vector API's own slow path, which no compiled kernel ever takes: compiling that would take as long as the kernels.
 *
 * @param {number} later by what factor later the second compiler takes up all other methods
 */
function compilerOptions(later) {
  const after = (/** @type {number} */ share, /** @type {string} */ methods) =>
    compiledAfter(share / later, methods)
  return [
    ...TIER_4.map(([name, calls]) => `-XX:Tier4${name}=${calls * later}`),
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
    ...compiledAfter(5, VECTOR_API),
    ...LANE_BY_LANE.flatMap((methods) => compiledAfter(10, methods)),
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
function compiledAfter(factor, methods) {
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

/**
 * The options of a variable, as Java takes them apart.
 *
 * @param {NodeJS.ProcessEnv} env
 * @param {string} name
 * @param {{ allowUndone?: boolean }} [options] whether Realm's own options undo some of those that are refused
 * @throws {RealmError} `INVALID_ARGUMENT`
 */
function optionsIn(env, name, { allowUndone = false } = {}) {
  const words = env[name]?.match(/(?:[^\s"']|"[^"]*"|'[^']*')+/g) ?? []
  const options = words.map((word) => word.replace(/"([^"]*)"|'([^']*)'/g, '$1$2'))
  for (const { option, does, undone } of REFUSED) {
    const found = options.find((word) => option.test(word))
    if (found !== undefined && !(undone && allowUndone)) {
      throw new RealmError(
        'INVALID_ARGUMENT',
        `The variable ${name} has ${found}, which would ${does}: leave it out for this program.`,
      )
    }
  }
  return options
}
