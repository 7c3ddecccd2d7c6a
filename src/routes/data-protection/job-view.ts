import { dotNetTime, etagOf, isoDuration, timeSpan } from '../../arm/times.js'
import { userFacingError } from '../../arm/user-facing-error.js'
import { diskJobFamily } from '../../arm/versions.js'
import { workOf } from '../../domain/backup/backup-phases.js'
import { DISK_TYPE } from '../../domain/inventory/resource-types.js'
import { factsOf } from '../../domain/jobs/disk-jobs.js'
import { isOpen } from '../../domain/jobs/job-status.js'
import { type Job, jobPath } from '../../domain/jobs/jobs.js'
import { readResourceId } from '../../domain/names.js'
import { restoreWorkOf } from '../../domain/restore/disk-restore.js'
import { BACKUP_VAULT_TYPE, type Vault } from '../../domain/vaults/vault.js'

type Family = ReturnType<typeof diskJobFamily>

/** What has gone wrong with a job, and what it warns of. */
const errorsOf = ({ error, activityId }: Job) => (error ? [userFacingError(error, activityId)] : null)

/** Whether a backup is over and has made its point. */
const hasStored = (job: Job): boolean =>
  job.operation === 'Backup' && !isOpen(job) && workOf(job).pointName !== undefined

function subTasks(job: Job, { details }: Family) {
  const { sizeMB } = workOf(job)
  return job.tasks.map(({ name, status }, index) => ({
    taskId: index + 1,
    taskName: name,
    taskStatus: status,
    taskProgress: null,
    additionalDetails:
      details && hasStored(job) && sizeMB !== undefined
        ? {
            OriginalDatasourceSizeInBytes: String(sizeMB * 1024 ** 2),
            TaskId: job.activityId,
            DatasourceType: DISK_TYPE,
          }
        : null,
  }))
}

/** What is known of a backup's point, and of where a restore comes from and goes. */
function outcomeOf(job: Job, { unset }: Family) {
  if (job.operation === 'Restore') {
    const { pointName, pointTime, diskId } = restoreWorkOf(job)
    return {
      targetRecoverPoint: null,
      sourceRecoverPoint: { recoveryPointID: pointName, recoveryPointTime: dotNetTime(pointTime) },
      recoveryDestination: diskId,
    }
  }
  const { pointName } = workOf(job)
  return {
    targetRecoverPoint: hasStored(job) ? { recoveryPointID: pointName, recoveryPointTime: unset } : null,
    sourceRecoverPoint: null,
    recoveryDestination: null,
  }
}

function extendedInfo(job: Job, vault: Pick<Vault, 'name'>, family: Family) {
  const { tag } = workOf(job)
  const warnings =
    job.status === 'CompletedWithWarnings'
      ? (errorsOf(job)?.map((warning) => ({ resourceName: vault.name, warning })) ?? null)
      : null
  return {
    backupInstanceState: null,
    [family.transferred]: null,
    ...outcomeOf(job, family),
    subTasks: subTasks(job, family),
    additionalDetails: tag === undefined ? null : { RetentionTag: tag },
    ...(family.details ? { warningDetails: warnings } : {}),
  }
}

/** ISO 8601 in full, where a running job has none yet; in a list a .NET TimeSpan (wire-disk.md 6). */
function durationOf(job: Job, detailed: boolean): string {
  const length = (job.end ?? job.start) - job.start
  return detailed ? isoDuration(length) : timeSpan(length)
}

/**
 * A job of a Backup vault (golden disk/23 to 27, 34); nulls where it has nothing to say.
 * @param detailed by itself, not in a list
 */
export function diskJobView(
  vault: Pick<Vault, 'id' | 'type' | 'name' | 'location' | 'subscriptionId'>,
  job: Job,
  version: string,
  detailed: boolean,
): Record<string, unknown> {
  const family = diskJobFamily(version)
  const { instance, policyName, diskId } = factsOf(job)
  const disk = readResourceId(diskId)
  const isUserTriggered = workOf(job).run === undefined
  return {
    properties: {
      activityID: job.activityId,
      subscriptionId: vault.subscriptionId,
      backupInstanceId: `${vault.id}/backupInstances/${instance}`,
      policyId: `${vault.id}/backupPolicies/${policyName}`,
      dataSourceId: diskId,
      vaultName: vault.name,
      backupInstanceFriendlyName: job.friendlyName,
      policyName,
      sourceResourceGroup: disk?.resourceGroup ?? '',
      dataSourceSetName: null,
      dataSourceName: disk?.name ?? '',
      sourceDataStoreName: null,
      ...(family.tiers ? { sourceDataStoreType: null } : {}),
      destinationDataStoreName: hasStored(job) ? 'OperationalTierStore' : null,
      progressEnabled: false,
      etag: etagOf(job.end ?? job.start),
      sourceSubscriptionID: disk?.subscriptionId ?? '',
      dataSourceLocation: vault.location,
      startTime: dotNetTime(job.start),
      endTime: job.end === undefined ? null : dotNetTime(job.end),
      dataSourceType: DISK_TYPE,
      operationCategory: job.operation,
      operation: job.operation,
      status: job.status,
      restoreType: null,
      isUserTriggered,
      rehydrationPriority: null,
      supportedActions: isUserTriggered ? [''] : [],
      duration: durationOf(job, detailed),
      progressUrl: null,
      ...(family.tiers ? { isCrossRegionRestore: null } : {}),
      errorDetails: job.status === 'CompletedWithWarnings' ? null : errorsOf(job),
      extendedInfo: detailed ? extendedInfo(job, vault, family) : null,
    },
    id: jobPath(vault, job),
    name: job.id,
    type: `${BACKUP_VAULT_TYPE}/backupJobs`,
  }
}
