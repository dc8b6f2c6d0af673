/**
 * Runs an action while the environment names a UTF-8 locale. Node's paths are UTF-8 in any locale, but Java takes the
 * encoding of paths from the locale that it finds when it starts; where none is set, as in many containers, it could open
 * no file whose path is not ASCII. Without effect in a worker with an environment of its own, which Java does not see.
 *
 * @template T
 * @param {() => Promise<T>} action
 * @returns {Promise<T>}
 */
export async function withUtf8Locale(action) {
  const { LC_ALL, LC_CTYPE, LANG } = process.env
  if (/utf-?8/i.test(LC_ALL || LC_CTYPE || LANG || '')) {
    return action()
  }
  process.env.LC_ALL = 'C.UTF-8'
  try {
    return await action()
  } finally {
    if (LC_ALL === undefined) delete process.env.LC_ALL
    else process.env.LC_ALL = LC_ALL
  }
}
