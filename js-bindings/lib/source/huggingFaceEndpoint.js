/**
 * The address of Hugging Face, or of the mirror that `HF_ENDPOINT` names, as in Hugging Face's own tools; without a slash
 * at its end.
 *
 * @returns {string}
 */
export function huggingFaceEndpoint() {
  return (process.env.HF_ENDPOINT || 'https://huggingface.co').replace(/\/+$/, '')
}
