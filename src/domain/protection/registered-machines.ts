import { Refusal } from '../errors.js'
import type { JobSubject } from '../jobs/jobs.js'
import type { Vault } from '../vaults/vault.js'
import type { VaultRecord, World } from '../world.js'

/** A machine that is registered with a classic vault, or about to be (SEED-06). */
export interface MachineRegistration extends VaultRecord {
  /** `iaasvmcontainer;<cloud service>;<machine>`: its container and its item are called so (wire-classic.md 4). */
  name: string
  sourceId: string
  sourceKey: string
  friendlyName: string
  cloudService: string
  resourceGroup: string
  state: 'Registering' | 'Registered'
  /** The last job that had the registration for itself. */
  busyWith?: string
}

/**
 * A machine's registration by its container name, in any casing.
 * @throws Refusal BMSUserErrorContainerObjectNotFound where it is not registered
 */
export function getRegistration(world: World, vault: Vault, name: string): MachineRegistration {
  const found = world.registrations.get(vault.key, name)
  if (found?.state === 'Registered') return found
  throw new Refusal(
    'BMSUserErrorContainerObjectNotFound',
    found
      ? `The virtual machine '${found.friendlyName}' is still being registered with vault '${vault.name}'. Wait until its Register job has ended.`
      : `The container '${name}' is not registered with vault '${vault.name}'. Discover the virtual machines, then register it.`,
  )
}

/** What a job of a registration is of. @param itemId the item of the machine, where the job is about that */
export const jobSubject = ({ vaultKey, name, friendlyName }: MachineRegistration, itemId = 0): JobSubject => ({
  id: itemId,
  vaultKey,
  workload: 'IaasVM',
  containerName: name,
  friendlyName,
  classic: true,
})
