import { base64 } from '../base64.js'
import { within } from '../durations.js'
import { type Operation, openOperation } from '../operations.js'
import type { World } from '../world.js'
import type { Vault } from './vault.js'

/** The number that a vault's own operation is known by: its id is base64 of `<n>;<guid>` (wire-vm-more.md 2.1). */
const NUMBERS = { putVault: 2047, patchVault: 4095, deleteVault: 1023 } as const

/** Opens an operation of a vault itself; it ends at its own time. */
export function vaultOperation(
  world: World,
  vault: Vault,
  kind: keyof typeof NUMBERS,
  pace: 'vaultWriteMs' | 'vaultDeleteMs',
  work?: Record<string, unknown>,
): Operation {
  const guid = world.chance.guid()
  const due = world.now + within(pace, world.chance.fraction(kind, guid))
  const id = base64(`${NUMBERS[kind]};${guid}`)
  return openOperation(world, { kind, id, vaultKey: vault.key, due, ...(work ? { work } : {}) })
}

/** Due: the writing of a vault has come to its end. */
export function finishVaultWrite(world: World, operation: Operation): void {
  const vault = operation.vaultKey === undefined ? undefined : world.vaults.get(operation.vaultKey)
  if (vault) world.vaults.put({ ...vault, provisioning: 'Succeeded', changedAt: world.now })
}
