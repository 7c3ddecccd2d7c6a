import { errorName, errorRow, type JobError } from '../../domain/jobs/job-errors.js'
import type { OperationHealth, ProtectedItem } from '../../domain/protection/protected-items.js'

/**
 * How the last operation of a kind went, in the service's words (wire-vm.md 7). What fails, or warns, in the same way
 * again and again is no longer transient (domain.md 10: health metrics).
 * @param times how many in a row had the error
 */
function kpi(health: OperationHealth, error: JobError | undefined, times = 1) {
  const cancelled = { code: 400158, title: 'UserErrorJobSuccessfullyCancelled', message: 'The job was cancelled.' }
  const [code = 0, message = ''] = error ? errorRow(error) : []
  const failed = error && { code, title: errorName(error), message }
  const detail = health === 'Cancelled' ? cancelled : (failed ?? { code: 0, title: 'Success', message: '' })
  return {
    resourceHealthStatus:
      health === 'Completed' && !error ? 'Healthy' : `${times > 1 ? 'Persistent' : 'Transient'}Degraded`,
    resourceHealthDetails: [{ ...detail, recommendations: [] }],
  }
}

/** The first member of older versions; empty before the first backup. */
export const kpisHealths = (item: ProtectedItem) => ({
  ...(item.backupHealth
    ? { BackupOperationStatusKPI: kpi(item.backupHealth, item.backupError, item.backupErrors) }
    : {}),
  ...(item.restoreHealth ? { RestoreOperationStatusKPI: kpi(item.restoreHealth, item.restoreError) } : {}),
})

/** Said of a virtual machine once it has been backed up (golden protectedItems-list-Protected). */
const PASSED = [
  {
    code: 400239,
    title: 'IaasVmHealthGreenDefault',
    message: 'The backup pre-check of this virtual machine is OK.',
    recommendations: [],
  },
]

function errorDetails(error: JobError) {
  const [code, message, recommendation] = errorRow(error)
  return [{ code, title: errorName(error), message, recommendations: [recommendation] }]
}

/** What a virtual machine's last backup says of its health: nothing in detail before the first (domain.md 6.1, 13.1). */
export function healthOf({ lastBackupStatus, backupError }: ProtectedItem) {
  const failed = lastBackupStatus === 'Failed'
  if (lastBackupStatus === '') return { healthStatus: 'Passed', healthDetails: undefined }
  return {
    healthStatus: failed ? 'ActionRequired' : backupError ? 'ActionSuggested' : 'Passed',
    healthDetails: backupError ? errorDetails(backupError) : PASSED,
  }
}
