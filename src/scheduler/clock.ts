/** How time moves (design.md 4). */
export type ClockMode = 'skip' | 'live' | 'manual'
export const CLOCK_MODES: readonly ClockMode[] = ['skip', 'live', 'manual']
/** What a waiting client in mode `skip` gets: its thing's next transition, or its end. */
export type SkipTo = 'step' | 'end'

export interface ClockSettings {
  mode: ClockMode
  /** Virtual ms a wall ms, in mode live. */
  rate: number
  skip: SkipTo
}

export const DEFAULT_CLOCK: ClockSettings = { mode: 'skip', rate: 1, skip: 'step' }

/** The only reading of the machine's clock in the whole server, in ms since 1970. */
export const wallClock = (): number => Date.now()

/** Where virtual and wall time were last brought together. */
export interface Anchor {
  now: number
  wall: number
}

/** The virtual instant that belongs to a wall instant; it never lies before the anchor. */
export function virtualTime(settings: ClockSettings, anchor: Anchor, wall: number): number {
  if (settings.mode === 'manual') return anchor.now
  const rate = settings.mode === 'live' ? settings.rate : 1
  return anchor.now + Math.max(0, Math.floor((wall - anchor.wall) * rate))
}

/** The wall ms until a virtual instant is reached; undefined where it never comes by itself. */
export function wallUntil(settings: ClockSettings, now: number, due: number): number | undefined {
  if (settings.mode === 'manual') return undefined
  const rate = settings.mode === 'live' ? settings.rate : 1
  return Math.max(0, Math.ceil((due - now) / rate))
}
