import { RecoveryServicesClient } from '@azure/arm-recoveryservices'
import {
  type AzureIaaSComputeVMProtectedItem,
  type AzureIaaSVMJob,
  type IaasVMRecoveryPoint,
  type IaasVMRestoreRequest,
  type OperationStatusJobExtendedInfo,
  type ProtectedItemsDeleteOptionalParams,
  RecoveryServicesBackupClient,
} from '@azure/arm-recoveryservicesbackup'
import { ClientSecretCredential } from '@azure/identity'
import t, { type Test } from 'tap'
import { problemsOf } from '../support/published-schemas.js'

/**
 * What a user's program does from an empty subscription to an empty subscription, with the SDKs as they are: over HTTPS,
 * with a token, with the pollers' own waits. `azure-sdk.test.ts` starts it as a process that trusts the emulator.
 */
const {
  RECOVERITE_URL: url = '',
  RECOVERITE_TENANT: tenant = '',
  RECOVERITE_SUBSCRIPTION: subscription = '',
} = process.env
const GROUP = 'sdk'
const VAULT = 'sdk-vault'
const FABRIC = 'Azure'
const GROUP_ID = `/subscriptions/${subscription}/resourceGroups/${GROUP}`
const VM_ID = `${GROUP_ID}/providers/Microsoft.Compute/virtualMachines/vm1`
const VAULT_ID = `${GROUP_ID}/providers/Microsoft.RecoveryServices/vaults/${VAULT}`
const CONTAINER = `IaasVMContainer;iaasvmcontainerv2;${GROUP};vm1`
const ITEM = `VM;iaasvmcontainerv2;${GROUP};vm1`
const VMS = "backupManagementType eq 'AzureIaasVM' and workloadType eq 'VM'"

const credential = new ClientSecretCredential(tenant, 'an application', 'a secret', {
  authorityHost: url,
  disableInstanceDiscovery: true,
})
const vaultClient = new RecoveryServicesClient(credential, subscription, { endpoint: url })
const vaults = vaultClient.vaults
const backup = new RecoveryServicesBackupClient(credential, subscription, { endpoint: url })

/** Every answer that the SDKs read is held against the published definitions. */
for (const { pipeline } of [vaultClient, backup]) {
  pipeline.addPolicy({
    name: 'heldAgainstThePublishedDefinitions',
    async sendRequest(request, next) {
      const answer = await next(request)
      const body: unknown = answer.bodyAsText ? JSON.parse(answer.bodyAsText) : undefined
      const problems = problemsOf({ method: request.method, url: request.url, status: answer.status, body })
      if (problems.length > 0) throw new Error(problems.join('\n'))
      return answer
    },
  })
}

const at = [VAULT, GROUP, FABRIC, CONTAINER, ITEM] as const
type Start = (options: ProtectedItemsDeleteOptionalParams) => Promise<unknown>

async function all<T>(list: AsyncIterable<T>): Promise<T[]> {
  const values: T[] = []
  for await (const value of list) values.push(value)
  return values
}

/** The id of the operation that a call was answered with, from a header. */
async function begin(header: string, start: Start): Promise<string> {
  let location = ''
  await start({
    onResponse: ({ headers }) => {
      location = headers.get(header) ?? ''
    },
  })
  return new URL(location).pathname.split('/').pop() ?? ''
}

/** Where the SDK has no poller its users ask for the operation's status until it has ended. */
async function settle(start: Start) {
  const id = await begin('azure-asyncoperation', start)
  for (;;) {
    const { status = '', properties } = await backup.backupOperationStatuses.get(VAULT, GROUP, id)
    if (status !== 'InProgress') {
      return { status, jobId: (properties as OperationStatusJobExtendedInfo | undefined)?.jobId ?? '' }
    }
  }
}

/** Polls a job to its end; what each poll saw of its status and its tasks' goes into `seen`. */
async function followJob(id: string, seen: string[] = []): Promise<AzureIaaSVMJob> {
  for (;;) {
    const job = (await backup.jobDetails.get(VAULT, GROUP, id)).properties as AzureIaaSVMJob
    seen.push([job.status, ...(job.extendedInfo?.tasksList ?? []).map((task) => task.status)].join(' '))
    if (job.status !== 'InProgress') return job
  }
}

async function item(): Promise<AzureIaaSComputeVMProtectedItem> {
  const { properties } = await backup.protectedItems.get(...at, { filter: "expand eq 'extendedinfo'" })
  return properties as AzureIaaSComputeVMProtectedItem
}

const putItem = (body: Omit<AzureIaaSComputeVMProtectedItem, 'protectedItemType'>) =>
  settle((options) =>
    backup.protectedItems.createOrUpdate(
      ...at,
      { properties: { protectedItemType: 'Microsoft.Compute/virtualMachines', sourceResourceId: VM_ID, ...body } },
      options,
    ),
  )

const restore = (point: string, body: Partial<IaasVMRestoreRequest>) =>
  backup.restores.beginTriggerAndWait(...at, point, {
    properties: {
      objectType: 'IaasVMRestoreRequest',
      recoveryPointId: point,
      sourceResourceId: VM_ID,
      region: 'westeurope',
      targetResourceGroupId: GROUP_ID,
      storageAccountId: `${GROUP_ID}/providers/Microsoft.Storage/storageAccounts/sdkstore`,
      createNewCloudService: false,
      originalStorageAccountOption: false,
      ...body,
    },
  })

const newestJob = async (operation: string) => {
  const [job] = await all(backup.backupJobs.list(VAULT, GROUP, { filter: `operation eq '${operation}'` }))
  return job?.name ?? ''
}

/** One step of the story; how long it took is told, not judged. */
const step = (name: string, run: (t: Test) => Promise<void>) =>
  t.test(name, async (t) => {
    const start = performance.now()
    await run(t)
    t.comment(`took ${Math.round(performance.now() - start)} ms`)
  })

await step('a vault is made', async (t) => {
  const vault = await vaults.beginCreateOrUpdateAndWait(GROUP, VAULT, {
    location: 'westeurope',
    sku: { name: 'Standard' },
    properties: { publicNetworkAccess: 'Enabled' },
  })
  t.equal(vault.name, VAULT)
  t.equal(vault.properties?.provisioningState, 'Succeeded', 'the poller has waited for it')
  t.same(
    (await all(vaults.listByResourceGroup(GROUP))).map((found) => found.name),
    [VAULT],
  )
})

await step('it has the default policies and takes another', async (t) => {
  const names = (await all(backup.backupPolicies.list(VAULT, GROUP, { filter: VMS }))).map(({ name }) => name)
  t.ok(names.includes('DefaultPolicy'), 'the default policy is there', { names })

  const time = new Date('2026-01-01T22:00:00Z')
  const policy = await backup.protectionPolicies.createOrUpdate(VAULT, GROUP, 'nightly', {
    properties: {
      backupManagementType: 'AzureIaasVM',
      schedulePolicy: {
        schedulePolicyType: 'SimpleSchedulePolicy',
        scheduleRunFrequency: 'Daily',
        scheduleRunTimes: [time],
      },
      retentionPolicy: {
        retentionPolicyType: 'LongTermRetentionPolicy',
        dailySchedule: { retentionTimes: [time], retentionDuration: { count: 30, durationType: 'Days' } },
      },
      instantRpRetentionRangeInDays: 2,
      timeZone: 'UTC',
    },
  })
  t.equal(policy.name, 'nightly')
  t.match(policy.properties, { backupManagementType: 'AzureIaasVM', timeZone: 'UTC', protectedItemsCount: 0 })
})

await step('a discovery finds the machines', async (t) => {
  const operation = await begin('location', (options) =>
    backup.protectionContainers.refresh(VAULT, GROUP, FABRIC, options),
  )
  const statuses: number[] = []
  while (statuses.at(-1) !== 204 && statuses.length < 10) {
    await backup.protectionContainerRefreshOperationResults.get(VAULT, GROUP, FABRIC, operation, {
      onResponse: ({ status }) => void statuses.push(status),
    })
  }
  t.same(statuses, [204], 'a client that asks for the result need not ask twice')

  const found = await all(backup.backupProtectableItems.list(VAULT, GROUP, { filter: VMS }))
  t.equal(found.length, 201, 'over two pages')
  const machine = found.find(({ properties }) => properties?.friendlyName === 'vm1')
  t.match(machine, { properties: { protectionState: 'NotProtected', virtualMachineId: VM_ID } })
  t.match(machine?.id, new RegExp(`/protectionContainers/${CONTAINER}/protectableItems/${ITEM}$`, 'i'))
})

await step('a machine is protected', async (t) => {
  const { status, jobId } = await putItem({ policyId: `${VAULT_ID}/backupPolicies/nightly` })
  t.equal(status, 'Succeeded')
  t.equal((await followJob(jobId)).operation, 'ConfigureBackup')
  const protectedItem = await item()
  t.match(protectedItem, { protectionState: 'IRPending', policyName: 'nightly', lastBackupStatus: '' })
  t.equal(protectedItem.extendedInfo?.recoveryPointCount, 0)
  t.equal((await all(backup.backupProtectedItems.list(VAULT, GROUP, { filter: VMS.split(' and ')[0] }))).length, 1)
})

await step('it is backed up, and each poll of the job sees the next phase', async (t) => {
  const expiry = new Date(Date.now() + 7 * 86_400_000)
  const { status, jobId } = await settle((options) =>
    backup.backups.trigger(
      ...at,
      { properties: { objectType: 'IaasVMBackupRequest', recoveryPointExpiryTimeInUTC: expiry } },
      options,
    ),
  )
  t.equal(status, 'Succeeded', 'the operation is over as soon as the job runs')
  const seen: string[] = []
  const job = await followJob(jobId, seen)
  t.same(seen, [
    'InProgress InProgress NotStarted',
    'InProgress Completed NotStarted',
    'InProgress Completed InProgress',
    'Completed Completed Completed',
  ])
  t.equal(job.operation, 'Backup')
  t.ok(job.endTime && job.startTime && job.endTime > job.startTime, 'it lasted a while in its own time')
})

await step('a recovery point comes of it', async (t) => {
  const points = await all(backup.recoveryPoints.list(...at))
  t.equal(points.length, 1)
  const point = points[0]?.properties as IaasVMRecoveryPoint
  t.same(
    point.recoveryPointTierDetails?.map(({ type, status }) => `${type} ${status}`),
    ['InstantRP Valid', 'HardenedRP Valid'],
  )
  t.match(await item(), {
    protectionState: 'Protected',
    lastBackupStatus: 'Completed',
    extendedInfo: { recoveryPointCount: 1 },
  })
})

await step('its disks are restored', async (t) => {
  const [point] = await all(backup.recoveryPoints.list(...at))
  await restore(point?.name ?? '', { recoveryType: 'RestoreDisks' })
  const job = await followJob(await newestJob('Restore'))
  t.equal(job.status, 'Completed')
  t.match(job.extendedInfo?.propertyBag, { 'Job Type': 'Recover disks', 'Target Storage Account Name': 'sdkstore' })
})

await step('a new machine is made of it', async (t) => {
  const [point] = await all(backup.recoveryPoints.list(...at))
  const network = `${GROUP_ID}/providers/Microsoft.Network/virtualNetworks/net`
  await restore(point?.name ?? '', {
    recoveryType: 'AlternateLocation',
    targetVirtualMachineId: `${GROUP_ID}/providers/Microsoft.Compute/virtualMachines/vm1-restored`,
    virtualNetworkId: network,
    subnetId: `${network}/subnets/default`,
  })
  const job = await followJob(await newestJob('Restore'))
  t.equal(job.status, 'Completed')
  t.match(job.extendedInfo?.propertyBag, { 'Target VM Name': 'vm1-restored' })
})

await step('its protection is stopped', async (t) => {
  t.equal((await putItem({ protectionState: 'ProtectionStopped', policyId: '' })).status, 'Succeeded')
  t.match(await item(), { protectionState: 'ProtectionStopped', extendedInfo: { recoveryPointCount: 1 } })
})

await step('a refusal is an error that says what and why', async (t) => {
  await t.rejects(
    backup.backups.trigger(...at, { properties: { objectType: 'IaasVMBackupRequest' } }),
    {
      name: 'RestError',
      code: 'UserErrorBcmDatasourceNotPresent',
      statusCode: 400,
      message: /not actively protected/,
    },
    'no backup of what is not protected',
  )
  await t.rejects(backup.jobDetails.get(VAULT, GROUP, '00000000-0000-4000-8000-000000000000'), {
    name: 'RestError',
    code: 'UserErrorJobNotFound',
    statusCode: 404,
  })
  await t.rejects(vaults.get(GROUP, 'no-such-vault'), { name: 'RestError', code: 'ResourceNotFound', statusCode: 404 })
})

await step('deleted, it can be had back, and holds the vault as long as it is there', async (t) => {
  t.equal((await settle((options) => backup.protectedItems.delete(...at, options))).status, 'Succeeded')
  t.match(await item(), { isScheduledForDeferredDelete: true, protectionState: 'ProtectionStopped' })
  await t.rejects(vaults.beginDeleteAndWait(GROUP, VAULT), {
    name: 'RestError',
    code: /^ServiceResourceNotEmpty/,
    statusCode: 400,
  })

  t.equal((await putItem({ isRehydrate: true })).status, 'Succeeded')
  const back = await item()
  t.notOk(back.isScheduledForDeferredDelete)
  t.equal(back.protectionState, 'ProtectionStopped')
  t.equal(back.extendedInfo?.recoveryPointCount, 1, 'with its data')
})

await step('without soft delete everything goes', async (t) => {
  await backup.backupResourceVaultConfigs.update(VAULT, GROUP, {
    properties: { enhancedSecurityState: 'Disabled', softDeleteFeatureState: 'Disabled' },
  })
  t.equal((await settle((options) => backup.protectedItems.delete(...at, options))).status, 'Succeeded')
  await t.rejects(item(), { name: 'RestError', statusCode: 404 })
  await backup.protectionPolicies.beginDeleteAndWait(VAULT, GROUP, 'nightly')
  await vaults.beginDeleteAndWait(GROUP, VAULT)
  t.same(await all(vaults.listByResourceGroup(GROUP)), [])
})
