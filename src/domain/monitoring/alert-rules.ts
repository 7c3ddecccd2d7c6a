import type { JobStatus } from '../jobs/job-status.js'
import type { JobOperation } from '../jobs/jobs.js'
import type { WorkloadName } from '../protection/protected-items.js'

/** Sev0 is the highest. */
export const SEVERITIES = ['Sev0', 'Sev1', 'Sev2', 'Sev3', 'Sev4'] as const
export type Severity = (typeof SEVERITIES)[number]
export type AlertCategory = 'Security' | 'Jobs'

/** What is alerted of, by the kind of alert: whatever a person has to see, and jobs that failed. */
export interface SecurityRule {
  /** `alertRule` on the wire, and the name of each of its alerts. */
  name: string
  category: 'Security'
  /** What of a vault's it is there for; a rule of the vault itself has none, and is for Recovery Services alone. */
  workloads?: readonly WorkloadName[]
  /** @param what the item, the policy or the vault that it happened to */
  description: (what: string) => string
  recommendation: string
}
/** What a job failed of says the job itself. */
export interface JobRule {
  name: string
  category: 'Jobs'
  workloads: readonly WorkloadName[]
}

const OF_RECOVERY_SERVICES = ['VM', 'AzureFileShare'] as const
const EVERY_WORKLOAD = [...OF_RECOVERY_SERVICES, 'AzureDisk'] as const

/**
 * The alerts that Azure Backup raises by itself (backup-azure-monitoring-alerts.md, "Supported workloads and scenarios";
 * an alert of the first is public, too). A classic vault has none of them: it is older than they are. What is there for
 * databases only is left out.
 */
export const ALERT_RULES = {
  backupFailure: { name: 'Backup Failure', category: 'Jobs', workloads: EVERY_WORKLOAD },
  restoreFailure: { name: 'Restore Failure', category: 'Jobs', workloads: EVERY_WORKLOAD },
  // Not sent for Azure Files (move-to-azure-monitor-alerts.md).
  dataDeleted: {
    name: 'Delete Backup Data',
    category: 'Security',
    workloads: ['VM', 'AzureDisk'],
    description: (what) => `The backup data of '${what}' was deleted.`,
    recommendation: 'See whether that was meant. If it was not, undelete the item before its data is purged.',
  },
  purgeNear: {
    name: 'Upcoming Purge',
    category: 'Security',
    workloads: ['VM'],
    description: (what) => `The deleted backup data of '${what}' will be purged in two days.`,
    recommendation: 'Undelete the item if its data is still needed.',
  },
  purged: {
    name: 'Purge Complete',
    category: 'Security',
    workloads: ['VM'],
    description: (what) => `The deleted backup data of '${what}' was purged, for good.`,
    recommendation: 'Protect the machine again if it still has to be backed up.',
  },
  softDeleteOff: {
    name: 'Soft Delete Disabled for Vault',
    category: 'Security',
    description: (what) => `Soft delete was disabled for vault '${what}'.`,
    recommendation: 'Enable soft delete again, unless that was meant: what is deleted now can not be had back.',
  },
  hybridSecurityOff: {
    name: 'Disable hybrid security features',
    category: 'Security',
    description: (what) => `The security features for hybrid backups were disabled for vault '${what}'.`,
    recommendation: 'Enable the security features again, unless that was meant.',
  },
  guardRemoved: {
    name: 'MUA Disabled',
    category: 'Security',
    description: (what) => `Multi-user authorization was disabled for vault '${what}'.`,
    recommendation: 'Attach a resource guard to the vault again, unless that was meant.',
  },
  policyShortened: {
    name: 'Modify Policy with Shorter Retention',
    category: 'Security',
    description: (what) => `Backup policy '${what}' was changed and keeps recovery points for a shorter time.`,
    recommendation: 'See whether that was meant: recovery points that the policy keeps no longer are deleted.',
  },
  protectionShortened: {
    name: 'Modify Protection with Shorter Retention',
    category: 'Security',
    workloads: OF_RECOVERY_SERVICES,
    description: (what) => `'${what}' was given a backup policy that keeps recovery points for a shorter time.`,
    recommendation: 'See whether that was meant: recovery points that the policy keeps no longer are deleted.',
  },
} as const satisfies Record<string, SecurityRule | JobRule>

export type AlertRuleName = keyof typeof ALERT_RULES
/** The rules that say themselves what happened. */
export type SecurityRuleName = Exclude<AlertRuleName, 'backupFailure' | 'restoreFailure'>

/** How grave a category is, and whether a vault can do without it (backup-azure-monitoring-alerts.md, "Supported scenarios"). */
export const CATEGORIES: Record<AlertCategory, { severity: Severity; canBeTurnedOff: boolean }> = {
  Security: { severity: 'Sev0', canBeTurnedOff: false },
  Jobs: { severity: 'Sev1', canBeTurnedOff: true },
}

/** Which ends of jobs raise an alert. A job that was cancelled has not failed, so it raises none. */
const OF_JOBS: readonly (readonly [JobOperation, JobStatus, AlertRuleName])[] = [
  ['Backup', 'Failed', 'backupFailure'],
  ['Restore', 'Failed', 'restoreFailure'],
  ['RestoreWithRehydrate', 'Failed', 'restoreFailure'],
  ['CrossRegionRestore', 'Failed', 'restoreFailure'],
  ['DeleteBackupData', 'Completed', 'dataDeleted'],
]

/**
 * Failures that raise no alert, because they have to be expected: another backup is in the way, or the machine is no
 * longer there (backup-azure-monitoring-alerts.md, note; domain.md 8.3, 10). The first two names of a machine that is gone are the
 * service's of today, the third is an older one of the same.
 */
const EXPECTED_FAILURES: readonly string[] = [
  'UserErrorBackupOperationInProgress',
  'UserErrorVmNotFoundV2',
  'ResourceNotFound',
  'BCMV2VMNotFound',
]

/** What the end of a job raises; nothing where the failure had to be expected. */
export function ruleOfJob(operation: JobOperation, status: JobStatus, error: string | undefined) {
  const row = OF_JOBS.find(([of, when]) => of === operation && when === status)
  return row && !EXPECTED_FAILURES.includes(error ?? '') ? row[2] : undefined
}
