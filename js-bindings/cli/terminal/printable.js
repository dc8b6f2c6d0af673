/**
 * A text that came from a file or a server, as it may be written to a terminal: control characters, which might steer it,
 * and marks that turn the direction of what is written are escaped as in JSON.
 *
 * @param {string} text
 * @returns {string}
 */
export function printable(text) {
  return text.replace(
    /[\p{Cc}\p{Bidi_Control}\u2028\u2029]/gu,
    (found) => `\\u${found.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
}
