// Makes what a guest's script sees of the host, before any code of the script runs: what it changes of the language's own
// objects changes nothing here. Given the functions of ScriptHost; returns what Script calls.
;(host) => {
  const { parse, stringify } = JSON
  const { freeze } = Object
  const { apply } = Reflect
  const { then } = Promise.prototype
  const hostErrors = new WeakMap()
  const getCode = hostErrors.get.bind(hostErrors)
  const setCode = hostErrors.set.bind(hostErrors)
  const PromiseType = Promise
  const ErrorType = Error
  const Float32 = Float32Array
  const Bytes = ArrayBuffer
  const { isView } = ArrayBuffer
  const bufferOf = (bytes) => new Bytes(bytes)

  const failure = ({ code, message }) => {
    const error = new ErrorType(message)
    error.code = code
    setCode(error, code)
    return error
  }

  // The host answers in JSON: { value } or { error }.
  const valueIn = (answer) => {
    const { value, error } = parse(answer)
    if (error !== undefined) throw failure(error)
    return value
  }

  const textOf = (value) => {
    const text = stringify(value)
    return text === undefined ? 'null' : text
  }

  // JSON has no infinity, which bans a token.
  const optionsOf = (options) =>
    stringify({ ...options }, (_, value) => (value === -Infinity ? '-Infinity' : value))

  const modelAt = (index) =>
    freeze({
      info: () => valueIn(host.info(index)),
      tokenize: (text, options) => valueIn(host.tokenize(index, textOf(text), textOf({ ...options }))),
      getTensor: (name) => {
        const values = host.getTensor(index, `${name}`)
        if (typeof values === 'string') valueIn(values)
        return new Float32(bufferOf(values))
      },
      generate: (prompt, options) =>
        valueIn(host.generate(index, textOf(isView(prompt) ? [...prompt] : prompt), optionsOf(options))),
    })

  // As WebAssembly.Memory, made of pages of 64 KiB.
  const memories = new WeakMap()
  const memory = (pages) => {
    const made = host.memory(pages)
    if (typeof made === 'string') valueIn(made)
    let buffer = bufferOf(made[0]())
    const grow = (more) => {
      const before = valueIn(made[1](more))
      buffer = bufferOf(made[0]())
      return before
    }
    const whole = freeze({
      get buffer() {
        return buffer
      },
      grow,
    })
    memories.set(whole, made)
    return whole
  }

  const hostImports = (whole, { streamToken } = {}) => {
    const made = memories.get(whole)
    if (made === undefined)
      throw failure({ code: 'INVALID_ARGUMENT', message: 'memory: give one of realm.memory()' })
    const bound = made[2](streamToken)
    const env = {}
    for (const name of bound[0]) env[name] = bound[1](name)
    return freeze({ env: freeze(env), lastError: () => valueIn(bound[2]()) })
  }

  const models = []
  for (let index = 0; index < host.models; index++) models[index] = modelAt(index)
  // GraalJS has this global beside the language's own.
  delete globalThis.arguments
  globalThis.realm = freeze({ models: freeze(models), memory, hostImports })

  let outcome
  const failed = (error) => {
    outcome = { error }
  }
  const done = (value) => {
    try {
      outcome = { text: textOf(value) }
    } catch (error) {
      failed(error)
    }
  }
  return {
    begin: (called, json) => {
      outcome = undefined
      const value = apply(called, undefined, parse(json))
      if (value instanceof PromiseType) apply(then, value, [done, failed])
      else done(value)
    },
    end: () => {
      if (outcome === undefined)
        throw new ErrorType(
          'the function returned a promise that nothing settles any more: there are no timers here',
        )
      if ('error' in outcome) throw outcome.error
      return outcome.text
    },
    codeOf: (thrown) => (typeof thrown === 'object' && thrown !== null ? getCode(thrown) : undefined),
  }
}
