import { workOf } from '../backup/backup-phases.js'
import { Refusal } from '../errors.js'
import { isRestore, type Job, type JobOperation } from '../jobs/jobs.js'
import { DAY } from '../policies/schedule.js'
import { isBackupVault, limitsIn, type Vault } from '../vaults/vault.js'
import type { World } from '../world.js'
import { limitsOn, type ProtectedItem } from './protected-items.js'
import { workloadOf } from './workloads.js'

/** The service's words where a limit of a day is reached (azure-content#5067); a day is the 24 hours until now. */
function dayIsFull(what: string): Refusal {
  return new Refusal(
    'CloudDosAbsoluteLimitReached',
    `The operation is blocked as you have reached the limit on the number of operations permitted in 24 hours: ${what} Try again later.`,
  )
}

/** What configures or modifies protection (domain.md 3). */
const CONFIGURATIONS: readonly JobOperation[] = ['ConfigureBackup', 'DisableBackup', 'Undelete']

/**
 * Nobody says so of Backup vaults, which take more instances than that.
 * @throws Refusal CloudDosAbsoluteLimitReached where a vault has had its configurations of a day
 */
export function checkConfigurations(world: World, vault: Vault): void {
  if (isBackupVault(vault)) return
  const most = limitsIn(world, vault).configurationsPerVaultPerDay
  if (world.jobs.countSince(vault.key, world.now - DAY, CONFIGURATIONS) < most) return
  throw dayIsFull(`protection was configured or modified ${most} times in vault '${vault.name}'.`)
}

/** One that came to nothing may be tried again. */
const cameToNothing = ({ status }: Job) => status === 'Failed' || status === 'Cancelled' || status === 'Cancelling'

/**
 * Whether an item may be backed up on demand once more today: so many times, and so many attempts to get there
 * (domain.md 3).
 * @throws Refusal CloudDosAbsoluteLimitReached
 */
export function checkOnDemand(world: World, item: ProtectedItem): void {
  const names = workloadOf(item).onDemand
  if (!names) return
  const jobs = world.jobs.ofItemSince(item.vaultKey, item.id, world.now - DAY)
  const attempts = jobs.filter((job) => job.operation === 'Backup' && workOf(job).run === undefined)
  const backups = attempts.filter((job) => !cameToNothing(job)).length
  if (backups >= limitsOn(world, item)[names.backups]) {
    throw dayIsFull(`'${item.friendlyName}' was backed up ${backups} times on demand, beside its schedule.`)
  }
  if (attempts.length >= limitsOn(world, item)[names.attempts]) {
    throw dayIsFull(`a backup of '${item.friendlyName}' was attempted ${attempts.length} times on demand.`)
  }
}

/** @throws Refusal CloudDosAbsoluteLimitReached where an item has had its restores of a day */
export function checkRestores(world: World, item: ProtectedItem): void {
  const most = limitsOn(world, item)[workloadOf(item).restoresPerDay]
  const lately = world.jobs.ofItemSince(item.vaultKey, item.id, world.now - DAY).filter(isRestore)
  if (lately.length < most) return
  throw dayIsFull(`'${item.friendlyName}' was restored ${lately.length} times, and ${most} is the most.`)
}
