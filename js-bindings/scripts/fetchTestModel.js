/** The catalog name of the model that tests load. */
const NAME = 'smollm2-135m-instruct'

/**
 * The real model of the tests: the file that REALM_TEST_MODEL names, else the catalog's, which is fetched if the cache
 * does not hold it.
 *
 * @returns {Promise<string | undefined>} its file; undefined if no source could deliver it, which is said on the console
 */
export async function fetchTestModel() {
  if (process.env.REALM_TEST_MODEL !== undefined) {
    return process.env.REALM_TEST_MODEL
  }
  // Loaded late: they need npm packages, which a fresh clone does not have when this file is loaded.
  const { resolveSource } = await import('../lib/source/resolveSource.js')
  const { RealmError } = await import('../lib/errors/RealmError.js')
  let isFirst = true
  const onProgress = () => {
    if (isFirst) {
      console.log(`fetching the test model ${NAME}`)
    }
    isFirst = false
  }
  try {
    return (await resolveSource(NAME, { onProgress })).path
  } catch (error) {
    if (!(error instanceof RealmError)) {
      throw error
    }
    console.error(`the test model ${NAME} is not here: ${error.message}`)
    return undefined
  }
}
