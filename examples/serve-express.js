// An Express app of which the clients of OpenAI, Anthropic, Ollama and llama-server may ask as well.
//
//   node examples/serve-express.js
//   curl http://localhost:3000/v1/chat/completions -d '{"messages":[{"role":"user","content":"What is the capital of France?"}]}'

import express from 'express'
import { createHandler } from 'realm-ai/server'

const handler = createHandler({ models: ['smollm2-135m-instruct'] })
const app = express()

app.get('/', (_request, response) => response.send('The paths of the clients are /v1/… and /api/…'))
app.use(handler.node)

const server = app.listen(process.env.PORT ?? 3000, () => {
  console.log(`listening on http://localhost:${server.address().port}`)
})

// What is being answered is finished, then the models go.
process.once('SIGTERM', async () => {
  await handler.close()
  server.close()
})
