import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { artifactFile, artifactsOf } from '../../js-bindings/lib/artifacts/fetchArtifacts.js'
import { RealmError } from '../../js-bindings/lib/errors/RealmError.js'
import { javetState } from '../../js-bindings/lib/javet/javetProgram.js'
import { temporaryCache } from '../source/temporaryCache.js'

/** @param {string} name @param {string} [platform] @returns {any} */
const jar = (name, platform) => ({
  ...{ group: 'org.example', artifact: name, version: '1.0', platform, sets: ['javet'] },
  ...{ size: 100, sha256: '0'.repeat(64) },
})

describe('javetState', () => {
  temporaryCache()
  const here = `${process.platform}-${process.arch}`
  const jars = [jar('javet'), jar('native', here), jar('other', 'plan9-x64')]
  const artifacts = () => artifactsOf(['javet'], { artifacts: jars })
  /** @type {string} */
  let home
  before(() => {
    home = mkdtempSync(join(tmpdir(), 'realm-java-'))
  })
  after(() => rmSync(home, { recursive: true }))

  /** A Java with these modules. @param {string} modules */
  function javaWith(modules) {
    writeFileSync(join(home, 'release'), `JAVA_VERSION="25.0.3"\nMODULES="${modules}"\n`)
    return () => ({ home, version: '25.0.3', libjvm: join(home, 'libjvm.so') })
  }
  const whole = () => javaWith('java.base java.logging java.management')

  it('says how much the first run fetches', async () => {
    assert.deepEqual(await javetState({ java: whole(), artifacts }), {
      works: true,
      reason: null,
      cached: false,
      bytes: 200,
    })
  })

  it('sees that all is in the cache, or not all', async () => {
    for (const [i, each] of artifacts().entries()) {
      const { path } = await artifactFile(each, { offline: true })
      mkdirSync(dirname(path), { recursive: true })
      writeFileSync(path, Buffer.alloc(100))
      assert.equal((await javetState({ java: whole(), artifacts })).cached, i === 1)
    }
  })

  it('says why it cannot be', async () => {
    const foreign = () => artifactsOf(['javet'], { artifacts: [jar('other', 'plan9-x64')] })
    const elsewhere = await javetState({ java: whole(), artifacts: foreign })
    assert.match(String(elsewhere.reason), /not made for .*, only for plan9-x64/)
    const bare = await javetState({ java: javaWith('java.base'), artifacts })
    assert.match(String(bare.reason), /needs the modules java\.logging and java\.management/)
    const java = () => {
      throw new RealmError('JAVA_NOT_FOUND', 'no Java')
    }
    const none = await javetState({ java, artifacts })
    assert.deepEqual(none, { works: false, reason: 'no Java', cached: false, bytes: 0 })
  })

  it('hides no other error', async () => {
    const broken = () => {
      throw new TypeError('a defect')
    }
    await assert.rejects(javetState({ java: broken, artifacts }), TypeError)
  })
})
