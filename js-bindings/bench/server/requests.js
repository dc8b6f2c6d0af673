/** What is asked: texts of several lengths, always the same. */
const TOPICS = ['the sea', 'a fox', 'seven rivers', 'the moon', 'bread', 'a clock', 'winter', 'an old bridge']

/** How many requests there are. */
export const REQUESTS = 32

/**
 * A request for a stream, whose answer is always the same.
 *
 * @param {number} number from 0
 */
export function requestOf(number) {
  const topic = TOPICS[number % TOPICS.length]
  const content = `${'Say something. '.repeat(1 + (number >> 3) * 8)}Tell me about ${topic}.`
  return {
    messages: [{ role: 'user', content }],
    temperature: 0.8,
    seed: number,
    max_tokens: 24 + 8 * (number % 5),
    stream: true,
    stream_options: { include_usage: true },
  }
}

/** Requests that are none. */
export const MALFORMED = [
  '',
  '{',
  '[]',
  '{"messages":[]}',
  '{"messages":[{"role":"boss","content":"x"}]}',
  '{"messages":[{"role":"user","content":"x"}],"temperature":"hot"}',
  `{"messages":${'['.repeat(1000)}`,
]
