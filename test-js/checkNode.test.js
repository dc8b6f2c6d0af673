import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { checkNode } from '../js-bindings/lib/checkNode.js'

describe('checkNode', () => {
  it('lets a Node pass that package.json allows, and this one', () => {
    const { engines } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'))
    checkNode(engines.node.replace('>=', ''))
    checkNode()
    checkNode('26.10.0')
  })

  it('names an older one, and what to do', () => {
    for (const version of ['18.20.8', '16.0.0']) {
      assert.throws(() => checkNode(version), {
        code: 'UNSUPPORTED_RUNTIME',
        message: new RegExp(
          `^This is Node ${version.replaceAll('.', '\\.')}, and realm-ai needs Node 20\\.19 or later: install`,
        ),
      })
    }
  })
})
