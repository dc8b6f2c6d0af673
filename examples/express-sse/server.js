// A web server that streams answers as server-sent events, and stops to generate when the reader leaves.
//
//   node examples/express-sse/server.js          then open http://localhost:3000
//   curl -N 'http://localhost:3000/answer?question=What+is+the+capital+of+France%3F'

import { fileURLToPath } from 'node:url'
import express from 'express'
import { AbortError, loadModel } from 'realm-ai'

const model = await loadModel('smollm2-135m-instruct')
const app = express()

app.use(express.static(fileURLToPath(new URL('public', import.meta.url))))

app.get('/answer', async (request, response) => {
  const { question } = request.query
  if (typeof question !== 'string' || question === '') {
    response.status(400).json({ error: 'expected ?question=…' })
    return
  }
  const left = new AbortController()
  response.on('close', () => left.abort())
  response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' })
  const send = (event, data) => response.write(`event: ${event}\ndata: ${JSON.stringify(data)}\n\n`)

  let pieces = 0
  try {
    for await (const piece of model.stream(question, { maxTokens: 256, signal: left.signal })) {
      send('piece', piece)
      pieces++
    }
    send('end', { pieces })
    console.log(`answered in ${pieces} pieces`)
  } catch (error) {
    if (error instanceof AbortError) {
      console.log(`stopped after ${pieces} pieces: the reader left`)
    } else {
      send('failure', { code: error.code, message: error.message })
    }
  }
  response.end()
})

const server = app.listen(process.env.PORT ?? 3000, () => {
  console.log(`listening on http://localhost:${server.address().port}`)
})

// What is being answered is finished, then the model goes, and with it the last reason to run.
process.once('SIGTERM', () => server.close(() => model.dispose()))
