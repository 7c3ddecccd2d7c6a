import { Refusal } from '../errors.js'
import { openJob } from '../jobs/jobs.js'
import { same } from '../names.js'
import type { Operation } from '../operations.js'
import { checkPolicyOfItem } from '../policies/policy-changes.js'
import { enforceRetentionChange } from '../policies/retention-changes.js'
import { refuseWhileMoving } from '../vaults/data-move-checks.js'
import { isBackupVault, limitsIn, type Vault } from '../vaults/vault.js'
import type { World } from '../world.js'
import { checkConfigurations } from './daily-limits.js'
import { giveItemTo } from './item-jobs.js'
import { checkNotBusy, type ProtectedItem, type WorkloadName } from './protected-items.js'
import { checkElsewhere, checkPolicy } from './protection-checks.js'
import { badRequest, type ProtectionInput } from './protection-input.js'
import { isStop, stopProtection } from './protection-stop.js'
import { undelete } from './soft-delete.js'
import { WORKLOADS, workloadOf, workloadOfType } from './workloads.js'

/**
 * One PUT does it all: which command it is follows from the item as it is and from what the body says
 * (wire-vm.md 6 and 7, wire-vm-more.md 5.1).
 *
 * | item | body | command |
 * | --- | --- | --- |
 * | none | policyId | enable |
 * | any live one | policyId, whatever state is sent with it | change policy, or resume |
 * | any live one | policyId '' , ProtectionStopped | stop, keep the data |
 * | any live one | policyId '' , BackupsSuspended | stop, keep what the policy keeps |
 * | soft-deleted | isRehydrate | undelete; with a policyId, resume too |
 * | soft-deleted | anything else | refused |
 * | any live one | isRehydrate without a policyId | refused: it would stop what nobody has deleted |
 *
 * @returns the operation to poll; the item changes when its job ends
 * @throws Refusal of every kind that the rules below name; nothing has changed then
 */
export function putProtectedItem(world: World, vault: Vault, input: ProtectionInput): Operation {
  const workload = workloadOfType(input.protectedItemType ?? '')
  if (!workload) {
    throw badRequest(
      `protectedItemType '${input.protectedItemType ?? ''}' is not a kind of item that can be protected here, use Microsoft.Compute/virtualMachines.`,
    )
  }
  return protectItem(world, vault, workload, input)
}

/**
 * The same for a workload that is known.
 * @throws Refusal as `putProtectedItem`
 */
export function protectItem(world: World, vault: Vault, workload: WorkloadName, input: ProtectionInput): Operation {
  const state = readState(input.protectionState)
  const item = world.items.find(vault.key, WORKLOADS[workload].itemName(input.containerName, input.itemName))
  refuseWhileMoving(world, vault)
  if (item) checkNotBusy(item)
  checkConfigurations(world, vault)
  if (item?.deleted) return undeleteOrRefuse(world, vault, item, input)
  if (input.policyId) return item ? reconfigure(world, vault, item, input) : enable(world, vault, workload, input)
  if (!item) throw badRequest('an item that is not protected yet needs a policyId.')
  if (input.isRehydrate)
    throw badRequest(`'${item.friendlyName}' is not in soft deleted state, so it cannot be undeleted.`)
  if (isStop(state)) return stopProtection(world, vault, item, state, input)
  throw badRequest(
    `without a policyId only protectionState ProtectionStopped and BackupsSuspended can be asked for, not '${state ?? ''}'.`,
  )
}

/** Every state that the service's enumeration has (domain.md 13.1): a client sends back the one that it has read. */
const STATES = [
  ...['Invalid', 'IRPending', 'Protected', 'ProtectionError'],
  ...['ProtectionStopped', 'ProtectionPaused', 'BackupsSuspended'],
] as const

/** @throws Refusal BMSUserErrorInvalidConfigureProtectionRequest for a state that there is not */
function readState(text: string | undefined): string | undefined {
  if (text === undefined) return undefined
  const state = STATES.find((known) => same(known, text))
  if (state === undefined) throw badRequest(`protectionState '${text}' is none of ${STATES.join(', ')}.`)
  return state
}

function undeleteOrRefuse(world: World, vault: Vault, item: ProtectedItem, input: ProtectionInput): Operation {
  if (input.isRehydrate) {
    const { diskExclusion = item.diskExclusion ?? null } = input
    const work = input.policyId
      ? { policyName: newPolicyOf(world, vault, item, input), diskExclusion, resumes: true }
      : {}
    return undelete(world, item, input.activityId, work)
  }
  throw new Refusal(
    'UserErrorItemIsSoftDeleted',
    `The item '${item.friendlyName}' is in soft deleted state. Undelete it first (isRehydrate true), then change its protection.`,
  )
}

function enable(world: World, vault: Vault, name: WorkloadName, input: ProtectionInput): Operation {
  const workload = WORKLOADS[name]
  const source = workload.findSource(world, vault, input)
  checkElsewhere(world, vault, source)
  const policyName = checkPolicy(world, vault, workload, input.policyId ?? '')
  checkQuota(world, vault, name)
  const item: ProtectedItem = {
    ...source,
    id: world.nextNumber(),
    vaultKey: vault.key,
    workload: name,
    policyName,
    state: 'IRPending',
    configuring: true,
    lastBackupStatus: '',
    dataId: world.chance.digits(14),
    ...(input.diskExclusion ? { diskExclusion: input.diskExclusion } : {}),
  }
  return configure(world, item, 'configureFirst', policyName, input)
}

/** @throws Refusal UserErrorProtectionQuotaExceeded where the vault takes no more items, of this kind or at all */
export function checkQuota(world: World, vault: Vault, name: WorkloadName): void {
  const items = world.items.ofVault(vault.key)
  const live = items.filter((item) => item.workload === name).length
  const full = (count: number, what: string) =>
    new Refusal(
      'UserErrorProtectionQuotaExceeded',
      `The vault protects ${count} items${what}, which is the most. Use another vault.`,
    )
  if (live >= limitsIn(world, vault)[WORKLOADS[name].quota]) throw full(live, ` of type ${name}`)
  // Those of a Backup vault are of one kind.
  if (!isBackupVault(vault) && items.length >= limitsIn(world, vault).itemsPerVault) throw full(items.length, '')
}

function reconfigure(world: World, vault: Vault, item: ProtectedItem, input: ProtectionInput): Operation {
  return configure(world, item, 'configureAgain', newPolicyOf(world, vault, item, input), input)
}

/** The name of the policy that an item of the vault is to have from now on. */
function newPolicyOf(world: World, vault: Vault, item: ProtectedItem, input: ProtectionInput): string {
  const workload = workloadOf(item)
  checkElsewhere(world, vault, workload.findSource(world, vault, input))
  const policyName = checkPolicy(world, vault, workload, input.policyId ?? '')
  checkPolicyOfItem(world, item, policyName)
  const before = world.policies.get(vault.key, item.policyName || (item.stoppedPolicyName ?? ''))
  const after = world.policies.get(vault.key, policyName)
  if (before && after) {
    enforceRetentionChange(world, vault, {
      operation: 'changeProtection',
      policyName,
      item,
      before: before.properties,
      after: after.properties,
      // To resume it is to end its suspension.
      items: [],
      requests: input.resourceGuardOperationRequests ?? [],
    })
  }
  return policyName
}

function configure(
  world: World,
  item: ProtectedItem,
  pace: 'configureFirst' | 'configureAgain',
  policyName: string,
  input: ProtectionInput,
): Operation {
  const job = openJob(world, item, {
    operation: 'ConfigureBackup',
    activityId: input.activityId,
    bag: workloadOf(item).bag('ConfigureBackup', item, { policyName }),
    work: {
      policyName,
      diskExclusion: input.diskExclusion ?? null,
      resumes: input.resumes ?? true,
      ...(input.instance ? { instance: input.instance } : {}),
    },
  })
  return giveItemTo(world, item, job, pace)
}
