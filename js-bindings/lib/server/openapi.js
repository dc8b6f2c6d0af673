import { toJsonSchema } from '@valibot/to-json-schema'
import { openAiError } from './errors/errorForms.js'
import { httpErrors } from './errors/HttpError.js'
import { packageVersion } from './packageVersion.js'

/** @import { Endpoint } from './Endpoint.js' */

/**
 * The description of all endpoints, made of the schemas that check their requests.
 *
 * @type {Endpoint}
 */
export const openapi = {
  method: 'get',
  path: '/openapi.json',
  summary: 'Describes the endpoints (OpenAPI 3.1)',
  errors: openAiError,
  async answer() {
    // The table of endpoints has this one, too.
    const { endpoints } = await import('./endpoints.js')
    return describe(endpoints)
  },
}

/** @param {readonly Endpoint[]} endpoints */
function describe(endpoints) {
  /** @type {Record<string, Record<string, object>>} */
  const paths = {}
  for (const endpoint of endpoints) {
    const path = endpoint.path.replace(/:(\w+)(\{\.\+\})?/g, '{$1}')
    paths[path] = { ...paths[path], [endpoint.method]: operation(endpoint) }
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Realm',
      version: packageVersion(),
      description: 'Language models behind the interfaces of OpenAI, Anthropic, Ollama and llama-server',
    },
    components: { securitySchemes: { key: { type: 'http', scheme: 'bearer' } } },
    paths,
  }
}

/** @param {Endpoint} endpoint */
function operation({ path, summary, form, open }) {
  return {
    summary,
    ...(open ? {} : { security: [{ key: [] }] }),
    parameters: [...path.matchAll(/:(\w+)/g)].map(([, name]) => ({
      name,
      in: 'path',
      required: true,
      schema: { type: 'string' },
    })),
    ...(form === undefined
      ? {}
      : { requestBody: { required: true, content: { 'application/json': { schema: bodySchema(form) } } } }),
    responses: {
      200: { description: summary },
      ...failures(),
    },
  }
}

/** @param {import('./requests/readRequest.js').RequestForm<any>} form */
function bodySchema({ schema, withoutEffect: { ignored, refused } }) {
  const {
    $schema,
    properties = {},
    ...rest
  } = toJsonSchema(schema, { errorMode: 'ignore', target: 'draft-2020-12' })
  return {
    ...rest,
    properties: {
      ...properties,
      ...Object.fromEntries(ignored.map((name) => [name, { description: 'Has no effect here.' }])),
      ...Object.fromEntries(
        Object.entries(refused).map(([name, { why }]) => [name, { not: {}, description: `Refused: ${why}` }]),
      ),
    },
    additionalProperties: false,
  }
}

/** The statuses of failures, with the codes of each. */
function failures() {
  /** @type {Record<string, { description: string }>} */
  const responses = {}
  for (const [code, { status, meaning }] of Object.entries(httpErrors)) {
    const before = responses[status] === undefined ? '' : `${responses[status].description}\n`
    responses[status] = { description: `${before}\`${code}\`: ${meaning}` }
  }
  return responses
}
