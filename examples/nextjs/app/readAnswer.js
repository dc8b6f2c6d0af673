/**
 * Asks the app's own server, and hands on the pieces of the answer as they come: server-sent events, each a line `data: {…}`.
 *
 * @param {{ role: string, content: string }[]} messages
 * @param {AbortSignal} signal also stops the generation
 */
export async function* readAnswer(messages, signal) {
  const response = await fetch('/v1/chat/completions', {
    method: 'POST',
    body: JSON.stringify({ messages, max_tokens: 400, stream: true }),
    signal,
  })
  if (!response.ok) throw new Error((await response.json()).error.message)
  let rest = ''
  for (const reader = response.body.pipeThrough(new TextDecoderStream()).getReader(); ; ) {
    const { done, value } = await reader.read()
    if (done) return
    const lines = (rest + value).split('\n')
    rest = lines.pop()
    for (const line of lines) {
      if (!line.startsWith('data: {')) continue
      const { choices, error } = JSON.parse(line.slice('data: '.length))
      if (error) throw new Error(error.message)
      yield choices[0]?.delta.content ?? ''
    }
  }
}
