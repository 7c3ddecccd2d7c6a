import type {
  AzureIaaSComputeVMProtectedItem,
  IaasVMRecoveryPoint,
  IaasVMRestoreRequest,
} from '@azure/arm-recoveryservicesbackup'
import { all, backup, begin, CONTAINER, FABRIC, GROUP, GROUP_ID, ITEM, put, step, using, VM_ID, vaults } from './sdk.js'

/**
 * What a user's program does from an empty subscription to an empty subscription, with the SDKs as they are.
 */
const VAULT = 'sdk-vault'
const VAULT_ID = `${GROUP_ID}/providers/Microsoft.RecoveryServices/vaults/${VAULT}`
const VMS = "backupManagementType eq 'AzureIaasVM' and workloadType eq 'VM'"
const { at, settle, followJob } = using(VAULT)

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
  await put(`${network}?api-version=2024-05-01`, {
    location: 'westeurope',
    properties: {
      addressSpace: { addressPrefixes: ['10.0.0.0/16'] },
      subnets: [{ name: 'default', properties: { addressPrefix: '10.0.0.0/24' } }],
    },
  })
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
    code: /^BMSUserErrorVaultDeletion/,
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
