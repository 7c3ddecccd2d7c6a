import type {
  AzureFileShareProtectableItem,
  AzureIaaSComputeVMProtectedItem,
  AzureStorageContainer,
  IaasVMRestoreRequest,
  OperationStatusProvisionILRExtendedInfo,
  RecoveryPointResource,
} from '@azure/arm-recoveryservicesbackup'
import { all, backup, GROUP, GROUP_ID, put, step, using, VM_ID, vaults } from './sdk.js'

/** What users do beside the main road: checks, single files, file shares, a resource guard, a policy that is in use. */
const VAULT = 'extras-vault'
const VAULT_ID = `${GROUP_ID}/providers/Microsoft.RecoveryServices/vaults/${VAULT}`
const ACCOUNT_ID = `${GROUP_ID}/providers/Microsoft.Storage/storageAccounts/sdkstore`
const GUARD_ID = `${GROUP_ID}/providers/Microsoft.DataProtection/resourceGuards/sdk-guard`
const PROXY = 'VaultProxy'
const { at, settle, followJob } = using(VAULT)

const protectedVm = (body: Omit<AzureIaaSComputeVMProtectedItem, 'protectedItemType'>) => ({
  properties: { protectedItemType: 'Microsoft.Compute/virtualMachines' as const, sourceResourceId: VM_ID, ...body },
})

const putItem = (body: Omit<AzureIaaSComputeVMProtectedItem, 'protectedItemType'>) =>
  settle((options) => backup.protectedItems.createOrUpdate(...at, protectedVm(body), options))

const restoreRequest: IaasVMRestoreRequest = {
  objectType: 'IaasVMRestoreRequest',
  recoveryType: 'RestoreDisks',
  sourceResourceId: VM_ID,
  region: 'westeurope',
  storageAccountId: ACCOUNT_ID,
}

/** A daily policy that keeps its points for some days. */
const daily = (days: number) => {
  const times = [new Date('2026-01-01T22:00:00Z')]
  return {
    properties: {
      backupManagementType: 'AzureIaasVM' as const,
      schedulePolicy: {
        schedulePolicyType: 'SimpleSchedulePolicy' as const,
        scheduleRunFrequency: 'Daily' as const,
        scheduleRunTimes: times,
      },
      retentionPolicy: {
        retentionPolicyType: 'LongTermRetentionPolicy' as const,
        dailySchedule: { retentionTimes: times, retentionDuration: { count: days, durationType: 'Days' as const } },
      },
      timeZone: 'UTC',
    },
  }
}

let point: RecoveryPointResource | undefined

await step('a vault, a policy, a machine that is backed up', async (t) => {
  await vaults.beginCreateOrUpdateAndWait(GROUP, VAULT, {
    location: 'westeurope',
    sku: { name: 'Standard' },
    properties: { publicNetworkAccess: 'Enabled' },
  })
  await backup.protectionPolicies.createOrUpdate(VAULT, GROUP, 'nightly', daily(30))
  t.equal((await putItem({ policyId: `${VAULT_ID}/backupPolicies/nightly` })).status, 'Succeeded')
  const { jobId } = await settle((options) =>
    backup.backups.trigger(...at, { properties: { objectType: 'IaasVMBackupRequest' } }, options),
  )
  t.equal((await followJob(jobId)).status, 'Completed')
  ;[point] = await all(backup.recoveryPoints.list(...at))
  t.ok(point?.name)
})

await step('a machine says whether it is, and could be, protected', async (t) => {
  const of = (name: string) =>
    ({ resourceType: 'VM', resourceId: VM_ID.replace('vm1', name), vaultId: VAULT_ID, properties: '' }) as const
  const size = { featureType: 'AzureVMResourceBackup', vmSize: 'Standard_D2s_v3', vmSku: '2022-datacenter' } as const
  t.match(await backup.featureSupport.validate('westeurope', size), { supportStatus: 'DefaultON' })

  t.match(await backup.protectionIntentOperations.validate('westeurope', of('vm2')), { status: 'Succeeded' })
  t.match(await backup.backupStatus.get('westeurope', of('vm2')), { protectionStatus: 'NotProtected' })
  t.match(await backup.backupStatus.get('westeurope', of('vm1')), { protectionStatus: 'Protected', vaultId: VAULT_ID })
  t.match(await backup.protectionIntentOperations.validate('westeurope', of('vm1')), {
    status: 'Failed',
    errorCode: 'VirtualMachineAlreadyProtected',
  })
})

await step('a restore is checked before it is done', async (t) => {
  const properties = { objectType: 'ValidateIaasVMRestoreOperationRequest', restoreRequest } as const
  const fine = await backup.operation.validate(VAULT, GROUP, { id: point?.id ?? '', properties })
  t.same(fine.validateOperationResponse?.validationResults ?? [], [], 'nothing speaks against it')
  const inPlace = { ...properties, restoreRequest: { ...restoreRequest, recoveryType: 'OriginalLocation' } }
  const refused = await backup.operation.validate(VAULT, GROUP, { id: point?.id ?? '', properties: inPlace })
  t.match(refused.validateOperationResponse?.validationResults, [{ code: 'UserErrorVmNotShutDown' }])
  await backup.validateOperation.beginTriggerAndWait(VAULT, GROUP, { id: point?.id ?? '', properties })
})

await step('single files come out of a point', async (t) => {
  const name = point?.name ?? ''
  const { status, properties } = await settle((options) =>
    backup.itemLevelRecoveryConnections.provision(
      ...at,
      name,
      {
        properties: {
          objectType: 'IaasVMILRRegistrationRequest',
          recoveryPointId: name,
          virtualMachineId: VM_ID,
          initiatorName: 'a host',
          renewExistingRegistration: true,
        },
      },
      options,
    ),
  )
  t.equal(status, 'Succeeded')
  const { recoveryTarget } = properties as OperationStatusProvisionILRExtendedInfo
  t.ok(recoveryTarget?.clientScripts?.length, 'there is a script to run')
  t.match((await backup.recoveryPoints.get(...at, name)).properties, { isInstantIlrSessionActive: true })
  const revoked = await settle((options) => backup.itemLevelRecoveryConnections.revoke(...at, name, options))
  t.equal(revoked.status, 'Succeeded')
  t.match((await backup.recoveryPoints.get(...at, name)).properties, { isInstantIlrSessionActive: false })
})

await step('a policy changes, and its items with it', async (t) => {
  await backup.protectionPolicies.createOrUpdate(VAULT, GROUP, 'nightly', daily(60))
  const stored = await backup.protectionPolicies.get(VAULT, GROUP, 'nightly')
  t.match(stored.properties, { protectedItemsCount: 1 })
  await t.rejects(backup.protectionPolicies.beginDeleteAndWait(VAULT, GROUP, 'nightly'), {
    code: 'BMSUserErrorPolicyObjectInUse',
    statusCode: 400,
  })
})

await step('a storage account is registered, and a share of it found', async (t) => {
  const STORAGE = "backupManagementType eq 'AzureStorage'"
  const [offered] = await all(backup.protectableContainers.list(VAULT, GROUP, 'Azure', { filter: STORAGE }))
  t.match(offered?.properties, { friendlyName: 'sdkstore', protectableContainerType: 'StorageContainer' })
  const name = `StorageContainer;Storage;${GROUP};sdkstore`
  const registered = await backup.protectionContainers.beginRegisterAndWait(VAULT, GROUP, 'Azure', name, {
    properties: {
      containerType: 'StorageContainer',
      backupManagementType: 'AzureStorage',
      sourceResourceId: ACCOUNT_ID,
    },
  })
  const container = registered.properties as AzureStorageContainer
  t.match(container, { registrationStatus: 'Registered', friendlyName: 'sdkstore', protectedItemCount: 0 })
  await backup.protectionContainers.inquire(VAULT, GROUP, 'Azure', name, { filter: "workloadType eq 'AzureFileShare'" })
  const shares: string[] = []
  for (let asked = 0; asked < 20 && shares.length === 0; asked++) {
    const filter = `${STORAGE} and workloadType eq 'AzureFileShare'`
    for (const { properties } of await all(backup.backupProtectableItems.list(VAULT, GROUP, { filter })))
      shares.push((properties as AzureFileShareProtectableItem).friendlyName ?? '')
  }
  t.same(shares, ['documents'])
  await backup.protectionContainers.unregister(VAULT, GROUP, 'Azure', name)
})

await step('a resource guard stands before a deletion', async (t) => {
  await put(`${GUARD_ID}?api-version=2024-04-01`, { location: 'westeurope', properties: {} })
  const proxy = await backup.resourceGuardProxy.put(VAULT, GROUP, PROXY, {
    properties: { resourceGuardResourceId: GUARD_ID },
  })
  t.ok(proxy.properties?.resourceGuardOperationDetails?.length, 'it says what it guards')
  t.equal((await all(backup.resourceGuardProxies.list(VAULT, GROUP))).length, 1)
  await t.rejects(
    backup.protectedItems.delete(...at),
    { code: 'UserErrorResourceGuardOperationRequestNotProvided' },
    'not while it is locked',
  )
  const unlocked = await backup.resourceGuardProxy.unlockDelete(VAULT, GROUP, PROXY, {
    resourceGuardOperationRequests: [`${GUARD_ID}/deleteProtectedItemRequests/default`],
    resourceToBeDeleted: `${VAULT_ID}/backupFabrics/Azure/protectionContainers/${at[3]}/protectedItems/${at[4]}`,
  })
  t.ok(Date.parse(unlocked.unlockDeleteExpiryTime ?? '') > 0)
  t.equal((await settle((options) => backup.protectedItems.delete(...at, options))).status, 'Succeeded')
})

await step('softly deleted, it is had back', async (t) => {
  const { properties } = await backup.protectedItems.get(...at)
  t.match(properties, { isScheduledForDeferredDelete: true })
  t.equal((await putItem({ isRehydrate: true })).status, 'Succeeded')
  const back = (await backup.protectedItems.get(...at)).properties as AzureIaaSComputeVMProtectedItem
  t.notOk(back.isScheduledForDeferredDelete)
  t.equal((await all(backup.recoveryPoints.list(...at))).length, 1, 'with its data')
})
