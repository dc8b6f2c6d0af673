import { bindArguments, Callable, REQUIRED } from './calls.js'
import { print } from './printing.js'
import { Text } from './Text.js'
import { Attributes, asNumber, Dict, iterate, JinjaError, View } from './values.js'

/** @import { CallArguments } from './calls.js' */
/** @import { Value } from './values.js' */

/** As many numbers as the sandbox of Jinja2 lets `range` make. */
const MOST_NUMBERS = 100000

/** @type {Readonly<Record<string, (args: CallArguments, now: () => Date) => Value>>} */
const FUNCTIONS = {
  range: ({ positional }) => {
    const numbers = positional.map((value) => {
      const number = asNumber(value)
      if (typeof number !== 'bigint') throw new JinjaError('range() takes integers')
      return number
    })
    if (numbers.length < 1 || numbers.length > 3) throw new JinjaError('range() takes 1 to 3 arguments')
    const [start, stop, step = 1n] = numbers.length === 1 ? [0n, numbers[0]] : numbers
    if (step === 0n) throw new JinjaError('range() arg 3 must not be zero')
    const count = Math.max(Math.ceil(Number(stop - start) / Number(step)), 0)
    if (count > MOST_NUMBERS)
      throw new JinjaError(`Range too big. At most ${MOST_NUMBERS} numbers are allowed.`)
    const label = step === 1n ? `range(${start}, ${stop})` : `range(${start}, ${stop}, ${step})`
    return View.named(
      label,
      Array.from({ length: count }, (_, index) => start + BigInt(index) * step),
    )
  },
  dict: ({ positional, named }) => {
    const [given] = positional
    const pairs = given instanceof Dict ? given.entries() : given === undefined ? [] : [...iterate(given)]
    const names = [...named].map(([name, value]) => [new Text(name), value])
    return new Dict(/** @type {[Value, Value][]} */ ([...pairs, ...names]))
  },
  namespace: ({ positional, named }) => {
    const [given] = positional
    const pairs =
      given instanceof Dict ? given.entries().map(([key, value]) => [print(key).string, value]) : []
    return new Attributes('Namespace', /** @type {[string, Value][]} */ ([...pairs, ...named]))
  },
  cycler: ({ positional: items }) => {
    if (items.length === 0) throw new JinjaError('at least one item has to be provided')
    let at = 0
    const cycler = new Attributes('Cycler', [['current', items[0]]])
    const move = (/** @type {number} */ to) => {
      at = to % items.length
      cycler.set('current', items[at])
      return null
    }
    cycler.set(
      'next',
      new Callable('next', () => {
        const item = items[at]
        move(at + 1)
        return item
      }),
    )
    cycler.set('reset', new Callable('reset', () => move(0)))
    return cycler
  },
  joiner: (args) => {
    const { sep } = bindArguments('joiner', { sep: new Text(', ') }, args)
    let used = false
    return new Callable('joiner', () => {
      const text = used ? sep : new Text('')
      used = true
      return text
    })
  },
  raise_exception: (args) => {
    const { message } = bindArguments('raise_exception', { message: REQUIRED }, args)
    throw new JinjaError(print(message).string)
  },
  strftime_now: (args, now) => {
    const { format } = bindArguments('strftime_now', { format: REQUIRED }, args)
    return print(format).map((part) => strftime(part, now()))
  },
}

/**
 * The functions that every template has: those of Jinja2, and the two of transformers.
 *
 * @param {() => Date} now what `strftime_now` takes for now
 * @returns {[string, Callable][]}
 */
export function globalFunctions(now) {
  return Object.entries(FUNCTIONS).map(([name, run]) => [name, new Callable(name, (args) => run(args, now))])
}

const DAYS = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday']
const MONTHS = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
]
const DAY_MS = 24 * 60 * 60 * 1000

/**
 * A local time, as `strftime` of C writes it in the locale C.
 *
 * @param {string} format
 * @param {Date} date
 * @returns {string}
 */
function strftime(format, date) {
  const year = date.getFullYear()
  const hour = date.getHours()
  const day = Math.round((Date.UTC(year, date.getMonth(), date.getDate()) - Date.UTC(year, 0, 1)) / DAY_MS)
  // The day number of the Thursday in the same week tells the ISO year and week.
  const thursday = new Date(Date.UTC(year, date.getMonth(), date.getDate() + 4 - (date.getDay() || 7)))
  const isoYear = thursday.getUTCFullYear()
  const isoWeek = Math.floor((thursday.getTime() - Date.UTC(isoYear, 0, 1)) / DAY_MS / 7) + 1
  /** @type {Record<string, () => string | [value: number, digits: number, fill?: string]>} */
  const fields = {
    a: () => DAYS[date.getDay()].slice(0, 3),
    A: () => DAYS[date.getDay()],
    b: () => MONTHS[date.getMonth()].slice(0, 3),
    B: () => MONTHS[date.getMonth()],
    C: () => [Math.floor(year / 100), 2],
    d: () => [date.getDate(), 2],
    e: () => [date.getDate(), 2, ' '],
    f: () => [date.getMilliseconds() * 1000, 6],
    G: () => [isoYear, 1],
    g: () => [isoYear % 100, 2],
    H: () => [hour, 2],
    I: () => [hour % 12 || 12, 2],
    j: () => [day + 1, 3],
    k: () => [hour, 2, ' '],
    l: () => [hour % 12 || 12, 2, ' '],
    m: () => [date.getMonth() + 1, 2],
    M: () => [date.getMinutes(), 2],
    n: () => '\n',
    p: () => (hour < 12 ? 'AM' : 'PM'),
    P: () => (hour < 12 ? 'am' : 'pm'),
    s: () => [Math.floor(date.getTime() / 1000), 1],
    S: () => [date.getSeconds(), 2],
    t: () => '\t',
    u: () => [date.getDay() || 7, 1],
    U: () => [Math.floor((day + 7 - date.getDay()) / 7), 2],
    V: () => [isoWeek, 2],
    w: () => [date.getDay(), 1],
    W: () => [Math.floor((day + 7 - ((date.getDay() + 6) % 7)) / 7), 2],
    y: () => [year % 100, 2],
    Y: () => [year, 1],
    // A time without a zone, as transformers takes it.
    z: () => '',
    Z: () => '',
    '%': () => '%',
    c: () => strftime('%a %b %e %H:%M:%S %Y', date),
    D: () => strftime('%m/%d/%y', date),
    F: () => strftime('%Y-%m-%d', date),
    h: () => strftime('%b', date),
    r: () => strftime('%I:%M:%S %p', date),
    R: () => strftime('%H:%M', date),
    T: () => strftime('%H:%M:%S', date),
    x: () => strftime('%m/%d/%y', date),
    X: () => strftime('%H:%M:%S', date),
  }
  return format.replace(/%([-_0^]?)([a-zA-Z%])/g, (whole, flag, letter) => {
    const field = Object.hasOwn(fields, letter) ? fields[letter]() : whole
    if (typeof field === 'string') return flag === '^' ? field.toUpperCase() : field
    const [value, digits, fill = '0'] = field
    if (flag === '-') return String(value)
    return String(value).padStart(digits, flag === '_' ? ' ' : flag === '0' ? '0' : fill)
  })
}
