/** What is wrong with a template, or with what it was asked to do. */
export class JinjaError extends Error {
  /**
   * @param {string} message
   * @param {number} [line] of the template, from 1
   */
  constructor(message, line) {
    super(line === undefined ? message : `line ${line}: ${message}`)
    this.name = 'JinjaError'
    this.line = line
  }
}
