import { Refusal } from '../errors.js'
import { keyOf } from '../names.js'
import type { Vault } from '../vaults/vault.js'
import type { World } from '../world.js'
import { type NamedSource, readSource, type SourceQuestion } from './backup-status.js'
import type { ProtectedItem } from './protected-items.js'
import { checkQuota } from './protection.js'
import { checkElsewhere } from './protection-checks.js'
import { WORKLOADS } from './workloads.js'

export interface Validation {
  status: 'Succeeded' | 'Failed'
  errorCode?: string
  errorMessage?: string
  recommendation?: string
  containerName?: string
  protectedItemName?: string
}

/**
 * Whether a machine, which may yet have to be made, could be protected with a vault, which may have to be made as well:
 * what a portal asks before it makes both (SEED-63). The checks are those of the protection itself.
 * @throws Refusal InvalidParameter
 */
export function validateProtection(world: World, question: SourceQuestion & { vaultId?: string }): Validation {
  const source = readSource(world, question)
  if (!source) {
    throw new Refusal(
      'InvalidParameter',
      `resourceType '${question.resourceType}' is not protected by intents: use VM.`,
    )
  }
  const names = { containerName: source.containerName.toLowerCase(), protectedItemName: source.itemName.toLowerCase() }
  try {
    checkEnabling(world, question, source)
    return { status: 'Succeeded', ...names }
  } catch (error) {
    if (!(error instanceof Refusal) || error.code === 'InvalidParameter') throw error
    return {
      status: 'Failed',
      errorCode: error.code,
      errorMessage: error.message,
      recommendation: 'Do not enable protection like this; see the message.',
      ...names,
    }
  }
}

function checkEnabling(world: World, question: SourceQuestion & { vaultId?: string }, source: NamedSource): void {
  const vault = question.vaultId ? world.vaults.get(keyOf(question.vaultId)) : undefined
  checkElsewhere(world, vault ?? { key: '' }, source)
  if (!vault) return
  const item = world.items.ofSource(source.sourceKey).find(({ vaultKey }) => vaultKey === vault.key)
  if (item) throw alreadyIn(vault, item)
  checkQuota(world, vault, source.workload)
  if (!world.resources.get(source.sourceKey)) return
  const { containerName, itemName } = source
  const asked = { containerName, itemName, sourceResourceId: question.resourceId, activityId: undefined }
  WORKLOADS[source.workload].findSource(world, vault, asked)
}

function alreadyIn(vault: Vault, item: ProtectedItem): Refusal {
  const how = item.deleted ? 'its backup is in soft deleted state there' : 'it is protected there'
  return new Refusal(
    'VirtualMachineAlreadyProtected',
    `'${item.friendlyName}' is already known to vault '${vault.name}': ${how}. Go to its backup item in the vault.`,
  )
}
