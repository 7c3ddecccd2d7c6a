import { membersOf } from '../documents.js'
import { within } from '../durations.js'
import { errorName, errorRow } from '../jobs/job-errors.js'
import type { Job } from '../jobs/jobs.js'
import { isShown } from '../jobs/shown-jobs.js'
import { same } from '../names.js'
import type { RetentionChange } from '../policies/retention-changes.js'
import { DAY } from '../policies/schedule.js'
import { itemPath, type ProtectedItem } from '../protection/protected-items.js'
import { isBackupVault, isClassicVault, type Vault } from '../vaults/vault.js'
import type { World } from '../world.js'
import {
  ALERT_RULES,
  type AlertRuleName,
  CATEGORIES,
  type JobRule,
  ruleOfJob,
  type SecurityRule,
  type SecurityRuleName,
} from './alert-rules.js'
import { type Alert, alertSubject, SYSTEM } from './alerts.js'

/** How long before its end a soft-deleted item is warned of (backup-azure-monitoring-alerts.md: 2 days). */
export const PURGE_WARNING = 2 * DAY

/** What an alert says, and what makes it the one it is. */
interface Cause {
  /** Tells it from others of its rule in the vault at the same instant. */
  key: string
  description: string
  recommendation: string
  item?: ProtectedItem | undefined
  jobId?: string
}

/** Alerts of failed jobs are on until a vault's `monitoringSettings` turn them off; those of security stay on (backup-azure-monitoring-alerts.md). */
function isOn(vault: Vault, rule: AlertRuleName): boolean {
  if (!CATEGORIES[ALERT_RULES[rule].category].canBeTurnedOff) return true
  const { alertsForAllJobFailures } = membersOf(vault.settings.monitoring?.azureMonitorAlertSettings)
  return typeof alertsForAllJobFailures !== 'string' || !same(alertsForAllJobFailures, 'Disabled')
}

/** A Backup vault has alerts of its instances alone, and of what it is itself none (backup-azure-monitoring-alerts.md). */
function covers(rule: AlertRuleName, vault: Vault, item: ProtectedItem | undefined): boolean {
  const row: SecurityRule | JobRule = ALERT_RULES[rule]
  return item ? (row.workloads?.includes(item.workload) ?? true) : !isBackupVault(vault)
}

/**
 * Raises an alert of a rule: it is there a while later. Each occurrence is an alert of its own; to put those of one
 * error together was for classic alerts (backup-azure-monitoring-alerts.md, "Migrate from classic alerts").
 */
function raise(world: World, vault: Vault, rule: AlertRuleName, { key, item, ...cause }: Cause): void {
  if (isClassicVault(vault) || !isOn(vault, rule) || !covers(rule, vault, item)) return
  const id = world.chance.guidFor('alert', rule, vault.key, key, world.now)
  const alert: Alert = {
    id,
    subscriptionId: vault.subscriptionId,
    rule,
    target: { id: vault.id, name: vault.name, resourceGroup: vault.resourceGroup, type: vault.type },
    ...(item ? { source: sourceOf(vault, item) } : {}),
    ...cause,
    state: 'New',
    firedAt: world.now,
    changedAt: world.now,
    changedBy: SYSTEM,
    history: [],
  }
  const due = world.now + within('alertMs', world.chance.fraction('alert', id))
  world.timeline.at(due, 'alert.fire', alertSubject(id), alert)
}

const sourceOf = (vault: Vault, item: ProtectedItem): NonNullable<Alert['source']> => ({
  workload: item.workload,
  itemId: itemPath(vault, item),
  sourceId: item.sourceId,
  sourceName: item.friendlyName,
  ...(isBackupVault(vault) ? {} : { container: item.containerName }),
})

/** Raises the alert of what happened to a vault itself, or, with `about`, to what is in it. */
export function raiseAlert(
  world: World,
  vault: Vault,
  rule: SecurityRuleName,
  about: { what: string; item?: ProtectedItem | undefined; jobId?: string } = { what: vault.name },
): void {
  const { description, recommendation } = ALERT_RULES[rule]
  const { what, ...of } = about
  raise(world, vault, rule, { key: what, description: description(what), recommendation, ...of })
}

/** Raises the alert of what happened to an item. */
export function raiseAlertOfItem(world: World, item: ProtectedItem, rule: SecurityRuleName): void {
  const vault = world.vaults.get(item.vaultKey)
  if (vault) raiseAlert(world, vault, rule, { what: item.friendlyName, item })
}

/** Raises the alert of a policy that keeps points for a shorter time, or of an item that was given such a one. */
export function raiseAlertOfRetention(world: World, vault: Vault, { item, policyName }: RetentionChange): void {
  if (item) raiseAlert(world, vault, 'protectionShortened', { what: item.friendlyName, item })
  else raiseAlert(world, vault, 'policyShortened', { what: policyName })
}

/** Raises what the end of a job is worth. @param job as it ended */
export function raiseAlertOfJob(world: World, job: Job): void {
  const rule = ruleOfJob(job.operation, job.status, job.error && errorName(job.error))
  const vault = rule && world.vaults.get(job.vaultKey)
  if (!vault) return
  const item = world.items.get(job.itemId)
  if (rule === 'dataDeleted') {
    // Who has turned soft delete off was told of it then, and is told no more of what is deleted (move-to-azure-monitor-alerts.md).
    if (vault.settings.softDelete === 'Disabled') return
    return raiseAlert(world, vault, rule, { what: job.friendlyName, item, ...(isShown(job) ? { jobId: job.id } : {}) })
  }
  const [, description, recommendation] = job.error ? errorRow(job.error) : ['', 'The job has failed.', '']
  raise(world, vault, rule, { key: job.id, description, recommendation, item, jobId: job.id })
}
