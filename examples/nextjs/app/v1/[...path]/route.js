// The paths of OpenAI's and Anthropic's clients: their base URL is http://localhost:3000/v1.

import { createHandler } from 'realm-ai/server'

// Kept by the process: `next dev` evaluates this module anew whenever it changes. The model is loaded when it is asked for first, so
// that `next build` needs none.
globalThis.realm ??= createHandler({ models: [process.env.MODEL ?? 'smollm2-135m-instruct'] })

export const GET = globalThis.realm.fetch
export const POST = globalThis.realm.fetch
export const DELETE = globalThis.realm.fetch
