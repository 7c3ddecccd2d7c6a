import t from 'tap'
import { ALERT_RULES, CATEGORIES, ruleOfJob } from '../../../src/domain/monitoring/alert-rules.js'

t.test('what raises an alert, and what raises none', async (t) => {
  for (const [operation, status, error, rule] of [
    ['Backup', 'Failed', 'UserErrorGuestAgentStatusUnavailable', 'backupFailure'],
    ['Restore', 'Failed', 'UserErrorVmNotShutDown', 'restoreFailure'],
    ['RestoreWithRehydrate', 'Failed', undefined, 'restoreFailure'],
    ['CrossRegionRestore', 'Failed', undefined, 'restoreFailure'],
    ['DeleteBackupData', 'Completed', undefined, 'dataDeleted'],
    ['Backup', 'Failed', 'UserErrorBackupOperationInProgress', undefined],
    ['Backup', 'Failed', 'UserErrorVmNotFoundV2', undefined],
    ['Backup', 'Failed', 'ResourceNotFound', undefined],
    ['Backup', 'Failed', 'BCMV2VMNotFound', undefined],
    ['Backup', 'Cancelled', undefined, undefined],
    ['Backup', 'Completed', undefined, undefined],
    ['Backup', 'CompletedWithWarnings', undefined, undefined],
    ['Restore', 'Cancelled', undefined, undefined],
    ['ConfigureBackup', 'Failed', undefined, undefined],
    ['MoveRecoveryPoint', 'Failed', undefined, undefined],
    ['DeleteBackupData', 'Failed', undefined, undefined],
  ] as const) {
    t.equal(ruleOfJob(operation, status, error), rule, `${operation} ${status} ${error}`)
  }
})

t.test('alerts of security are the gravest, and cannot be turned off', async (t) => {
  const rows = Object.values(ALERT_RULES).map(({ name, category }) => [name, CATEGORIES[category]] as const)
  const sev0 = rows.filter(([, { severity, canBeTurnedOff }]) => severity === 'Sev0' && !canBeTurnedOff)
  const sev1 = rows.filter(([, { severity, canBeTurnedOff }]) => severity === 'Sev1' && canBeTurnedOff)
  t.same(
    sev1.map(([name]) => name),
    ['Backup Failure', 'Restore Failure'],
  )
  t.equal(sev0.length + sev1.length, rows.length)
})
