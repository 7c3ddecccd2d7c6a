import type { FastifyRequest } from 'fastify'

declare module 'fastify' {
  interface FastifyRequest {
    /** When it came in, on the machine's clock, ms. */
    receivedAt: number
    /** It is among the served ones already. */
    noted: boolean
  }
}

/** A request that was answered. */
export interface ServedRequest {
  id: string
  /** When it came in, on the machine's own clock. */
  at: string
  method: string
  url: string
  /** The published name of what was asked; null where nothing serves it. */
  operation: string | null
  /** 0 where the connection was dropped before there was an answer. */
  status: number
  durationMs: number
  client: string | null
  /** The faults that struck it. */
  faults: string[]
}

const KEPT = 1000

/** The last requests, newest first; not part of the world. */
export interface ServedRequests {
  /** The machine's clock, ms with a fraction. */
  now(): number
  /** Notes a request as its answer goes out. */
  add(request: FastifyRequest, status: number): void
  list(): ServedRequest[]
  clear(): void
}

type Kept = Omit<ServedRequest, 'at'> & { wall: number }

/** Formatted when somebody looks: nearly all of them are never looked at. */
const shown = ({ wall, durationMs, ...kept }: Kept): ServedRequest => ({
  ...kept,
  at: new Date(wall).toISOString(),
  durationMs: Math.round(durationMs * 1000) / 1000,
})

/** @param wall the machine's clock, ms; a fraction makes durations finer */
export function createServedRequests(wall: () => number): ServedRequests {
  let kept: Kept[] = []
  return {
    now: wall,
    add(request, status) {
      kept.push({
        id: request.id,
        wall: request.receivedAt,
        method: request.method,
        url: request.url,
        operation: request.routeOptions.config?.operation ?? null,
        status,
        durationMs: wall() - request.receivedAt,
        client: request.headers['user-agent'] ?? null,
        faults: request.trouble?.faults ?? [],
      })
      if (kept.length > 2 * KEPT) kept = kept.slice(-KEPT)
    },
    list: () => kept.slice(-KEPT).reverse().map(shown),
    clear: () => {
      kept = []
    },
  }
}
