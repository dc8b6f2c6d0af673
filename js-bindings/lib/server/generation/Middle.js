/** In place of a prompt: what stands around a text that is to be filled in. */
export class Middle {
  /**
   * @param {string} prefix
   * @param {string} suffix
   */
  constructor(prefix, suffix) {
    this.prefix = prefix
    this.suffix = suffix
  }
}
