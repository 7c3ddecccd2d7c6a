import { IANAZone } from 'luxon'
import { findIana, WINDOWS_TO_IANA_MAP } from 'windows-iana'

/** Zones whose offset can't be had from the runtime's tz database by the town that the map names. */
const BY_HAND: Readonly<Record<string, number>> = {
  // Of its towns Astana left it in 2024, Bishkek is still there.
  'Central Asia Standard Time': 6 * 60,
  // Of its towns Chihuahua left it in 2022, Mazatlan is still there.
  'Mountain Standard Time (Mexico)': -7 * 60,
  // It moved for good in 2024: older databases don't know.
  'Paraguay Standard Time': -3 * 60,
  // Obsolete ones that Windows still has and the map hasn't.
  'Kamchatka Standard Time': 12 * 60,
  'Mid-Atlantic Standard Time': -2 * 60,
}

/** Every name that Windows has for a time zone. */
export const ZONES: readonly string[] = [
  ...new Set([...WINDOWS_TO_IANA_MAP.map(({ windowsName }) => String(windowsName)), ...Object.keys(BY_HAND)]),
].sort()

const WINTER_AND_SUMMER = [Date.UTC(2026, 0, 15), Date.UTC(2026, 6, 15)]

function readOffset(zone: string): number {
  const stated = BY_HAND[zone]
  if (stated !== undefined) return stated
  const [town] = findIana(zone as Parameters<typeof findIana>[0])
  if (!town) throw new Error(`no town lies in '${zone}'`)
  // Daylight saving, where there is any, puts the clock forward.
  return Math.min(...WINTER_AND_SUMMER.map((instant) => IANAZone.create(town).offset(instant)))
}

const OFFSETS = new Map(ZONES.map((zone) => [zone, readOffset(zone)]))

/** Minutes that a zone's winter clock is east of UTC, by the tz database. */
export function standardOffset(zone: string): number {
  const offset = OFFSETS.get(zone)
  if (offset === undefined) throw new Error(`Windows has no zone '${zone}'`)
  return offset
}
