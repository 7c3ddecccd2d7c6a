import { startEmulator } from '../dist/emulator.js'

const SUBSCRIPTION = '/subscriptions/00000000-0000-0000-0000-000000000001'
const GROUP = `${SUBSCRIPTION}/resourceGroups/bench`
export const VAULT = `${GROUP}/providers/Microsoft.RecoveryServices/vaults/bench`
const VERSION = 'api-version=2024-04-01'

export const itemPath = (n) =>
  `${VAULT}/backupFabrics/Azure/protectionContainers/IaasVMContainer;iaasvmcontainerv2;bench;vm${n}/protectedItems/VM;iaasvmcontainerv2;bench;vm${n}`

export const VAULT_BODY = { location: 'westeurope', sku: { name: 'Standard' }, properties: {} }

/** What is measured over HTTP: a method, a path, a body. */
export const REQUESTS = {
  'GET vault': { method: 'GET', path: `${VAULT}?${VERSION}` },
  'GET protected item': { method: 'GET', path: `${itemPath(0)}?${VERSION}` },
  'PUT vault': { method: 'PUT', path: `${VAULT}?${VERSION}`, body: JSON.stringify(VAULT_BODY) },
  'list of 200 jobs': { method: 'GET', path: `${VAULT}/backupJobs?${VERSION}` },
}

/** An emulator on a manual clock with a vault and machines under daily protection. */
export async function protectedWorld(machines) {
  const emulator = await startEmulator({
    port: 0,
    https: false,
    clock: 'manual',
    now: '2026-01-05T08:00:00Z',
    logLevel: 'warn',
    seed: 'bench',
  })
  const call = async (method, path, body) => {
    const response = await fetch(`${emulator.url}${path}?${VERSION}`, {
      method,
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    })
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`)
    await response.text()
  }
  emulator.seed({
    virtualMachines: Array.from({ length: machines }, (_, n) => ({ resourceGroup: 'bench', name: `vm${n}` })),
  })
  await call('PUT', VAULT, VAULT_BODY)
  for (let n = 0; n < machines; n++) {
    await call('PUT', itemPath(n), {
      properties: {
        protectedItemType: 'Microsoft.Compute/virtualMachines',
        sourceResourceId: `${GROUP}/providers/Microsoft.Compute/virtualMachines/vm${n}`,
        policyId: `${VAULT}/backupPolicies/DefaultPolicy`,
      },
    })
  }
  emulator.clock.advance({ until: 'idle' })
  return emulator
}
