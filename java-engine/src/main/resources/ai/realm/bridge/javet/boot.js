/**
 * Makes the Node that Javet carries one that an app cannot tell from a program `node`, gives realm-ai its way to the engine,
 * and starts the app in the first turn of the event loop.
 *
 * @param {JavaFunctions} java
 * @param {string} json the settings, as AppSettings writes them
 * @returns {{ beforeExit: () => void, exit: () => void }} for an empty event loop: `beforeExit` tells the app, whose
 *   listeners may open new work; `exit` ends it
 */
;(java, json) => {
  /** The kinds of events that end a job, as Java's EventSink numbers them. */
  const RESULT = 2
  const ERROR = 3
  /** The most bytes of a ByteBuffer. */
  const LARGEST_BUFFER = 2 ** 31 - 1

  const settings = JSON.parse(json)
  const { require } = globalThis
  // Javet puts it there; Node does not.
  delete globalThis.require
  const { Socket } = require('node:net')
  const { setEnvironmentData } = require('node:worker_threads')
  const { runMain } = require('node:module')
  const { inspect } = require('node:util')

  if (settings.execPath !== undefined) process.execPath = settings.execPath
  process.argv = [process.execPath, ...(settings.isCode ? [] : [settings.script]), ...settings.args]
  process.execArgv = settings.isCode ? ['-e', settings.script] : settings.nodeOptions
  restoreLocale()

  /** Java takes the encoding of paths from the locale; `realm run` keeps the user's beside one with UTF-8. */
  function restoreLocale() {
    const { REALM_RUN_LC_ALL } = process.env
    if (REALM_RUN_LC_ALL === undefined) return
    delete process.env.REALM_RUN_LC_ALL
    if (REALM_RUN_LC_ALL === '') delete process.env.LC_ALL
    else process.env.LC_ALL = REALM_RUN_LC_ALL
  }

  /** As Node runs the code of its option -e. */
  function runCode(code) {
    const { evalModuleEntryPoint, evalScript } = require('internal/process/execution')
    if (settings.nodeOptions.includes('--input-type=module')) evalModuleEntryPoint(code, false)
    else evalScript('[eval]', code, false, false, false)
  }

  // The ways out.
  process.reallyExit = (code) => java.exit(code ?? 0)
  if (!settings.ownsProcess) {
    const isCaught = process._fatalException
    process._fatalException = (error, isOfPromise) => {
      if (!isCaught(error, isOfPromise)) {
        // Here Node would print it and end the process.
        process._rawDebug(`Uncaught ${inspect(error)}`)
        java.exit(process.exitCode || 1)
      }
      return true
    }
  }
  const { emit, exit } = process
  let isEmpty = false
  process.emit = function (event, ...args) {
    // Javet emits it after every turn of the event loop.
    if (event === 'beforeExit' && !isEmpty) return false
    return Reflect.apply(emit, this, [event, ...args])
  }

  // The way to the engine.
  const listeners = new Map()
  const wake = new Socket({ fd: settings.wakeSocket, readable: true, writable: false })
  wake.unref()

  const answerOf = (answer) => {
    if (!Array.isArray(answer)) return answer
    throw codedError(...answer)
  }
  const codedError = (code, message) => Object.assign(new Error(message), { code })
  const bytesOf = (view) => {
    if (view === undefined || view.byteLength === 0) return [undefined, 0, 0]
    const [buffer, offset] = ArrayBuffer.isView(view) ? [view.buffer, view.byteOffset] : [view, 0]
    if (buffer.byteLength <= LARGEST_BUFFER) return [buffer, offset, view.byteLength]
    throw codedError(
      'INVALID_ARGUMENT',
      `the buffer has ${buffer.byteLength} bytes; under realm run, ${LARGEST_BUFFER} at most can be handed to Java`,
    )
  }
  const integerOf = (value) => {
    if (typeof value === 'bigint') return BigInt.asIntN(64, value)
    if (typeof value === 'number') return Number.isFinite(value) ? Math.trunc(value) : 0
    throw codedError('INVALID_ARGUMENT', `a host function takes numbers and BigInts, not ${typeof value}`)
  }
  /** Hands a piece on, and tells where the memory is afterwards and whether the guest wants more. */
  const streamTo = (stream, memory) => (pointer, length) => {
    let wanted = true
    try {
      stream(pointer, length)
    } catch {
      // HostImports has kept it.
      wanted = false
    }
    try {
      return [...bytesOf(memory.buffer), wanted]
    } catch {
      return [undefined, 0, 0, false]
    }
  }
  const listen = (job, onEvent) => {
    if (listeners.size === 0) wake.ref()
    listeners.set(job, onEvent)
    return job
  }
  const deliver = (job, kind, payload) => {
    const onEvent = listeners.get(job)
    if (kind === RESULT || kind === ERROR) {
      listeners.delete(job)
      if (listeners.size === 0) wake.unref()
    }
    onEvent(kind, payload)
  }
  wake.on('data', () => {
    const text = java.takeEvents()
    for (let start = 0; start < text.length; ) {
      const numbers = /(\d+) (\d) (\d+) /y
      numbers.lastIndex = start
      const [head, job, kind, length] = numbers.exec(text)
      const end = start + head.length + Number(length)
      deliver(Number(job), Number(kind), text.slice(start + head.length, end))
      start = end
    }
  })
  const addon = {
    start: () =>
      new Promise((resolve, reject) => {
        listen(java.start(), (kind, payload) =>
          kind === RESULT ? resolve(Number(payload)) : reject(JSON.parse(payload)),
        )
      }),
    call: (method, args, view) => answerOf(java.call(method, args, ...bytesOf(view))),
    open: (method, args, onEvent, bytes) =>
      listen(answerOf(java.open(method, args, ...bytesOf(bytes))), onEvent),
    take: (ticket) => answerOf(java.take(ticket)),
    hostCall: (guest, hostFunction, memory, stream, ...args) =>
      answerOf(
        java.hostCall(
          guest,
          hostFunction,
          ...bytesOf(memory.buffer),
          stream && streamTo(stream, memory),
          ...args.map(integerOf),
        ),
      ),
    cancel: (job) => java.cancel(job),
  }
  Object.defineProperty(process, Symbol.for('realm-ai.javet'), { value: addon })
  // Javet does not know of workers: they get the addon, which joins the Java that runs.
  setEnvironmentData('realm-ai.javet', settings.java)

  setImmediate(() => (settings.isCode ? runCode(settings.script) : runMain(settings.script)))
  return {
    beforeExit: () => {
      isEmpty = true
      process.emit('beforeExit', process.exitCode || 0)
      isEmpty = false
    },
    exit: () => exit(),
  }
}
