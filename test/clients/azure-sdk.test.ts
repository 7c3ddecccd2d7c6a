import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { RecoveryServicesClient } from '@azure/arm-recoveryservices'
import { RecoveryServicesBackupClient } from '@azure/arm-recoveryservicesbackup'
import { ClientSecretCredential } from '@azure/identity'
import t, { type Test } from 'tap'
import { waitHints } from '../../src/arm/wait-hints.js'
import { FIRST_SUBSCRIPTION, TENANT_ID } from '../../src/domain/inventory/inventory.js'
import type { Emulator, StartOptions } from '../../src/emulator.js'
import { startTestEmulator } from '../support/emulator.js'

/** An emulator on its default clock with more machines than a page of protectable items holds. */
async function startWithMachines(t: Test, options: StartOptions): Promise<Emulator> {
  const { emulator } = await startTestEmulator(t, { clock: 'skip', ...options })
  emulator.seed({
    virtualMachines: Array.from({ length: 201 }, (_, index) => ({ resourceGroup: 'sdk', name: `vm${index + 1}` })),
    storageAccounts: [{ resourceGroup: 'sdk', name: 'sdkstore', fileShares: [{ name: 'documents' }] }],
    disks: [{ resourceGroup: 'sdk', name: 'disk1', diskSizeGB: 64 }],
  })
  return emulator
}

/** Runs a story as a process of its own: Node reads NODE_EXTRA_CA_CERTS only when it starts. */
async function tell(t: Test, file: string, name: string): Promise<void> {
  const { httpsUrl = '', ca = '' } = await startWithMachines(t, { https: true, httpsPort: 0, strict: true })
  const caFile = join(t.testdir(), 'ca.pem')
  writeFileSync(caFile, ca)
  const env = {
    ...process.env,
    NODE_EXTRA_CA_CERTS: caFile,
    RECOVERITE_URL: httpsUrl,
    RECOVERITE_TENANT: TENANT_ID,
    RECOVERITE_SUBSCRIPTION: FIRST_SUBSCRIPTION,
  }
  const story = fileURLToPath(new URL(file, import.meta.url))
  await t.spawn(process.execPath, [...process.execArgv, story], { env }, name)
}

t.test('the SDKs go the whole way over HTTPS, with their own pollers', (t) =>
  tell(t, 'azure-sdk-story.ts', 'the story of one machine'),
)

t.test('so they do beside the main road', (t) =>
  tell(t, 'azure-sdk-extras-story.ts', 'the story of checks, files, shares and a guard'),
)

t.test('so they do with a disk in a Backup vault', (t) => tell(t, 'azure-sdk-disks-story.ts', 'the story of a disk'))

t.test('over plain HTTP it takes two words to the SDKs', async (t) => {
  const { url } = await startWithMachines(t, {})
  const credential = new ClientSecretCredential(TENANT_ID, 'an application', 'a secret')
  const options = { endpoint: url, allowInsecureConnection: true }
  const vaults = new RecoveryServicesClient(credential, FIRST_SUBSCRIPTION, options)
  const backup = new RecoveryServicesBackupClient(credential, FIRST_SUBSCRIPTION, options)
  // It would refuse to send a token over HTTP, and no token is needed.
  for (const { pipeline } of [vaults, backup]) pipeline.removePolicy({ name: 'bearerTokenAuthenticationPolicy' })

  const start = performance.now()
  const vault = await vaults.vaults.beginCreateOrUpdateAndWait('sdk', 'plain', {
    location: 'westeurope',
    sku: { name: 'Standard' },
    properties: { publicNetworkAccess: 'Enabled' },
  })
  t.equal(vault.properties?.provisioningState, 'Succeeded')
  const names: (string | undefined)[] = []
  for await (const { name } of backup.backupPolicies.list('plain', 'sdk')) names.push(name)
  t.ok(names.includes('DefaultPolicy'))
  await vaults.vaults.beginDeleteAndWait('sdk', 'plain')
  await t.rejects(vaults.vaults.get('sdk', 'plain'), { code: 'ResourceNotFound', statusCode: 404 })
  t.comment(`making, listing and deleting took ${Math.round(performance.now() - start)} ms`)
})

t.test('each kind of client is told to poll at once in the way that it understands', async (t) => {
  const hints = {
    'AZURECLI/2.74.0 azsdk-python-core/1.31.0 Python/3.13.5': { 'x-ms-retry-after-ms': '20' },
    'azsdk-go-armrecoveryservicesbackup/v4.2.0 (go1.24; linux)': { 'x-ms-retry-after-ms': '20' },
    'azsdk-js-arm-recoveryservices/6.0.0 core-rest-pipeline/1.22.1 Node/20.20.2': { 'retry-after': '1' },
    'azsdk-java-azure-resourcemanager-recoveryservices/1.4.0 (17; Linux)': { 'retry-after': '1' },
    'HashiCorp Terraform/1.12.0 hashicorp/go-azure-sdk/resourcemanager': { 'retry-after': '0' },
    'curl/8.14.1': { 'retry-after': '0' },
  }
  for (const mode of ['skip', 'manual', 'live']) {
    for (const [client, hint] of Object.entries(hints)) t.same(waitHints({ mode, rate: 60 }, client), hint, client)
    t.same(waitHints({ mode, rate: 60 }, undefined), { 'retry-after': '0' }, 'nobody in particular')
  }
  t.same(waitHints({ mode: 'live', rate: 1 }, 'curl/8.14.1'), { 'retry-after': '60' }, 'as slow as the service')
})
