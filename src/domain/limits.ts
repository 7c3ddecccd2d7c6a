/** The state of the service that is emulated: Azure's limits changed over the years (design.md 6). */
export type Profile = '2015' | '2016' | 'present'
export const PROFILES: readonly Profile[] = ['2015', '2016', 'present']

/**
 * Every limit of the service, once. A row: figure in 2015, in 2016, today, and where it is from.
 * `Infinity` stands for "no limit was stated".
 */
const TABLE = {
  vaultsPerRegion: [25, 25, 500, 'SEED-66; domain.md 3'],
  vmsPerVault: [200, 200, 1000, 'SEED-67; domain.md 3'],
  policiesPerVault: [Infinity, Infinity, 200, 'domain.md 3'],
  dataDisksPerVm: [5, 16, 32, 'SEED-13; domain.md 2.4, 3'],
  restorePointCollectionsPerGroup: [600, 600, 600, 'domain.md 13.5'],
  requestBodyBytes: [4_194_304, 4_194_304, 4_194_304, 'ARM takes 4 MB'],
} as const satisfies Record<string, readonly [number, number, number, string]>

export type LimitName = keyof typeof TABLE
export type Limits = Readonly<Record<LimitName, number>>
export const LIMIT_NAMES = Object.keys(TABLE) as LimitName[]

/**
 * The limits of a profile.
 * @param lowered figures to put in place of the profile's (`--limit vmsPerVault=3`), so that a test reaches them
 */
export function limitsOf(profile: Profile, lowered: Partial<Record<LimitName, number>> = {}): Limits {
  const column = PROFILES.indexOf(profile)
  const entries = LIMIT_NAMES.map((name) => [name, lowered[name] ?? (TABLE[name][column] as number)])
  return Object.fromEntries(entries) as Limits
}
