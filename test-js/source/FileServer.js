import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { createServer } from 'node:http'

/**
 * A source of files on the loopback interface. It answers as RFC 9110 says, ranges included, unless an answer was planned.
 */
export class FileServer {
  /** @type {Map<string, Buffer>} */
  files = new Map()
  /** The requests' paths and headers, in order. @type {{ path: string, headers: import('node:http').IncomingHttpHeaders }[]} */
  requests = []
  /** Whether files have ETags. */
  tagged = true
  /** Whether the server says that it sends ranges. */
  ranges = true
  /** @type {import('node:http').RequestListener[]} */
  #planned = []
  /** Answers what was not planned. @type {import('node:http').RequestListener} */
  answer = (request, response) => {
    const { status, headers, body } = this.fileAnswer(request)
    response.writeHead(status, headers).end(body)
  }
  #server = createServer((request, response) => this.#answer(request, response))

  /** Starts on a free port. */
  async start() {
    this.#server.listen(0, '127.0.0.1')
    await once(this.#server, 'listening')
    return this
  }

  /** Stops, and breaks what is still being sent. */
  async stop() {
    this.#server.close()
    this.#server.closeAllConnections()
    await once(this.#server, 'close')
  }

  /** @param {string} path */
  url(path) {
    const { port } = /** @type {import('node:net').AddressInfo} */ (this.#server.address())
    return `http://127.0.0.1:${port}/${path}`
  }

  /**
   * Plans the answer to the next request that has no planned answer yet.
   *
   * @param {import('node:http').RequestListener} answer
   */
  plan(answer) {
    this.#planned.push(answer)
  }

  /**
   * Plans an answer that sends the start of a file (or of the asked range) and then breaks the connection.
   *
   * @param {number} bytes
   */
  planBreak(bytes) {
    this.plan((request, response) => {
      const { status, headers, body } = this.fileAnswer(request)
      response.writeHead(status, headers)
      response.write(body.subarray(0, bytes), () => response.destroy())
    })
  }

  /**
   * Plans an answer that sends the start of a file and then nothing more.
   *
   * @param {number} bytes
   */
  planStall(bytes) {
    this.plan((request, response) => {
      const { status, headers, body } = this.fileAnswer(request)
      response.writeHead(status, headers)
      response.write(body.subarray(0, bytes))
    })
  }

  /** @type {import('node:http').RequestListener} */
  #answer(request, response) {
    this.requests.push({ path: String(request.url).slice(1), headers: request.headers })
    const planned = this.#planned.shift()
    return (planned ?? this.answer)(request, response)
  }

  /**
   * What a server that does as it should answers.
   *
   * @param {import('node:http').IncomingMessage} request
   */
  fileAnswer(request) {
    const file = this.files.get(String(request.url).slice(1))
    if (!file) return { status: 404, headers: { 'content-length': 0 }, body: Buffer.alloc(0) }
    const etag = `"${createHash('md5').update(file).digest('hex')}"`
    /** @type {import('node:http').OutgoingHttpHeaders} */
    const headers = this.tagged ? { etag } : {}
    headers['content-type'] = request.url?.endsWith('/') ? 'text/html' : 'application/octet-stream'
    if (this.ranges) headers['accept-ranges'] = 'bytes'
    const [, first, last] = /^bytes=(\d+)-(\d*)$/.exec(request.headers.range ?? '') ?? []
    const ifRange = request.headers['if-range']
    const whole = first === undefined || (ifRange !== undefined && ifRange !== etag)
    const start = whole ? 0 : Number(first)
    const body = file.subarray(start, whole || last === '' ? file.length : Number(last) + 1)
    headers['content-length'] = body.length
    if (!whole) headers['content-range'] = `bytes ${start}-${start + body.length - 1}/${file.length}`
    return { status: whole ? 200 : 206, headers, body }
  }
}
