import type { RecoveryPoint } from '../../src/domain/backup/recovery-points.js'
import { isOpen } from '../../src/domain/jobs/job-status.js'
import type { Rows } from './rows.js'

/** What holds between a world and the one that a step later it has become. */
type Rule = readonly [what: string, breaks: (before: Rows, after: Rows) => unknown[]]

const same = (one: unknown, other: unknown) => JSON.stringify(one) === JSON.stringify(other)

/** Whether a vault has gone for good, and what was in it: whatever moved to another key is found there. */
const isGone = (after: Rows, vaultKey: string, id: number) =>
  !after.vault.has(vaultKey) && !after.vault.has(keyOfNumber(after, id))
const keyOfNumber = (rows: Rows, number: number) =>
  [...rows.vault.values()].find((vault) => vault.number === number)?.key ?? ''
const numberOf = (rows: Rows, vaultKey: string) => rows.vault.get(vaultKey)?.number ?? -1

/** Whether the enhanced soft delete of a vault has been turned off, which takes what was kept by it. */
const hasGivenUpSoftDelete = (before: Rows, after: Rows, vaultKey: string) =>
  before.vault.get(vaultKey)?.settings.softDelete !== 'Disabled' &&
  after.vault.get(vaultKey)?.settings.softDelete === 'Disabled'

/** A point that is not in the vault goes with its snapshot. */
const endOf = ({
  expiry,
  snapshotExpiry,
  vaultTier,
}: Pick<RecoveryPoint, 'expiry' | 'snapshotExpiry' | 'vaultTier'>) =>
  vaultTier === undefined ? Math.min(expiry, snapshotExpiry) : expiry

const RULES: readonly Rule[] = [
  ['the clock does not go back', ({ now }, after) => (after.now < now ? [`${now} -> ${after.now}`] : [])],
  [
    'a job stays as long as its vault',
    (before, after) =>
      [...before.job.values()].filter(
        ({ id, vaultKey }) => !after.job.has(id) && !isGone(after, vaultKey, numberOf(before, vaultKey)),
      ),
  ],
  [
    'a job that has ended stays as it is',
    (before, after) =>
      [...before.job.values()].filter((job) => {
        const now = after.job.get(job.id)
        return now !== undefined && !isOpen(job) && !same({ ...job, vaultKey: '' }, { ...now, vaultKey: '' })
      }),
  ],
  [
    'an operation that has ended stays as it is',
    (before, after) =>
      [...before.operation.values()].filter((operation) => {
        const { vaultKey: _, ...now } = after.operation.get(operation.key) ?? {}
        const { vaultKey: __, ...then } = operation
        return operation.status !== 'InProgress' && !same(then, now)
      }),
  ],
  [
    'an item goes by a deletion of its data, at the end of its time, with its vault or its soft delete, or when it never came to be',
    (before, after) =>
      [...before.item.values()].filter(({ id, vaultKey, deleted, configuring }) => {
        if (after.item.has(id) || isGone(after, vaultKey, numberOf(before, vaultKey))) return false
        if (configuring || (deleted && deleted.until <= after.now)) return false
        if (deleted && hasGivenUpSoftDelete(before, after, vaultKey)) return false
        return ![...after.job.values()].some(
          (job) => job.itemId === id && job.operation === 'DeleteBackupData' && (job.end ?? 0) >= before.now,
        )
      }),
  ],
  [
    'the last recovery point of an item is kept',
    (before, after) =>
      [...before.pointsOf].flatMap(([id, points]) => {
        const arrived = points.filter(({ vaultTier }) => vaultTier !== undefined)
        const newest = before.item.get(id)?.workload === 'IaasVM' ? arrived[0] : points[0]
        const left = after.pointsOf.get(id) ?? []
        const isKept = left.some((point) => point.name === newest?.name || point.time > (newest?.time ?? 0))
        return newest && after.item.has(id) && !isKept ? [{ ...newest, machine: undefined }] : []
      }),
  ],
  [
    'a point stays until it runs out, unless its policy has changed',
    (before, after) =>
      [...before.pointsOf].flatMap(([id, points]) => {
        const [was, is] = [before.item.get(id), after.item.get(id)]
        if (!was || !is || was.configuredAt !== is.configuredAt || was.workload === 'IaasVM') return []
        const left = new Set((after.pointsOf.get(id) ?? []).map(({ name }) => name))
        return points
          .filter(({ name, transferring, ...ends }) => !left.has(name) && endOf(ends) > after.now && !transferring)
          .map((point) => ({ ...point, machine: undefined }))
      }),
  ],
]

/** What is wrong with how a world has become what it is. */
export const breaksBetween = (before: Rows, after: Rows): string[] =>
  RULES.flatMap(([what, breaks]) =>
    breaks(before, after).map((it) => `${what}: ${typeof it === 'string' ? it : JSON.stringify(it)}`),
  )
