import { AbortError, type GenerateResult, loadModel, Model, RealmError } from 'realm-ai'

import realm = require('realm-ai')

async function main(): Promise<GenerateResult> {
  const model: Model = await loadModel('name', { threads: 2 })
  const same: realm.Model = await realm.loadModel('name')
  try {
    for await (const piece of same.stream('a', { maxTokens: 1 })) console.log(piece.length)
    return await model.generate([{ role: 'user', content: 'a' }])
  } catch (error) {
    if (error instanceof AbortError) console.log(error.result?.text)
    else if (error instanceof RealmError) console.log(error.code)
    else if (error instanceof Model) console.log(error.contextLength)
    throw error
  } finally {
    await model.dispose()
  }
}

// @ts-expect-error its instances come from loadModel alone
new realm.Model()
// @ts-expect-error no such option
loadModel('a', { context: 1 })

main()
