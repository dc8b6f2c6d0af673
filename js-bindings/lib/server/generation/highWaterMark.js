/** UTF-16 units of a text that may wait for its client, beside what the connection holds: some hundred tokens. */
export const highWaterMark = 512
