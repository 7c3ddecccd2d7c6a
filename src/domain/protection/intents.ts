import { Refusal } from '../errors.js'
import type { Resource } from '../inventory/inventory.js'
import { isMachine, namesOfMachine } from '../inventory/machines.js'
import { keyOf, machineNames, type ResourceId, readResourceId, same } from '../names.js'
import { VAULT_TYPE, type Vault } from '../vaults/vault.js'
import type { VaultRecord, World } from '../world.js'
import type { ProtectedItem } from './protected-items.js'
import { putProtectedItem } from './protection.js'
import { checkElsewhere, checkPolicy } from './protection-checks.js'
import { badRequest, type ProtectionInput } from './protection-input.js'
import { WORKLOADS } from './workloads.js'

/** The wish that a machine be protected by a policy: kept, and fulfilled as soon as there is the machine (SEED-63). */
export interface ProtectionIntent extends VaultRecord {
  /** `vm;iaasvmcontainerv2;<rg>;<vm>`, as it was sent. */
  name: string
  /** `sourceResourceId` as it was sent, and its key. */
  sourceId: string
  sourceKey: string
  policyName: string
  /** The refusal that the machine met when it was made. */
  failed?: string
}

export interface IntentInput {
  protectionIntentItemType: string
  sourceResourceId?: string
  policyId?: string
  activityId: string | undefined
}

/** The kinds of intents there are (definitions); those of workloads inside machines are not emulated. */
const INTENT_TYPES = [
  'AzureResourceItem',
  ...['RecoveryServiceVaultItem', 'AzureWorkloadAutoProtectionIntent'],
  ...['AzureWorkloadContainerAutoProtectionIntent', 'AzureWorkloadSQLAutoProtectionIntent'],
] as const

/**
 * Puts an intent: a machine that exists is protected at once, as a PUT of its item would, one that doesn't when it is
 * made.
 * @throws Refusal as `putProtectedItem`
 */
export function putIntent(world: World, vault: Vault, name: string, input: IntentInput): ProtectionIntent {
  const type = INTENT_TYPES.find((known) => same(known, input.protectionIntentItemType))
  if (type !== 'AzureResourceItem') {
    const why = type ? 'is for workloads inside virtual machines, which are not emulated' : 'is not a kind of intent'
    throw badRequest(`protectionIntentItemType '${input.protectionIntentItemType}' ${why}: use AzureResourceItem.`)
  }
  const source = sourceOf(world, name, input.sourceResourceId ?? '')
  const policyName = checkPolicy(world, vault, WORKLOADS.VM, input.policyId ?? '')
  const sourceId = input.sourceResourceId ?? ''
  const intent: ProtectionIntent = { vaultKey: vault.key, name, sourceId, sourceKey: keyOf(sourceId), policyName }
  if (world.resources.get(intent.sourceKey)) protect(world, vault, intent, input.activityId)
  else if (same(source.subscriptionId, vault.subscriptionId)) checkElsewhere(world, vault, intent)
  else throw badRequest(`the virtual machine is in another subscription than the vault, ${vault.subscriptionId}.`)
  world.intents.put(intent)
  return intent
}

/** @throws Refusal BMSUserErrorInvalidConfigureProtectionRequest, BMSUserErrorProtectedItemNameIncorrectFormat */
function sourceOf(world: World, name: string, sourceResourceId: string): ResourceId {
  const source = readResourceId(sourceResourceId)
  if (!source || !isMachine(source))
    throw badRequest(`sourceResourceId '${sourceResourceId}' is not the id of a virtual machine.`)
  const machine = world.resources.get(keyOf(sourceResourceId))
  const { item } = machine ? namesOfMachine(machine) : machineNames(source)
  if (same(item, name)) return source
  throw new Refusal(
    'BMSUserErrorProtectedItemNameIncorrectFormat',
    `The name '${name}' does not belong to the virtual machine '${source.name}'. Name the intent ${item.toLowerCase()}.`,
  )
}

function protect(world: World, vault: Vault, intent: ProtectionIntent, activityId: string | undefined): void {
  const input: ProtectionInput = {
    ...pathOf(intent),
    protectedItemType: 'Microsoft.Compute/virtualMachines',
    sourceResourceId: intent.sourceId,
    policyId: `${vault.id}/backupPolicies/${intent.policyName}`,
    activityId,
  }
  putProtectedItem(world, vault, input)
}

/** The names of the item that an intent is for: its own name, and that without `vm;` after its container's type. */
const pathOf = ({ name }: ProtectionIntent) => ({
  containerName: `IaasVMContainer;${name.slice(name.indexOf(';') + 1)}`,
  itemName: name,
})

/**
 * What a machine that has just been made meets: the vaults of its subscription that are to protect it. A refusal does
 * not keep it from being made.
 */
export function protectAtCreation(world: World, resource: Resource): void {
  if (!isMachine(resource)) return
  for (const vault of world.vaults.ofSubscription(resource.subscriptionId, VAULT_TYPE)) {
    const intent = world.intents.get(vault.key, namesOfMachine(resource).item)
    if (!intent || itemOf(world, intent)) continue
    try {
      protect(world, vault, intent, undefined)
    } catch (error) {
      if (!(error instanceof Refusal)) throw error
      world.intents.put({ ...intent, failed: error.code })
    }
  }
}

const itemOf = (world: World, { vaultKey, name }: ProtectionIntent): ProtectedItem | undefined =>
  world.items.find(vaultKey, name)

/** How far an intent has come: `protectionState` on the wire. */
export function intentState(
  world: World,
  intent: ProtectionIntent,
): 'NotProtected' | 'Protecting' | 'Protected' | 'ProtectionFailed' {
  const item = itemOf(world, intent)
  if (item) return item.configuring ? 'Protecting' : 'Protected'
  return intent.failed ? 'ProtectionFailed' : 'NotProtected'
}

/**
 * A vault's intent by its name, in any casing.
 * @throws Refusal BMSUserErrorProtectionIntentNotFound
 */
export function getIntent(world: World, vault: Vault, name: string): ProtectionIntent {
  const intent = world.intents.get(vault.key, name)
  if (intent) return intent
  throw new Refusal(
    'BMSUserErrorProtectionIntentNotFound',
    `There is no protection intent '${name}' in vault '${vault.name}'. List the vault's backupProtectionIntents.`,
  )
}
