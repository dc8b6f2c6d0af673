import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { checkTarballs } from '../../../js-bindings/scripts/pack/checkTarballs.js'

const SHARED = {
  license: 'Apache-2.0',
  homepage: 'https://example.org',
  bugs: 'https://example.org/bugs',
  repository: { type: 'git', url: 'git+https://example.org/realm.git' },
  engines: { node: '>=20.19' },
}
const SYSTEM = { os: ['linux'], cpu: ['x64'], libc: ['glibc'] }
const ADDON = '@realm-ai/addon-linux-x64'
const RUNTIME = '@realm-ai/runtime-linux-x64'

/** The first bytes of a library for Linux on x64, with what is given after them. */
const library = (text = '', machine = 0x3e) => {
  const head = Buffer.alloc(64)
  head.writeUInt32BE(0x7f454c46, 0)
  head.writeUInt16LE(machine, 18)
  return Buffer.concat([head, Buffer.from(text, 'latin1')])
}

/** Packages as they should be: their package.json, and their files. */
const good = () => ({
  'realm-ai': {
    manifest: { version: '1.2.3', ...SHARED, optionalDependencies: { [ADDON]: '1.2.3', [RUNTIME]: '1.2.3' } },
    files: {
      'README.md': '',
      LICENSE: '',
      'CHANGELOG.md': '',
      'THIRD_PARTY_NOTICES.md': '',
      'js-bindings/build/realm-engine.jar': 'jar',
      'js-bindings/build/realm.cjs': '',
      'js-bindings/build/page/index.html': '',
      'js-bindings/build/page/page.css': '',
      'js-bindings/build/page/page.js': '',
      'js-bindings/build/types/index.d.ts': '',
      'js-bindings/build/types/index.d.cts': '',
      'js-bindings/cli/realm.js': '',
      'js-bindings/lib/index.js': '',
      'js-bindings/lib/errors/codes.json': '{}',
    },
  },
  [ADDON]: {
    manifest: { version: '1.2.3', ...SHARED, ...SYSTEM },
    files: {
      'README.md': '',
      LICENSE: '',
      'licenses/node-addon-api.txt': '',
      'licenses/libc++.txt': '',
      'realm.node': library('\0GLIBC_2.2.5\0GLIBC_2.28\0'),
      'librealm-kernels.so': library(),
    },
  },
  [RUNTIME]: {
    manifest: { version: '1.2.3', ...SHARED, ...SYSTEM },
    files: {
      'README.md': '',
      'java/release': '',
      'java/bin/java': library(),
      'java/lib/server/libjvm.so': library('\0GLIBC_2.17\0'),
      'java/lib/modules': '',
      'java/legal/java.base/LICENSE': '',
      'java/conf/security/policy/README.txt': '',
    },
  },
})

describe('checkTarballs', () => {
  /** @type {string} */
  let dist
  beforeEach(() => {
    dist = mkdtempSync(join(tmpdir(), 'realm-dist-'))
  })
  afterEach(() => rmSync(dist, { recursive: true }))

  /**
   * Packs packages and checks them.
   *
   * @param {(packages: any) => void} [change] makes something of them as it should not be
   * @param {string[]} [paths] of this machine
   */
  async function check(change = undefined, paths = []) {
    const packages = good()
    change?.(packages)
    for (const [name, { manifest, files }] of Object.entries(packages)) {
      const folder = join(dist, name, 'package')
      for (const [file, content] of Object.entries({
        ...files,
        'package.json': JSON.stringify({ name, ...manifest }),
      })) {
        mkdirSync(dirname(join(folder, file)), { recursive: true })
        writeFileSync(join(folder, file), content)
      }
      const tarball = join(dist, `${name.replaceAll('/', '-')}.tgz`)
      assert.equal(spawnSync('tar', ['-czf', tarball, '-C', dirname(folder), 'package']).status, 0)
      rmSync(dirname(folder), { recursive: true })
    }
    return checkTarballs(dist, { paths })
  }

  it('is content with packages as they should be, and says what they weigh', async () => {
    const { problems, report } = await check()
    assert.deepEqual(problems, [])
    assert.match(report.join('\n'), /^realm-ai: 0\.00 MB packed, 0\.00 MB unpacked, 15 files$/m)
    assert.match(report.join('\n'), /^in all for linux-x64: 0\.00 MB packed$/m)
  })

  /** What is made wrong, and what is said of it. */
  const WRONG = {
    'a file that is missing': [
      (packages) => delete packages[ADDON].files['librealm-kernels.so'],
      `${ADDON}: librealm-kernels.so is missing`,
    ],
    'a file that does not belong into it': [
      (packages) => {
        packages['realm-ai'].files['js-bindings/build/realm.node'] = ''
      },
      'realm-ai: js-bindings/build/realm.node does not belong into it',
    ],
    'symbols for debuggers': [
      (packages) => {
        packages[RUNTIME].files['java/lib/server/libjvm.debuginfo'] = ''
      },
      `${RUNTIME}: java/lib/server/libjvm.debuginfo does not belong into it`,
    ],
    'a library in the package for every system': [
      (packages) => {
        packages['realm-ai'].files['js-bindings/build/realm.cjs'] = library()
      },
      'realm-ai: js-bindings/build/realm.cjs is for linux-x64, and this package for every system',
    ],
    'a library for another processor': [
      (packages) => {
        packages[ADDON].files['realm.node'] = library('', 0xb7)
      },
      `${ADDON}: realm.node is for linux-arm64`,
    ],
    'a symbol of a newer glibc': [
      (packages) => {
        packages[ADDON].files['realm.node'] = library('\0GLIBC_2.4\0GLIBC_2.36\0GLIBC_2.17\0')
      },
      `${ADDON}: realm.node asks for glibc 2.36; 2.28 is the newest that it may`,
    ],
    'glibc in the package for musl': [
      (packages) => {
        const name = '@realm-ai/addon-linuxmusl-x64'
        const manifest = { ...packages[ADDON].manifest, libc: ['musl'] }
        packages[name] = { manifest, files: packages[ADDON].files }
        packages['realm-ai'].manifest.optionalDependencies[name] = '1.2.3'
      },
      '@realm-ai/addon-linuxmusl-x64: realm.node asks for glibc 2.28, not for musl',
    ],
    'another system in package.json': [
      (packages) => {
        packages[RUNTIME].manifest.cpu = ['arm64']
      },
      `${RUNTIME}: package.json says {"os":["linux"],"cpu":["arm64"],"libc":["glibc"]} of its system; expected ` +
        '{"os":["linux"],"cpu":["x64"],"libc":["glibc"]}',
    ],
    'no repository': [
      (packages) => delete packages[ADDON].manifest.repository,
      `${ADDON}: package.json has no "repository"`,
    ],
    'a path of the machine': [
      (packages) => {
        packages[ADDON].files['realm.node'] = library('\0/secret/place/addon.cc\0')
      },
      `${ADDON}: realm.node holds /secret/place, which is a path of this machine`,
    ],
  }
  for (const [what, [change, expected]] of Object.entries(WRONG)) {
    it(`tells of ${what}`, async () => {
      assert.deepEqual((await check(change, ['/secret/place'])).problems, [expected])
    })
  }

  it('tells of packages that do not belong together', async () => {
    const { problems } = await check((packages) => {
      packages[ADDON].manifest.version = '1.2.4'
      delete packages['realm-ai'].manifest.optionalDependencies[RUNTIME]
    })
    assert.match(
      problems[0],
      /^realm-ai 1\.2\.3 depends on \[\["@realm-ai\/addon-linux-x64","1\.2\.3"\]\]; there are /,
    )
    assert.equal(problems[1], `${ADDON} is of version 1.2.4, realm-ai of 1.2.3`)
  })

  it('tells of what is heavier than it may be', async () => {
    const { problems } = await check((packages) => {
      packages[RUNTIME].files['java/lib/modules'] = randomBytes(24_100_000)
    })
    assert.equal(problems.length, 1)
    assert.match(problems[0], /^for linux-x64 npm fetches 24\.\d\d MB in all; 24\.00 MB is the most$/)
  })

  it('wants tarballs', async () => {
    await assert.rejects(checkTarballs(dist), /has no tarballs: npm run pack makes them/)
  })
})
