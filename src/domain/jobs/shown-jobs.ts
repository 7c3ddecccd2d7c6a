import type { WorkloadName } from '../protection/protected-items.js'
import type { Job, JobOperation } from './jobs.js'

/**
 * Jobs that nobody is told of: a Backup vault has jobs of backups and restores alone (wire-disk.md 6), what configures an
 * instance is an operation there.
 */
const UNTOLD: Partial<Record<WorkloadName, readonly JobOperation[]>> = {
  AzureDisk: ['ConfigureBackup', 'DisableBackup', 'DeleteBackupData', 'Undelete'],
}

/** Whether a job is one that its vault shows. */
export const isShown = ({ workload, operation }: Pick<Job, 'workload' | 'operation'>): boolean =>
  !UNTOLD[workload]?.includes(operation)
