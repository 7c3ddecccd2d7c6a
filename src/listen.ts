import { createServer, type Server } from 'node:https'
import type { AddressInfo } from 'node:net'
import type { Duplex } from 'node:stream'
import type { FastifyInstance } from 'fastify'
import type { Logger } from 'pino'
import { loadOrCreateAuthority } from './identity/certificates.js'
import { OptionError, type Options } from './options.js'
import { wallClock } from './scheduler/clock.js'

/** What can be wrong with a port, in our words. */
const PORT_PROBLEMS: Record<string, string> = {
  EADDRINUSE: 'the port is in use. Stop what uses it, or take another; 0 is any free one.',
  EACCES: 'this user may not use the port. Take one from 1024 on.',
  EADDRNOTAVAIL: 'this machine has no such address.',
  ENOTFOUND: 'there is no such address.',
  EAI_AGAIN: 'there is no such address.',
}

/** An address as a client names it: one that stands for every interface is reached at this machine's own. */
function urlOf(scheme: string, { host }: Options, { port }: AddressInfo): string {
  if (host === '0.0.0.0' || host === '::') return `${scheme}://127.0.0.1:${port}`
  return `${scheme}://${host.includes(':') ? `[${host}]` : host}:${port}`
}

/** HTTP, by Fastify itself. */
export async function listenHttp(app: FastifyInstance, options: Options): Promise<string> {
  await app.listen({ host: options.host, port: options.port }).catch(refusePort('port', options.host, options.port))
  return urlOf('http', options, app.server.address() as AddressInfo)
}

/** HTTPS, by a second server in front of the same routes, which Fastify knows nothing of. */
export async function listenHttps(
  app: FastifyInstance,
  options: Options,
  logger: Logger,
): Promise<{ url: string; ca: string; close: () => Promise<void> }> {
  const { host, httpsPort: port } = options
  const { ca, cert, key, renewed } = await loadOrCreateAuthority(options.dataDir, new Date(wallClock()), [host])
  if (renewed) logger.warn('the certificate authority kept here could not be used; clients have to trust the new one')
  const { keepAliveTimeout, requestTimeout, headersTimeout } = app.server
  const server = createServer({ cert, key, keepAliveTimeout, requestTimeout, headersTimeout }, (request, response) =>
    app.routing(request, response),
  )
  const close = closerOf(server)
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen({ host, port }, resolve)
  }).catch(refusePort('https-port', host, port))
  return { url: urlOf('https', options, server.address() as AddressInfo), ca, close }
}

/** Says which option names a port that can't be had. */
function refusePort(option: string, host: string, port: number): (error: unknown) => never {
  return (error) => {
    const reason = PORT_PROBLEMS[(error as NodeJS.ErrnoException).code ?? '']
    if (!reason) throw error
    throw new OptionError(`--${option}: can't listen on ${host} port ${port}: ${reason}`, { cause: error })
  }
}

/** Closes a server and every connection to it, those that never came to a TLS session included. */
function closerOf(server: Server): () => Promise<void> {
  const sockets = new Set<Duplex>()
  server.on('connection', (socket) => {
    sockets.add(socket)
    socket.once('close', () => sockets.delete(socket))
  })
  return () =>
    new Promise((resolve) => {
      server.close(() => resolve())
      for (const socket of sockets) socket.destroy()
    })
}
