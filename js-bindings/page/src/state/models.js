import { signal } from '@preact/signals'
import { askServer } from '../api/askServer.js'

/** The names of the models that make text here; none before they are known. */
export const models = signal(/** @type {string[]} */ ([]))

/** Why they are not known. */
export const modelsFailure = signal('')

/** Asks the server for its models. */
export async function loadModels() {
  try {
    const { data } = await (await askServer('v1/models')).json()
    models.value = data.map((/** @type {{ id: string }} */ { id }) => id)
    modelsFailure.value = ''
  } catch (error) {
    modelsFailure.value = /** @type {Error} */ (error).message
  }
}
