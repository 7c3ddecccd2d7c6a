/**
 * What a failed or warning job says of itself: number, text, what to do, and the title where the wire has one of its own.
 * A number that no public source has counts from 499001, and cannot be mistaken for the service's.
 */
export type JobErrorRows = Record<
  string,
  readonly [number: number, text: string, recommendation: string, title?: string]
>
