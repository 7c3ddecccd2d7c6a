/** How the service writes time. Instants are ms since 1970. */
export type Instant = number

const pad = (value: number, width: number) => String(value).padStart(width, '0')

/** .NET round-trip form, trailing zeros of the fraction left out: `2022-05-13T10:12:54.47Z` (wire-vm.md 1). */
export function dotNetTime(instant: Instant): string {
  const text = new Date(instant).toISOString()
  if (instant % 1000 === 0) return `${text.slice(0, 19)}Z`
  if (instant % 100 === 0) return `${text.slice(0, 21)}Z`
  return instant % 10 === 0 ? `${text.slice(0, 22)}Z` : text
}

/** The same with all seven digits, as recovery points of Backup vaults have it (golden disk/28). */
export const roundTripTime = (instant: Instant) => `${new Date(instant).toISOString().slice(0, 23)}0000Z`

/** All seven digits and no zone, as a point's expiry is written since 2024 (wire-vm-more.md 10). */
export const zonelessTime = (instant: Instant) => `${new Date(instant).toISOString().slice(0, 23)}0000`

/** An operation's or a task's time that isn't set yet. */
export const UNSET = '0001-01-01T00:00:00'
/** A protected item's last backup before there was one. */
export const NEVER = '2001-01-01T00:00:00Z'

/** US 12-hour text, as property bags have it: `3/13/2022 12:00:00 AM`. */
export function usTime(instant: Instant): string {
  const date = new Date(instant)
  const hour = date.getUTCHours()
  const clock = `${hour % 12 || 12}:${pad(date.getUTCMinutes(), 2)}:${pad(date.getUTCSeconds(), 2)} ${hour < 12 ? 'AM' : 'PM'}`
  return `${date.getUTCMonth() + 1}/${date.getUTCDate()}/${date.getUTCFullYear()} ${clock}`
}

/** A length of time of `ms` as ISO 8601, hours at most: `PT1H1M12.064S`, `PT0S`. */
export function isoDuration(ms: number): string {
  const hours = Math.floor(ms / 3_600_000)
  const minutes = Math.floor(ms / 60_000) % 60
  const seconds = (ms % 60_000) / 1000
  const text = `${hours > 0 ? `${hours}H` : ''}${minutes > 0 ? `${minutes}M` : ''}${seconds > 0 ? `${seconds}S` : ''}`
  if (hours >= 24) {
    const days = Math.floor(hours / 24)
    const rest = isoDuration(ms - days * 86_400_000)
    return rest === 'PT0S' ? `P${days}D` : `P${days}D${rest.slice(1)}`
  }
  return text === '' ? 'PT0S' : `PT${text}`
}

/** A length of time of `ms` as a .NET TimeSpan: `13.23:59:43.8068908`. */
export function timeSpan(ms: number): string {
  const days = Math.floor(ms / 86_400_000)
  const rest = new Date(ms % 86_400_000).toISOString().slice(11, 23)
  const fraction = rest.slice(9) === '000' ? '' : `.${rest.slice(9)}0000`
  return `${days > 0 ? `${days}.` : ''}${rest.slice(0, 8)}${fraction}`
}

/** .NET ticks: tenths of a microsecond since the year 1. */
export const netTicks = (instant: Instant) => 621_355_968_000_000_000 + instant * 10_000

/** The same as a text, which loses none of them. */
export const ticksText = (instant: Instant) => String(621_355_968_000_000_000n + BigInt(instant) * 10_000n)

/** A vault's etag: the moment of its last change with escaped colons. */
export const etagOf = (instant: Instant) => `W/"datetime'${dotNetTime(instant).replaceAll(':', '%3A')}'"`

const ISO_TIME = /^(\d{4})-(\d\d)-(\d\d)(?:[T ]\d\d:\d\d(?::\d\d(?:\.\d+)?)?(Z|[+-]\d\d:?\d\d)?)?$/i

/**
 * A time in ISO 8601, in UTC where it names no zone; a date alone is its midnight.
 * @returns undefined where it is none
 */
export function readIsoTime(text: string): Instant | undefined {
  const [all, year, month, day, zone] = ISO_TIME.exec(text.trim()) ?? []
  if (all === undefined || Number(day) > new Date(Date.UTC(Number(year), Number(month), 0)).getUTCDate())
    return undefined
  const instant = Date.parse(`${all.replace(' ', 'T')}${zone !== undefined || all.length === 10 ? '' : 'Z'}`)
  return Number.isNaN(instant) ? undefined : instant
}

const FILTER_TIME = /^(\d{4})-(\d\d?)-(\d\d?) (\d\d?):(\d\d):(\d\d) ([AP]M)$/i

/**
 * A time as filters have it, `yyyy-MM-dd hh:mm:ss tt` in UTC (client-az.md 4.4); ISO 8601 is taken too.
 * @returns undefined where it is neither
 */
export function readFilterTime(text: string): Instant | undefined {
  const parts = FILTER_TIME.exec(text.trim())
  if (!parts) {
    const instant = /^\d{4}-\d\d-\d\dT/.test(text) ? Date.parse(text) : Number.NaN
    return Number.isNaN(instant) ? undefined : instant
  }
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = parts.slice(1, 7).map(Number)
  if (month < 1 || month > 12 || day < 1 || day > 31 || hour < 1 || hour > 12 || minute > 59 || second > 59)
    return undefined
  const hour24 = (hour % 12) + (parts[7]?.toUpperCase() === 'PM' ? 12 : 0)
  return Date.UTC(year, month - 1, day, hour24, minute, second)
}
