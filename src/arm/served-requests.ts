import type { FastifyReply, FastifyRequest } from 'fastify'

/** A request that was answered. */
export interface ServedRequest {
  id: string
  /** When it came in, on the machine's own clock. */
  at: string
  method: string
  url: string
  /** The published name of what was asked; null where nothing serves it. */
  operation: string | null
  status: number
  durationMs: number
  client: string | null
}

const KEPT = 1000

/** The last requests, newest first; not part of the world. */
export interface ServedRequests {
  add(request: FastifyRequest, reply: FastifyReply): void
  list(): ServedRequest[]
  clear(): void
}

/** @param wall the machine's clock, ms */
export function createServedRequests(wall: () => number): ServedRequests {
  let kept: ServedRequest[] = []
  return {
    add(request, reply) {
      kept.push({
        id: request.id,
        at: new Date(wall()).toISOString(),
        method: request.method,
        url: request.url,
        operation: request.routeOptions.config?.operation ?? null,
        status: reply.statusCode,
        durationMs: Math.round(reply.elapsedTime * 1000) / 1000,
        client: request.headers['user-agent'] ?? null,
      })
      if (kept.length > 2 * KEPT) kept = kept.slice(-KEPT)
    },
    list: () => kept.slice(-KEPT).reverse(),
    clear: () => {
      kept = []
    },
  }
}
