import { isOpen } from '../jobs/job-status.js'
import type { JobOperation } from '../jobs/jobs.js'
import { DAY, type Instant } from '../policies/schedule.js'
import type { World } from '../world.js'
import type { Instance } from './instances.js'
import type { ProtectionState } from './protected-items.js'

/** Where an instance stands, as Backup vaults say it: of three members, two that mostly say the same (wire-disk.md 5). */
export interface InstanceState {
  /** `currentProtectionState` */
  current: string
  /** `protectionStatus.status` */
  status: string
  /** `provisioningState` */
  provisioning: string
}

/** What an item's own state is called here. */
const STATES: Record<ProtectionState, string> = {
  IRPending: 'ProtectionConfigured',
  Protected: 'ProtectionConfigured',
  ProtectionError: 'ProtectionError',
  ProtectionStopped: 'ProtectionStopped',
  BackupsSuspended: 'BackupsSuspended',
}

/** What a job says of the resource while it works on an instance that is there; nothing recorded says otherwise. */
const PROVISIONING: Partial<Record<JobOperation, string>> = {
  ConfigureBackup: 'Updating',
  DeleteBackupData: 'Deleting',
}

/** Where an instance stands now. */
export function stateOfInstance(world: World, { state, busyWith, deleted, configuring, instance }: Instance) {
  const same = (current: string, provisioning = 'Succeeded'): InstanceState => ({
    current,
    status: current,
    provisioning,
  })
  if (deleted) return same('SoftDeleted')
  // The call that made it is over some time before it is configured.
  const isBeingMade = instance.madeAt !== undefined && world.now < instance.madeAt
  if (configuring) return same('ConfiguringProtection', isBeingMade ? 'Provisioning' : 'Succeeded')
  const job = busyWith === undefined ? undefined : world.jobs.get(busyWith)
  if (!job || !isOpen(job)) return same(STATES[state])
  const provisioning = PROVISIONING[job.operation] ?? 'Succeeded'
  if (job.operation === 'DeleteBackupData' && job.work?.soft) return same('SoftDeleting', provisioning)
  if (job.operation !== 'ConfigureBackup') return same(STATES[state], provisioning)
  if (state === 'ProtectionError') return same('ConfiguringProtection', provisioning)
  return { current: 'UpdatingProtection', status: STATES[state], provisioning }
}

/** What is said of a soft-deleted instance. */
export interface DeletionInfo {
  at: Instant
  /** From when on nothing is paid for what is kept (golden disk/46). */
  billingEnd: Instant
  purgeAt: Instant
  /** What the call that deleted it was known by. */
  activityId: string
}

/** The last days that deleted data is kept for are free (domain.md 7). */
const FREE_DAYS = 14

/** How and when a soft-deleted instance was deleted; undefined of any other. */
export function deletionOf(world: World, { deleted, vaultKey, id }: Instance): DeletionInfo | undefined {
  if (!deleted) return undefined
  const { at, until } = deleted
  const job = world.jobs
    .ofItemSince(vaultKey, id, at - 1)
    .find(({ operation, start }) => operation === 'DeleteBackupData' && start === at)
  return {
    at,
    billingEnd: Math.max(at, until - FREE_DAYS * DAY),
    purgeAt: until,
    activityId: job?.activityId ?? '',
  }
}
