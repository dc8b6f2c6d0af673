// A Fastify app of which the clients of OpenAI, Anthropic, Ollama and llama-server may ask as well.
//
//   node examples/serve-fastify.js
//   curl http://localhost:3000/v1/chat/completions -d '{"messages":[{"role":"user","content":"What is the capital of France?"}]}'

import fastify from 'fastify'
import { createHandler } from 'realm-ai/server'

const handler = createHandler({ models: ['smollm2-135m-instruct'] })
const app = fastify()

// Before Fastify reads the body; what is not the handler's goes on.
app.addHook('onRequest', (request, reply, done) => handler.node(request.raw, reply.raw, done))
app.get('/', () => 'The paths of the clients are /v1/… and /api/…')

await app.listen({ port: Number(process.env.PORT ?? 3000) })
console.log(`listening on http://localhost:${app.server.address().port}`)

// What is being answered is finished, then the models go.
process.once('SIGTERM', async () => {
  await handler.close()
  await app.close()
})
