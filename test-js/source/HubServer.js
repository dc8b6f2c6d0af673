import { createHash } from 'node:crypto'
import { FileServer } from './FileServer.js'

/**
 * A server that plays Hugging Face: lists a repository's files (in pages), and redirects a file's address to another host
 * that has the bytes, as the hub's own storage does.
 */
export class HubServer {
  /** The host of the bytes. */
  storage = new FileServer()
  /** Requests to the hub itself: what was asked for, and with which token. @type {{ path: string, token?: string }[]} */
  requests = []
  /** The token that a gated repository asks for; undefined for an open one. @type {string | undefined} */
  gate
  /** Entries of a page of a listing. */
  pageSize = 1000
  /** @type {Map<string, Map<string, Buffer>>} */
  #repositories = new Map()
  #hub = new FileServer()

  async start() {
    await this.storage.start()
    await this.#hub.start()
    this.#hub.answer = (request, response) => this.#answer(request, response)
    return this
  }

  async stop() {
    await this.#hub.stop()
    await this.storage.stop()
  }

  /** What HF_ENDPOINT is set to. The storage is another host by its name. */
  get endpoint() {
    return this.#hub.url('').replace(/\/$/, '')
  }

  /**
   * Plans the answer to the hub's next request.
   *
   * @param {import('node:http').RequestListener} answer
   */
  plan(answer) {
    this.#hub.plan(answer)
  }

  /**
   * @param {string} repository `owner/repo`, with `@revision` where it is not main
   * @param {Record<string, Buffer>} files
   */
  add(repository, files) {
    this.#repositories.set(repository, new Map(Object.entries(files)))
    for (const [path, bytes] of Object.entries(files))
      this.storage.files.set(this.#key(repository, path), bytes)
  }

  /** Requests for files, without those for listings. */
  get fetched() {
    return this.requests.filter(({ path }) => path.includes('/resolve/')).map(({ path }) => path)
  }

  /** @type {import('node:http').RequestListener} */
  #answer(request, response) {
    const url = new URL(String(request.url), this.endpoint)
    const token = request.headers.authorization
    this.requests.push({ path: url.pathname, token })
    const listing = /^\/api\/models\/([^/]+\/[^/]+)\/tree\/([^/]+)$/.exec(url.pathname)
    const file = /^\/([^/]+\/[^/]+)\/resolve\/([^/]+)\/(.+)$/.exec(url.pathname)
    const [, name, revision, path = ''] = listing ?? file ?? []
    const key =
      decodeURIComponent(revision ?? 'main') === 'main' ? name : `${name}@${decodeURIComponent(revision)}`
    const files = this.#repositories.get(key)
    /** @param {number} status @param {string} code */
    const refuse = (status, code) =>
      response.writeHead(status, { 'x-error-code': code, 'content-length': 0 }).end()
    if (!files) return refuse(401, 'RepoNotFound')
    if (listing) return this.#list(files, url, response)
    if (this.gate !== undefined && token !== `Bearer ${this.gate}`) return refuse(401, 'GatedRepo')
    const decoded = decodeURIComponent(path)
    if (!files.has(decoded)) return refuse(404, 'EntryNotFound')
    const target = this.storage.url(this.#key(key, decoded)).replace('127.0.0.1', 'localhost')
    return response.writeHead(302, { location: target, 'content-length': 0 }).end()
  }

  /**
   * @param {Map<string, Buffer>} files
   * @param {URL} url
   * @param {import('node:http').ServerResponse} response
   */
  #list(files, url, response) {
    const from = Number(url.searchParams.get('cursor') ?? 0)
    const entries = [...files].map(([path, bytes]) => {
      const lfs = {
        oid: createHash('sha256').update(bytes).digest('hex'),
        size: bytes.length,
        pointerSize: 130,
      }
      return {
        type: 'file',
        path,
        oid: 'f'.repeat(40),
        size: bytes.length,
        ...(path.endsWith('.gguf') && { lfs }),
      }
    })
    const page = entries.slice(from, from + this.pageSize)
    url.searchParams.set('cursor', String(from + page.length))
    const isLast = from + page.length >= entries.length
    response.writeHead(200, {
      'content-type': 'application/json',
      ...(!isLast && { link: `<${url.href}>; rel="next"` }),
    })
    response.end(JSON.stringify(page))
  }

  /**
   * @param {string} repository
   * @param {string} path
   */
  #key(repository, path) {
    return `${createHash('md5')
      .update(repository + path)
      .digest('hex')}.bin`
  }
}
