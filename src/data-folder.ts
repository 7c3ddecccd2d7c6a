import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { classicLimitsOf, type Limits } from './domain/limits.js'
import { OptionError, type Options } from './options.js'
import { type ClockSettings, DEFAULT_CLOCK, wallClock } from './scheduler/clock.js'
import { readInstant } from './scheduler/instants.js'
import { WorldFileError } from './store/database.js'
import { openWorldStore, type WorldStore } from './store/world.js'

/** The world that the options name: kept in a folder, or in memory. */
export function openWorld(
  options: Options,
  limits: Limits,
): { store: WorldStore; firstNow: () => number; settings: ClockSettings } {
  const firstNow = () => (options.now === undefined ? wallClock() : readInstant(options.now, 'now'))
  const settings: ClockSettings = {
    ...DEFAULT_CLOCK,
    ...(options.clock ? { mode: options.clock } : {}),
    ...(options.rate ? { rate: options.rate } : {}),
  }
  try {
    if (options.dataDir !== undefined) mkdirSync(options.dataDir, { recursive: true })
    const store = openWorldStore({
      file: options.dataDir === undefined ? ':memory:' : join(options.dataDir, 'world.sqlite'),
      limits,
      classicLimits: classicLimitsOf(options.profile, options.limits),
      strict: options.strict,
      fresh: { seed: options.seed, now: firstNow(), wall: wallClock(), clock: JSON.stringify(settings) },
    })
    return { store, firstNow, settings }
  } catch (error) {
    if (error instanceof WorldFileError) throw new OptionError(`--data-dir: ${error.message}`, { cause: error })
    if (error instanceof Error && 'syscall' in error && error.syscall === 'mkdir')
      throw new OptionError(`--data-dir: the folder can't be made: ${error.message}`, { cause: error })
    throw error
  }
}
