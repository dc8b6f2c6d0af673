import { useEffect, useRef } from 'preact/hooks'
import { key, keyWanted } from './api/key.js'
import { loadModels } from './state/models.js'

/** Asks for a key where the server wants one. */
export function KeyDialog() {
  const dialog = useRef(/** @type {HTMLDialogElement | null} */ (null))
  useEffect(() => {
    if (keyWanted.value) dialog.current?.showModal()
    else dialog.current?.close()
  }, [keyWanted.value])
  return (
    <dialog ref={dialog} aria-labelledby="key-title">
      <form
        method="dialog"
        onSubmit={(event) => {
          const field = new FormData(event.currentTarget).get('key')
          key.value = String(field ?? '').trim()
          keyWanted.value = false
          loadModels()
        }}
      >
        <h2 id="key-title">This server asks for a key</h2>
        <label>
          Key
          <input name="key" type="password" autocomplete="off" required />
        </label>
        <p class="note">It stays in this browser, until the tab is closed.</p>
        <button type="submit" class="primary">
          Go on
        </button>
      </form>
    </dialog>
  )
}
