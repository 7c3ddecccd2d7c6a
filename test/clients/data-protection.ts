import { createSerializer, type FullOperationResponse, type OperationSpec } from '@azure/core-client'
import { createHttpPoller, type LroResponse } from '@azure/core-lro'
import { type Members, members } from '../support/seen.js'
import { core } from './sdk.js'

/**
 * Backup vaults as their SDK calls them: its client and its pollers without the generated types on top, which the
 * registry doesn't offer. Paths and bodies are what the SDK would send.
 */
export const VERSION = '2025-07-01'

const serializer = createSerializer()
const ANY = { type: { name: 'any' } } as const
const ANSWER = { bodyMapper: ANY }

const operation = (httpMethod: OperationSpec['httpMethod'], path: string): OperationSpec => ({
  httpMethod,
  path,
  serializer,
  responses: { 200: ANSWER, 201: ANSWER, 202: {}, 204: {}, default: { bodyMapper: ANY, isError: true } },
  queryParameters: path.includes('api-version=')
    ? []
    : [{ parameterPath: 'version', mapper: { serializedName: 'api-version', type: { name: 'String' } } }],
  headerParameters: [
    { parameterPath: 'accept', mapper: { serializedName: 'Accept', type: { name: 'String' } } },
    ...(httpMethod === 'GET' || httpMethod === 'DELETE'
      ? []
      : [
          {
            parameterPath: 'contentType',
            mapper: { serializedName: 'Content-Type', type: { name: 'String' } },
          } as const,
        ]),
  ],
  ...(httpMethod === 'GET' || httpMethod === 'DELETE'
    ? {}
    : { requestBody: { parameterPath: 'body', mapper: ANY }, contentType: 'application/json', mediaType: 'json' }),
})

async function send(method: OperationSpec['httpMethod'], path: string, body?: Members): Promise<LroResponse> {
  let full: FullOperationResponse | undefined
  const args = {
    version: VERSION,
    accept: 'application/json',
    contentType: 'application/json',
    body,
    options: {
      onResponse: (response: FullOperationResponse) => {
        full = response
      },
    },
  }
  const flatResponse = await core.sendOperationRequest(args, operation(method, path))
  return {
    flatResponse,
    rawResponse: { statusCode: full?.status ?? 0, body: full?.parsedBody, headers: full?.headers.toJSON() ?? {} },
  }
}

/** Starts what takes its time, and polls it to its end with the SDKs' own poller. @returns what it has led to */
async function finish(method: 'PUT' | 'PATCH' | 'POST' | 'DELETE', path: string, body?: Members): Promise<Members> {
  const poller = await createHttpPoller({
    requestMethod: method,
    requestPath: path,
    sendInitialRequest: () => send(method, path, body),
    sendPollRequest: (url) => send('GET', url),
  })
  return members(await poller.pollUntilDone())
}

export const get = async (path: string) => members((await send('GET', path)).flatResponse)
export const list = async (path: string): Promise<Members[]> => {
  const { value } = await get(path)
  return Array.isArray(value) ? value.map(members) : []
}
/** A PUT or DELETE that is over when it is answered. */
export const putNow = async (path: string, body: Members) => members((await send('PUT', path, body)).flatResponse)
export const removeNow = async (path: string) => void (await send('DELETE', path))

export const put = (path: string, body: Members) => finish('PUT', path, body)
export const patch = (path: string, body: Members) => finish('PATCH', path, body)
export const post = (path: string, body?: Members) => finish('POST', path, body)
export const remove = (path: string) => finish('DELETE', path)
