import { within } from '../durations.js'
import { Refusal, type RefusalCode } from '../errors.js'
import { same } from '../names.js'
import { DAY } from '../policies/schedule.js'
import { badRestore } from '../restore/bad-restore.js'
import type { World } from '../world.js'
import { isWorkedOn } from './archive-readiness.js'
import { changePoint, pointSubject, type RecoveryPoint } from './recovery-points.js'

/**
 * What can be asked for when a point comes back from the archive: how urgent it is, and for how many days the vault
 * keeps a copy. Documents have 10 as the least, the published example asks for 7 (golden S-restore-rehydration).
 */
export const REHYDRATION = {
  paces: { Standard: 'rehydrateStandardMs', High: 'rehydrateHighMs' },
  days: { least: 7, most: 30, default: 15 },
} as const

export interface Rehydration {
  priority: keyof typeof REHYDRATION.paces
  days: number
}

/** As a restore asks for it: `{rehydrationPriority: 'High', rehydrationRetentionDuration: 'P15D'}`. */
export interface RehydrationInput {
  rehydrationPriority?: string
  rehydrationRetentionDuration?: string
}

function readRehydration(input: RehydrationInput): Rehydration {
  const { rehydrationPriority = 'Standard', rehydrationRetentionDuration } = input
  const priorities = Object.keys(REHYDRATION.paces) as Rehydration['priority'][]
  const priority = priorities.find((name) => same(name, rehydrationPriority))
  if (!priority)
    throw badRestore(`rehydrationPriority '${rehydrationPriority}' is unknown. Use one of: ${priorities.join(', ')}.`)
  const { least, most } = REHYDRATION.days
  const given = rehydrationRetentionDuration ?? `P${REHYDRATION.days.default}D`
  const days = Number(/^P(\d{1,4})D$/i.exec(given)?.[1] ?? Number.NaN)
  if (days >= least && days <= most) return { priority, days }
  throw badRestore(
    `rehydrationRetentionDuration '${given}' is not a number of days from ${least} to ${most}. Write P15D for fifteen.`,
  )
}

/** What of a point and a request doesn't fit together (troubleshoot-archive-tier.md); the first that applies. */
const MISFITS: readonly (readonly [
  code: RefusalCode,
  message: string,
  when: (world: World, point: RecoveryPoint, asked: boolean) => boolean,
])[] = [
  [
    'UserErrorRecoveryPointNotRehydrated',
    'The recovery point is in the archive tier and is not rehydrated. Restore it with an IaasVMRestoreWithRehydrationRequest.',
    (_, point, asked) => point.archiveTier === 'Valid' && !asked,
  ],
  [
    'UserErrorRecoveryPointRehydrationNotAllowed',
    'Rehydration is only supported for archive recovery points. Restore this one with an IaasVMRestoreRequest.',
    (_, point, asked) => point.archiveTier === undefined && asked,
  ],
  [
    'UserErrorRecoveryPointAlreadyRehydrated',
    'The recovery point is already rehydrated. Restore it with an IaasVMRestoreRequest.',
    (_, point, asked) => point.archiveTier === 'Rehydrated' && asked,
  ],
  [
    'UserErrorRecoveryPointRehydrationAlreadyInProgress',
    'Rehydration is already in progress for this archive recovery point. Wait until that restore has its data, then restore from the point.',
    (world, point, asked) => asked && isWorkedOn(world, point, 'RestoreWithRehydrate'),
  ],
]

/**
 * What a restore has to do before there is something to restore from.
 * @param input what is asked for; absent where no rehydration is
 * @returns undefined where the point can be read as it is
 * @throws Refusal a code of MISFITS; UserErrorInvalidRestoreRequest
 */
export function rehydrationFor(
  world: World,
  point: RecoveryPoint,
  input: RehydrationInput | undefined,
): Rehydration | undefined {
  const misfit = MISFITS.find(([, , when]) => when(world, point, input !== undefined))
  if (misfit) throw new Refusal(misfit[0], misfit[1])
  return input && readRehydration(input)
}

/** What a job says of it (az test_backup_wl_sql_archive). */
export const rehydrationBag = ({ priority, days }: Rehydration) => ({
  'Rehydration Priority': priority,
  'Rehydrated Recovery Point Retention': `P${days}D`,
})

/** How long a point takes to come back from the archive, in ms. */
export const rehydrationMs = ({ priority }: Rehydration, fraction: number) =>
  within(REHYDRATION.paces[priority], fraction)

/** The vault has a copy of an archived point again, for the days that were asked for. */
export function rehydrate(world: World, point: RecoveryPoint, { days }: Pick<Rehydration, 'days'>): void {
  world.timeline.at(world.now + days * DAY, 'rehydration.end', pointSubject(point))
  changePoint(world, { ...point, vaultTier: 'Valid', archiveTier: 'Rehydrated' })
}

/** Due: the copy in the vault goes, the archive's stays. */
export function endRehydration(world: World, point: RecoveryPoint): void {
  changePoint(world, { ...point, vaultTier: 'Deleted', archiveTier: 'Valid' })
}
