import { DISK_TYPE } from '../../src/domain/inventory/resource-types.js'
import type { Job } from '../../src/domain/jobs/jobs.js'
import { keyOf } from '../../src/domain/names.js'
import { isStopped } from '../../src/domain/protection/protected-items.js'
import { isBackupVault } from '../../src/domain/vaults/vault.js'
import type { Rows } from './rows.js'
import { bodies, eventsOf, type Rule, saysItem, saysJob, twice } from './rules.js'

const instances = (rows: Rows) => bodies(rows.items).filter(({ workload }) => workload === 'AzureDisk')

/** What the one task of a job may say, by the status of the job; a disk may go while its snapshot is taken. */
const TASKS: Readonly<Record<Job['status'], readonly string[]>> = {
  InProgress: ['NotStarted', 'InProgress'],
  Cancelling: ['Cancelling'],
  Completed: ['Completed'],
  CompletedWithWarnings: ['Completed'],
  Failed: ['Failed', 'InProgress'],
  Cancelled: ['Cancelled'],
}

/** What holds of Backup vaults and of the disks that they protect. */
export const DISK_RULES: readonly Rule[] = [
  {
    what: 'what is in a Backup vault is an instance, and an instance is in a Backup vault',
    breaks: (rows) =>
      bodies(rows.items)
        .filter(({ vaultKey, workload, instance }) => {
          const vault = rows.vault.get(vaultKey)
          const isInstance = workload === 'AzureDisk' && instance !== undefined
          return vault !== undefined && isBackupVault(vault) !== isInstance
        })
        .map(saysItem),
  },
  {
    what: 'an instance protects the disk that its document names',
    breaks: (rows) =>
      instances(rows)
        .filter(({ sourceId, sourceKey, instance }) => {
          const { resourceID } = (instance?.document.dataSourceInfo ?? {}) as { resourceID?: string }
          return (
            sourceKey !== keyOf(sourceId) ||
            keyOf(resourceID ?? '') !== sourceKey ||
            !sourceKey.includes(keyOf(DISK_TYPE))
          )
        })
        .map(saysItem),
  },
  {
    what: 'a disk is protected once, over all vaults',
    breaks: (rows) =>
      twice(
        instances(rows).filter((item) => !item.deleted && !isStopped(item)),
        ({ sourceKey }) => sourceKey,
      ).map(saysItem),
  },
  {
    what: 'an instance says why it was not configured, as long as it is not',
    breaks: (rows) =>
      instances(rows)
        .filter(
          ({ state, protectionError, deleted }) =>
            !deleted && (state === 'ProtectionError') !== (protectionError !== undefined),
        )
        .map(saysItem),
  },
  {
    what: 'what was never configured has no points, and is never kept when it is deleted',
    breaks: (rows) =>
      instances(rows)
        .filter(({ id, state, configuring, deleted }) => {
          const isConfigured = state !== 'ProtectionError' && !configuring
          return !isConfigured && (deleted !== undefined || (rows.pointsOf.get(id)?.length ?? 0) > 0)
        })
        .map(saysItem),
  },
  {
    what: 'what is soft-deleted has nothing to come but its end',
    breaks: (rows) =>
      instances(rows)
        .filter(
          ({ id, deleted }) =>
            deleted && eventsOf(rows, `item:${id}`).some(({ kind }) => !kind.startsWith('softDelete.')),
        )
        .map(saysItem),
  },
  {
    what: 'the task of a disk job says what the job says',
    breaks: (rows) =>
      bodies(rows.jobs)
        .filter(
          ({ workload, operation }) => workload === 'AzureDisk' && (operation === 'Backup' || operation === 'Restore'),
        )
        .filter(({ status, tasks }) => tasks.length !== 1 || !TASKS[status].includes(tasks[0]?.status ?? ''))
        .map(saysJob),
  },
  {
    what: 'a snapshot that Backup has taken is of one recovery point',
    breaks: (rows) => {
      const ids = bodies(rows.points).flatMap(({ disk }) => (disk ? [keyOf(disk.snapshotId)] : []))
      const own = new Set(ids)
      return [
        ...twice(ids, (id) => id),
        ...bodies(rows.resources)
          .filter(
            ({ type, name, key }) =>
              keyOf(type).endsWith('/snapshots') && name.startsWith('AzureBackup_') && !own.has(key),
          )
          .map(({ id }) => id),
      ]
    },
  },
  {
    what: 'a backup that has completed has made its point; while that settles, the point is there',
    breaks: (rows) =>
      bodies(rows.jobs)
        .filter(
          ({ workload, operation, status }) =>
            workload === 'AzureDisk' && operation === 'Backup' && status !== 'Failed',
        )
        .filter(({ status, work, itemId }) => {
          const made = work?.pointName
          if (made === undefined) return status.startsWith('Completed')
          return status === 'InProgress' && !rows.pointsOf.get(itemId)?.some(({ name }) => name === made)
        })
        .map(saysJob),
  },
]
