import type { ProtectedItem } from '../protection/protected-items.js'
import { notThere } from '../vaults/backup-vault-operations.js'
import type { Vault } from '../vaults/vault.js'
import type { World } from '../world.js'
import type { Job } from './jobs.js'
import { isShown } from './shown-jobs.js'

/** What a job of a disk keeps of what it works on: that may be gone when somebody reads the job. */
export interface DiskJobFacts {
  /** The name of its backup instance. */
  instance: string
  policyName: string
  diskId: string
}

/** The facts as a job is opened with them. */
export const diskJobFacts = (item: ProtectedItem): DiskJobFacts & Record<string, string> => ({
  instance: item.name,
  policyName: item.policyName || (item.stoppedPolicyName ?? ''),
  diskId: item.sourceId,
})

export const factsOf = ({ internalBag }: Job): DiskJobFacts => {
  const { instance = '', policyName = '', diskId = '' } = internalBag ?? {}
  return { instance, policyName, diskId }
}

/**
 * A job of a Backup vault by its id, in any casing.
 * @throws Refusal UserErrorGenericResourceNotFound
 */
export function getDiskJob(world: World, vault: Vault, id: string): Job {
  const job = world.jobs.get(id.toLowerCase())
  if (job && job.vaultKey === vault.key && isShown(job)) return job
  throw notThere(`job '${id}' in vault '${vault.name}'`)
}
