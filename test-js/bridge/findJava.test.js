import { deepEqual, equal, match, throws } from 'node:assert/strict'
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { findJava, javaHomes } from '../../js-bindings/lib/bridge/findJava.js'
import { platformName, thisSystem } from '../../js-bindings/lib/bridge/platforms.js'

const LIBRARY = process.platform === 'darwin' ? 'lib/server/libjvm.dylib' : 'lib/server/libjvm.so'
const OTHER = process.arch === 'x64' ? 'aarch64' : 'x86_64'
const OTHER_LIBC = thisSystem().libc === 'musl' ? 'gnu' : 'musl'

describe('findJava', () => {
  /** @type {string} */
  let folder

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'realm-java-'))
  })

  afterEach(() => rmSync(folder, { recursive: true }))

  /**
   * @param {string} name
   * @param {string} release
   * @param {string[]} [files]
   */
  function runtime(name, release, files = [LIBRARY]) {
    const home = join(folder, name)
    for (const [file, content] of [['release', release], ...files.map((path) => [path, ''])]) {
      mkdirSync(dirname(join(home, file)), { recursive: true })
      writeFileSync(join(home, file), content)
    }
    return home
  }

  const good = 'JAVA_VERSION="25.0.3"\nMODULES="java.base jdk.incubator.vector"\n'

  it('takes the first runtime that fits, with its version and library', () => {
    const old = runtime('old', 'JAVA_VERSION="17.0.1"')
    const home = runtime('good', good)
    const later = runtime('later', 'JAVA_VERSION="26-ea"')
    const homes = [old, home, later].map((path) => ({ place: 'here', home: path }))
    deepEqual(findJava({ homes }), { home, version: '25.0.3', libjvm: join(home, LIBRARY) })
    equal(findJava({ homes: homes.toReversed() }).home, later)
  })

  it('looks at REALM_JAVA_HOME before JAVA_HOME, and at JAVA_HOME before the PATH', () => {
    const [first, second, third] = ['a', 'b', 'c'].map((name) => runtime(name, good, [LIBRARY, 'bin/java']))
    const links = join(folder, 'links')
    mkdirSync(links)
    symlinkSync(join(third, 'bin/java'), join(links, 'java'))
    const env = { REALM_JAVA_HOME: first, JAVA_HOME: second, PATH: `/nowhere:${links}` }
    equal(findJava({ env }).home, first)
    equal(findJava({ env: { ...env, REALM_JAVA_HOME: '' } }).home, second)
    equal(findJava({ env: { PATH: env.PATH } }).home, third)
  })

  it('looks for the installed runtime package between the two', () => {
    const places = [...javaHomes({})].map(({ place }) => place)
    deepEqual(places.slice(0, 4), [
      'REALM_JAVA_HOME',
      `the package @realm-ai/runtime-${platformName()}`,
      'JAVA_HOME',
      'java on the PATH',
    ])
  })

  it('takes a runtime whose release file does not list its modules', () => {
    equal(findJava({ homes: [{ place: 'here', home: runtime('bare', 'JAVA_VERSION="25"') }] }).version, '25')
  })

  it('says of each place what was found there, and what to do', () => {
    const homes = [
      { place: 'one' },
      { place: 'two', home: join(folder, 'missing') },
      { place: 'three', home: runtime('seventeen', 'JAVA_VERSION="17.0.9"') },
      { place: 'four', home: runtime('eight', 'JAVA_VERSION="1.8.0_402"') },
      { place: 'five', home: runtime('small', 'JAVA_VERSION="25.0.3"\nMODULES="java.base"') },
      { place: 'six', home: runtime('foreign', `${good}OS_ARCH="${OTHER}"`) },
      { place: 'seven', home: runtime('client', good, []) },
      { place: 'eight', home: runtime('odd', 'JAVA_VERSION="next"') },
      { place: 'nine', home: runtime('strange', `${good}LIBC="${OTHER_LIBC}"`) },
    ]
    throws(
      () => findJava({ homes }),
      (error) => {
        equal(error.code, 'JAVA_NOT_FOUND')
        const found = error.message.split(': ').slice(1).join(': ')
        for (const expected of [
          'one: nothing',
          `two: ${join(folder, 'missing')} is no Java runtime`,
          `three: Java 17.0.9 at ${join(folder, 'seventeen')}, 25 or later is needed`,
          `four: Java 1.8.0_402 at ${join(folder, 'eight')}, 25 or later is needed`,
          `five: Java 25.0.3 at ${join(folder, 'small')} lacks the module jdk.incubator.vector`,
          `six: Java 25.0.3 at ${join(folder, 'foreign')} is for ${OTHER}, this Node is for ${process.arch}`,
          `seven: Java 25.0.3 at ${join(folder, 'client')} has no ${LIBRARY}`,
          `eight: Java next at ${join(folder, 'odd')}, 25 or later is needed`,
          ...(thisSystem().libc === undefined
            ? []
            : [`nine: Java 25.0.3 at ${join(folder, 'strange')} is linked with `]),
        ]) {
          equal(found.includes(expected), true, `"${expected}" is not in: ${found}`)
        }
        match(error.message, /set REALM_JAVA_HOME/)
        return true
      },
    )
  })

  it('goes on after a place that it may not read, and names it with the reason', () => {
    const home = runtime('good', good)
    // As a folder without permission, but for root too.
    const closed = join(folder, 'closed')
    symlinkSync(closed, closed)
    equal(findJava({ env: { REALM_JAVA_HOME: closed, JAVA_HOME: home, PATH: '' } }).home, home)
    const noLibrary = runtime('no-library', good, [])
    mkdirSync(dirname(join(noLibrary, LIBRARY)), { recursive: true })
    symlinkSync(join(noLibrary, LIBRARY), join(noLibrary, LIBRARY))
    const places = [...javaHomes({ JAVA_HOME: closed, PATH: closed })].slice(2, 4)
    throws(() => findJava({ homes: [...places, { place: 'here', home: noLibrary }] }), {
      code: 'JAVA_NOT_FOUND',
      message: new RegExp(
        [
          `JAVA_HOME: ${closed} cannot be read \\(ELOOP\\); `,
          `java on the PATH: ${closed}/java cannot be looked at \\(ELOOP\\); `,
          `here: Java 25.0.3 at ${noLibrary}: its ${LIBRARY} cannot be read \\(ELOOP\\)\\. `,
        ].join(''),
      ),
    })
  })
})
