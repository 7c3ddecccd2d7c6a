import t from 'tap'
import type { RecoveryPoint } from '../../../src/domain/backup/recovery-points.js'
import { Refusal } from '../../../src/domain/errors.js'
import {
  type FileSharePolicy,
  reducesRetention,
  reducesVaultRetention,
  type VaultPolicy,
} from '../../../src/domain/policies/policies.js'
import { checkPolicyChange, checkPolicyEdit } from '../../../src/domain/policies/policy-changes.js'
import { archivableFrom, tieringDueOf } from '../../../src/domain/policies/policy-tiering.js'
import { readVmPolicy } from '../../../src/domain/policies/policy-vm.js'
import { type LongTermRetentionPolicy, retentionOf, tagsOf } from '../../../src/domain/policies/retention.js'
import { type Bag, change, daily, hourly, MONTHLY } from './policy-bodies.js'

const at = (text: string) => Date.parse(text)
const iso = (instant: number | undefined) =>
  instant === undefined ? undefined : new Date(instant).toISOString().replace('.000Z', 'Z')

const kept = (days: number): LongTermRetentionPolicy => ({
  retentionPolicyType: 'LongTermRetentionPolicy',
  dailySchedule: {
    retentionTimes: ['2026-01-01T22:00:00Z'],
    retentionDuration: { count: days, durationType: 'Days' },
  },
})
const ofFiles = {
  backupManagementType: 'AzureStorage' as const,
  workLoadType: 'AzureFileShare' as const,
  schedulePolicy: {
    schedulePolicyType: 'SimpleSchedulePolicy' as const,
    scheduleRunFrequency: 'Daily' as const,
    scheduleRunTimes: ['2026-01-01T22:00:00Z'],
    scheduleWeeklyFrequency: 0,
  },
  timeZone: 'UTC',
}
const snapshots = (days: number): FileSharePolicy => ({ ...ofFiles, retentionPolicy: kept(days) })
const vaulted = (days: number, snapshotRetentionInDays = 5): FileSharePolicy => ({
  ...ofFiles,
  vaultRetentionPolicy: { vaultRetention: kept(days), snapshotRetentionInDays },
})

const codeOf = (check: () => void): string => {
  try {
    check()
    return ''
  } catch (refusal) {
    return refusal instanceof Refusal ? refusal.code : String(refusal)
  }
}

t.test('fewer days reduce retention, of points and of snapshots', async (t) => {
  const machine = (days: number, instant: number) =>
    readVmPolicy({
      ...change(daily(), 'retentionPolicy.dailySchedule.retentionDuration.count', days),
      instantRpRetentionRangeInDays: instant,
    })
  const rows: [string, VaultPolicy, VaultPolicy, any: boolean, vault: boolean][] = [
    ['nothing changes', machine(30, 2), machine(30, 2), false, false],
    ['fewer days', machine(30, 2), machine(29, 2), true, true],
    ['fewer days of instant restore', machine(30, 3), machine(30, 2), true, false],
    ['more of both', machine(30, 2), machine(31, 3), false, false],
    ['snapshots of a share for fewer days', snapshots(30), snapshots(29), true, true],
    ['points of a share for fewer days', vaulted(30), vaulted(29), true, true],
    ['snapshots before the vault for fewer days', vaulted(30, 5), vaulted(30, 4), true, false],
    ['from snapshots to the vault', snapshots(30), vaulted(30), false, false],
    ['from snapshots to the vault for less', snapshots(30), vaulted(29), true, true],
  ]
  for (const [what, before, after, any, vault] of rows) {
    t.equal(reducesRetention(before, after), any, what)
    t.equal(reducesVaultRetention(before, after), vault, `${what}, in the vault`)
  }
})

t.test('an item goes from standard to enhanced and from snapshots to the vault, never back', async (t) => {
  const standard = readVmPolicy(daily())
  const enhanced = readVmPolicy(hourly())
  const refused = 'BMSUserErrorInvalidPolicyForGivenProvider'
  const rows: [VaultPolicy | 'V1' | 'V2', VaultPolicy, string][] = [
    [standard, enhanced, ''],
    [standard, standard, ''],
    [enhanced, enhanced, ''],
    [enhanced, standard, refused],
    ['V1', enhanced, ''],
    ['V2', standard, refused],
    [snapshots(30), vaulted(30), ''],
    [vaulted(30), vaulted(60), ''],
    [vaulted(30), snapshots(30), refused],
  ]
  for (const [before, after, code] of rows)
    t.equal(
      codeOf(() => checkPolicyChange(before, after)),
      code,
    )
})

t.test('a policy in use keeps its type; one of file shares never leaves the vault', async (t) => {
  const standard = readVmPolicy(daily())
  const enhanced = readVmPolicy(hourly())
  const edit = (before: VaultPolicy, after: VaultPolicy, inUse: boolean) =>
    codeOf(() => checkPolicyEdit('P', before, after, inUse))
  t.equal(edit(standard, enhanced, false), '')
  t.equal(edit(standard, enhanced, true), 'BMSUserErrorPolicyObjectInUse')
  t.equal(edit(enhanced, standard, true), 'BMSUserErrorPolicyObjectInUse')
  t.equal(edit(standard, vaulted(30), true), 'BMSUserErrorPolicyObjectInUse')
  t.equal(edit(standard, snapshots(30), false), '', 'whatever it was for')
  t.equal(edit(snapshots(30), vaulted(30), true), '')
  t.equal(edit(vaulted(30), snapshots(30), false), 'BMSUserErrorInvalidPolicyInput')
})

t.test('a point can go to the archive after three months, with six to live', async (t) => {
  const monthly = (count: number, tiering: Bag): Bag => ({
    ...change(daily(), 'retentionPolicy.monthlySchedule', {
      ...MONTHLY,
      retentionDuration: { count, durationType: 'Months' },
    }),
    tieringPolicy: { ArchivedRP: tiering },
  })
  /** A point of a run as the engine makes it, 40 minutes late. */
  const pointOf = (body: Bag, run: string, changes: Partial<RecoveryPoint> = {}): RecoveryPoint => {
    const policy = readVmPolicy(body)
    const late = 40 * 60_000
    return {
      itemId: 1,
      name: '1',
      time: at(run) + late,
      run: at(run),
      tags: tagsOf(policy, at(run)).map(({ name }) => name),
      tagEnds: tagsOf(policy, at(run)).map(({ until }) => until + late),
      expiry: retentionOf(policy, at(run)).expiry + late,
      vaultTier: 'Valid',
      ...changes,
    } as RecoveryPoint
  }
  const recommended = { tieringMode: 'TierRecommended' }
  const after = (duration: number, durationType = 'Months') => ({ tieringMode: 'TierAfter', duration, durationType })
  const FIRST_MONDAY = '2026-06-01T22:00:00Z'
  const due = (body: Bag, run = FIRST_MONDAY, changes: Partial<RecoveryPoint> = {}) =>
    iso(tieringDueOf(readVmPolicy(body), pointOf(body, run, changes)))

  t.equal(due(monthly(9, recommended)), '2026-09-01T22:40:00Z', 'as soon as it can')
  t.equal(due(monthly(12, after(5))), '2026-11-01T22:40:00Z', 'after its own time')
  t.equal(due(monthly(12, after(90, 'Days'))), '2026-09-01T22:40:00Z', 'never younger than three months')
  t.equal(due(monthly(12, { tieringMode: 'DoNotTier' })), undefined)
  t.equal(due(daily()), undefined, 'without a rule')
  t.equal(due(monthly(12, recommended), '2026-06-02T22:00:00Z'), undefined, 'daily points stay')
  t.equal(
    due(monthly(12, recommended), FIRST_MONDAY, { vaultTier: undefined } as object),
    undefined,
    'not in the vault',
  )

  t.test('not while a daily or weekly rule holds it', async (t) => {
    const long = change(monthly(60, recommended), 'retentionPolicy.dailySchedule.retentionDuration.count', 180)
    t.equal(due(long), '2026-11-28T22:40:00Z', '180 days')
    const longer = change(monthly(60, recommended), 'retentionPolicy.dailySchedule.retentionDuration.count', 9999)
    t.equal(due(longer), undefined, 'when that ends, it ends itself')
  })
  t.test('a run that starts after midnight is no day short', async (t) => {
    const body = change(monthly(9, recommended), 'retentionPolicy.monthlySchedule', {
      ...MONTHLY,
      retentionScheduleFormatType: 'Daily',
      retentionScheduleDaily: { daysOfTheMonth: [{ isLast: true }] },
      retentionDuration: { count: 9, durationType: 'Months' },
    })
    const late = change(
      change(body, 'schedulePolicy.scheduleRunTimes', ['2026-01-01T23:30:00Z']),
      'retentionPolicy',
      null,
    )
    const times = JSON.parse(JSON.stringify(body.retentionPolicy).replaceAll('22:00:00Z', '23:30:00Z'))
    t.equal(due({ ...late, retentionPolicy: times }, '2026-11-30T23:30:00Z'), '2027-03-01T00:10:00Z')
  })
  t.test('what the service says of a point needs no policy', async (t) => {
    const body = monthly(9, recommended)
    t.equal(iso(archivableFrom(pointOf(body, FIRST_MONDAY))), '2026-09-01T22:40:00Z')
    t.equal(archivableFrom(pointOf(body, FIRST_MONDAY, { expiry: at('2027-01-01T00:00:00Z') })), undefined)
  })
})
