import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { RecoveryServicesClient } from '@azure/arm-recoveryservices'
import { RecoveryServicesBackupClient } from '@azure/arm-recoveryservicesbackup'
import { ClientSecretCredential } from '@azure/identity'
import t, { type Test } from 'tap'
import { FIRST_SUBSCRIPTION, TENANT_ID } from '../../src/domain/inventory.js'
import type { Emulator, StartOptions } from '../../src/emulator.js'
import { startTestEmulator } from '../support/emulator.js'

/** An emulator on its default clock with more machines than a page of protectable items holds. */
async function startWithMachines(t: Test, options: StartOptions): Promise<Emulator> {
  const { emulator } = await startTestEmulator(t, { clock: 'skip', ...options })
  const names = Array.from({ length: 201 }, (_, index) => `vm${index + 1}`)
  emulator.seed({
    virtualMachines: names.map((name) => ({ subscriptionId: FIRST_SUBSCRIPTION, resourceGroup: 'sdk', name })),
  })
  return emulator
}

t.test('the SDKs go the whole way over HTTPS, with their own pollers', async (t) => {
  const { httpsUrl = '', ca = '' } = await startWithMachines(t, { https: true, httpsPort: 0, strict: true })
  const caFile = join(t.testdir(), 'ca.pem')
  writeFileSync(caFile, ca)

  // Node reads NODE_EXTRA_CA_CERTS only when it starts, so the client is a process of its own.
  const story = fileURLToPath(new URL('azure-sdk-story.ts', import.meta.url))
  const start = performance.now()
  await t.spawn(
    process.execPath,
    [...process.execArgv, story],
    {
      env: {
        ...process.env,
        NODE_EXTRA_CA_CERTS: caFile,
        RECOVERITE_URL: httpsUrl,
        RECOVERITE_TENANT: TENANT_ID,
        RECOVERITE_SUBSCRIPTION: FIRST_SUBSCRIPTION,
      },
    },
    'the story of one machine',
  )
  t.comment(`the whole process took ${Math.round(performance.now() - start)} ms`)
})
