import { deepEqual, match } from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { readSurefireReports } from '../../js-bindings/scripts/readSurefireReports.js'

describe('readSurefireReports', () => {
  /** @type {string} */
  let folder

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'realm-reports-'))
  })

  afterEach(() => rmSync(folder, { recursive: true }))

  it('adds up the classes and names what was skipped, with its reason', () => {
    writeFileSync(
      join(folder, 'TEST-ai.realm.FirstTest.xml'),
      `<?xml version="1.0" encoding="UTF-8"?>
      <testsuite xsi:noNamespaceSchemaLocation="x.xsd" version="3.0.2" name="ai.realm.FirstTest" time="0.1" tests="5" errors="1" skipped="1" failures="1" flakes="0">
        <testcase name="passes" classname="ai.realm.FirstTest" time="0.01"/>
        <testcase name="needsModel" classname="ai.realm.FirstTest" time="0.01">
          <skipped message="no model: &quot;x&quot; &amp;amp; y" type="org.opentest4j.TestAbortedException"><![CDATA[trace]]></skipped>
        </testcase>
      </testsuite>`,
    )
    writeFileSync(
      join(folder, 'TEST-ai.realm.SecondTest.xml'),
      '<testsuite name="ai.realm.SecondTest" tests="3" errors="0" skipped="0" failures="0"></testsuite>',
    )
    writeFileSync(join(folder, 'ai.realm.FirstTest.txt'), 'Tests run: 5')
    deepEqual(readSurefireReports(folder), {
      passed: 5,
      failed: 2,
      skips: ['ai.realm.FirstTest.needsModel: no model: "x" &amp; y'],
    })
  })

  it('takes the reason from what was thrown where the report has no message', () => {
    writeFileSync(
      join(folder, 'TEST-ai.realm.TilesTest.xml'),
      `<testsuite name="ai.realm.TilesTest" tests="2" errors="0" skipped="2" failures="0">
        <testcase name="tiles" classname="ai.realm.TilesTest" time="0.0">
          <skipped type="org.opentest4j.TestAbortedException"><![CDATA[org.opentest4j.TestAbortedException: Assumption failed: the CPU has no AMX
        at org.junit.jupiter.api.Assumptions.assumeTrue(Assumptions.java:127)
]]></skipped>
        </testcase>
        <testcase name="bare" classname="ai.realm.TilesTest" time="0.0">
          <skipped/>
        </testcase>
      </testsuite>`,
    )
    deepEqual(readSurefireReports(folder).skips, [
      'ai.realm.TilesTest.tiles: Assumption failed: the CPU has no AMX',
      'ai.realm.TilesTest.bare: no reason given',
    ])
  })

  it('names a class that reports no test', () => {
    writeFileSync(
      join(folder, 'TEST-ai.realm.SilentTest.xml'),
      '<testsuite name="ai.realm.SilentTest" tests="0" errors="0" skipped="0" failures="0"></testsuite>',
    )
    const { passed, failed, skips } = readSurefireReports(folder)
    deepEqual([passed, failed, skips.length], [0, 0, 1])
    match(skips[0], /^ai\.realm\.SilentTest: none/)
  })

  it('counts nothing where there is no report', () => {
    deepEqual(readSurefireReports(join(folder, 'missing')), { passed: 0, failed: 0, skips: [] })
  })
})
