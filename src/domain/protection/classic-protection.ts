import { backupNow } from '../backup/backup.js'
import { getPoint } from '../backup/recovery-points.js'
import { Refusal } from '../errors.js'
import { CLASSIC_ACCOUNT_TYPE, isStorageAccount } from '../inventory/file-shares.js'
import { cancelJob, getJob, type JobOperation } from '../jobs/jobs.js'
import { openRefusedJob } from '../jobs/refused-jobs.js'
import { resourceId, same } from '../names.js'
import type { Operation } from '../operations.js'
import { isProtection } from '../policies/policy-changes.js'
import { classicExpiry } from '../policies/retention.js'
import { badRestore } from '../restore/bad-restore.js'
import { openRestore } from '../restore/restore.js'
import type { RestoreInput } from '../restore/restore-request.js'
import type { Vault } from '../vaults/vault.js'
import type { World } from '../world.js'
import { followJob } from './item-jobs.js'
import { isLocked } from './machine-lock.js'
import { getItem, isStopped, type ProtectedItem } from './protected-items.js'
import { protectItem } from './protection.js'
import { checkPolicy } from './protection-checks.js'
import type { ProtectionInput } from './protection-input.js'
import { deleteProtectedItem } from './protection-stop.js'
import { getRegistration, jobSubject } from './registered-machines.js'
import { policyOf, WORKLOADS } from './workloads.js'

const WORKLOAD = WORKLOADS.IaasVM

/** The machine that a path of a classic vault names. */
export interface ClassicPath {
  container: string
  item: string
  activityId: string | undefined
}

const inputOf = ({ container, item, activityId }: ClassicPath, asked: Partial<ProtectionInput>): ProtectionInput => ({
  containerName: container,
  itemName: item,
  activityId,
  ...asked,
})

/**
 * What is done to an item of a classic vault: at once where nothing else works on the machine, as a job that fails a
 * moment later where something does (SEED-33, wire-classic.md 10).
 */
function unlessLocked(
  world: World,
  vault: Vault,
  { container, activityId }: ClassicPath,
  operation: JobOperation,
  facts: Parameters<typeof WORKLOAD.bag>[2],
  run: () => Operation,
): Operation {
  const registration = getRegistration(world, vault, container)
  if (!isLocked(world, registration)) return run()
  const item = world.items.find(vault.key, registration.name)
  const subject = jobSubject(registration, item?.id)
  const bag = WORKLOAD.bag(operation, subject, facts)
  return followJob(
    world,
    openRefusedJob(world, subject, { operation, activityId, bag, tasks: [] }, 'BMSUserErrorObjectLocked'),
  )
}

/**
 * The item that a path names.
 * @throws Refusal BMSUserErrorContainerObjectNotFound, BMSUserErrorProtectedItemNameIncorrectFormat,
 * BMSUserErrorDataSourceObjectNotFound where the machine is not protected
 */
export function getMachineItem(world: World, vault: Vault, { container, item }: ClassicPath): ProtectedItem {
  getRegistration(world, vault, container)
  return getItem(world, vault, WORKLOAD.itemName(container, item))
}

/**
 * Protects a registered machine by a policy, gives a protected one another policy, or resumes a stopped one
 * (domain.md 2.4). A machine has one policy at any time (SEED-20).
 * @throws Refusal BMSUserErrorContainerObjectNotFound where it is not registered, BMSUserErrorPolicyNotFound,
 * BMSUserErrorInvalidConfigureProtectionRequest, UserErrorProtectionQuotaExceeded
 */
export function protectMachine(world: World, vault: Vault, path: ClassicPath, policyId: string): Operation {
  const policyName = checkPolicy(world, vault, WORKLOAD, policyId)
  return unlessLocked(world, vault, path, 'ConfigureBackup', { policyName }, () =>
    protectItem(world, vault, 'IaasVM', inputOf(path, { policyId })),
  )
}

/**
 * Stops the protection of a machine and keeps its data, until that is deleted (domain.md 2.4).
 * @throws Refusal BMSUserErrorContainerObjectNotFound, BMSUserErrorDataSourceObjectNotFound
 */
export function stopMachine(world: World, vault: Vault, path: ClassicPath): Operation {
  getMachineItem(world, vault, path)
  return unlessLocked(world, vault, path, 'DisableBackup', {}, () =>
    protectItem(world, vault, 'IaasVM', inputOf(path, { policyId: '', protectionState: 'ProtectionStopped' })),
  )
}

/**
 * Stops the protection of a machine and deletes its data, or deletes the data of one whose protection has stopped.
 * @throws Refusal BMSUserErrorContainerObjectNotFound, BMSUserErrorDataSourceObjectNotFound
 */
export function deleteMachineData(world: World, vault: Vault, path: ClassicPath): Operation {
  const item = getMachineItem(world, vault, path)
  const points = world.points.count(item.id)
  return unlessLocked(
    world,
    vault,
    path,
    'DeleteBackupData',
    { points, stopped: isStopped(item) },
    () => deleteProtectedItem(world, vault, item, path.activityId) as Operation,
  )
}

/**
 * Backs a machine up now, where the profile has that (SEED-24). The point is kept as long as one of the schedule.
 * @throws Refusal OperationNotSupportedInPreview, BMSUserErrorContainerObjectNotFound,
 * BMSUserErrorDataSourceObjectNotFound, UserErrorBcmDatasourceNotPresent
 */
export function backUpMachine(world: World, vault: Vault, path: ClassicPath): Operation {
  const item = getMachineItem(world, vault, path)
  refuseInPreview(world.classicLimits.classicBackupsNow, 'Backup on demand', 'Wait for the scheduled backup')
  const policy = policyOf(world, item)
  return unlessLocked(world, vault, path, 'Backup', {}, () =>
    backupNow(
      world,
      vault,
      item,
      policy && isProtection(policy) ? classicExpiry(policy, world.now) : undefined,
      path.activityId,
    ),
  )
}

/** A restore of disks as a classic vault is asked for it (wire-classic.md 9). */
export interface ClassicRestore {
  pointName: string
  typeOfRecovery: string
  /** The name of the account that the disks go to. */
  storageAccount: string
  region: string | undefined
}

/**
 * Restores the disks of a machine to a storage account.
 * @throws Refusal UserErrorRecoveryPointNotFound, and of every kind that a restore of disks has (`startRestore`)
 */
export function restoreMachine(world: World, vault: Vault, path: ClassicPath, asked: ClassicRestore): Operation {
  const item = getMachineItem(world, vault, path)
  const { region, pointName, typeOfRecovery } = asked
  getPoint(world, item, pointName)
  if (!same(typeOfRecovery, 'RestoreDisks'))
    throw badRestore(`typeOfRecovery '${typeOfRecovery}' is not known to backup vaults. Use RestoreDisks.`)
  const input: RestoreInput = {
    pointName,
    recoveryType: typeOfRecovery,
    storageAccountId: accountId(world, vault, asked.storageAccount),
    ...(region ? { region } : {}),
    activityId: path.activityId,
  }
  const place = { region: vault.location, crossRegion: false }
  return unlessLocked(world, vault, path, 'Restore', {}, () =>
    followJob(world, openRestore(world, vault, item, input, place)),
  )
}

/** Accounts are known by their name alone, which is the only one of its kind in the world. */
function accountId(world: World, vault: Vault, name: string): string {
  const found = world.resources
    .ofSubscription(vault.subscriptionId)
    .find((resource) => isStorageAccount(resource) && same(resource.name, name))
  const { subscriptionId, resourceGroup } = vault
  return found?.id ?? resourceId({ subscriptionId, resourceGroup, type: CLASSIC_ACCOUNT_TYPE, name })
}

/**
 * Asks for the end of a job, where the profile has that (SEED-33).
 * @throws Refusal OperationNotSupportedInPreview, UserErrorJobNotFound, UserErrorJobNotCancellable
 */
export function cancelClassicJob(world: World, vault: Vault, id: string): Operation {
  const job = getJob(world, vault.key, id)
  refuseInPreview(world.classicLimits.classicCancellations, 'Cancelling of jobs', 'Wait until the job ends')
  return cancelJob(world, job)
}

function refuseInPreview(offered: number, what: string, instead: string): void {
  if (offered > 0) return
  throw new Refusal(
    'OperationNotSupportedInPreview',
    `${what} is not available in the preview of 2015. ${instead}, or use the profile 2016.`,
  )
}
