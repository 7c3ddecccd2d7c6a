import type { FastifyReply, FastifyRequest } from 'fastify'

/** What has come over a request on demand. */
export interface Trouble {
  /** The rules that struck it. */
  faults: string[]
  /** It is handled, and its connection is dropped instead of an answer. */
  dropsAnswer: boolean
  /** What is left of the budget that it was counted against, as headers. */
  budget?: Readonly<Record<string, string>>
}

declare module 'fastify' {
  interface FastifyRequest {
    /** Null for nearly all. */
    trouble: Trouble | null
  }
}

export function troubleOf(request: FastifyRequest): Trouble {
  request.trouble ??= { faults: [], dropsAnswer: false }
  return request.trouble
}

/** What the list of requests has as the status of one that was never answered. */
export const DROPPED = 0

/** Cuts the connection of a request: the client sees that it was reset. */
export function drop(request: FastifyRequest, reply: FastifyReply): void {
  reply.hijack()
  request.raw.socket.destroy()
}
