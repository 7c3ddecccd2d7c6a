import t from 'tap'
import { backupFamily, pointFamily, vaultFamily } from '../../src/arm/versions.js'
import { type Answer, startTestEmulator } from '../support/emulator.js'

const GROUP = '/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/versions'
const VM = `${GROUP}/providers/Microsoft.Compute/virtualMachines/vm1`
const VAULT = `${GROUP}/providers/Microsoft.RecoveryServices/vaults/v1`
const NAME = 'iaasvmcontainerv2;versions;vm1'
const ITEM = `${VAULT}/backupFabrics/Azure/protectionContainers/IaasVMContainer;${NAME}/protectedItems/VM;${NAME}`

const VAULT_2021 = ['provisioningState', 'privateEndpointStateForBackup', 'privateEndpointStateForSiteRecovery']
const VAULT_2024 = [
  ...VAULT_2021,
  ...['backupStorageVersion', 'securitySettings', 'redundancySettings', 'secureScore', 'bcdrSecurityLevel'],
  ...['publicNetworkAccess', 'restoreSettings'],
]
const VAULT_2026 = VAULT_2024.toSpliced(VAULT_2024.indexOf('secureScore'), 0, 'regionOfChoiceSettings')

const ITEM_2024 = [
  ...['friendlyName', 'virtualMachineId', 'protectionStatus', 'protectionState', 'healthStatus', 'healthDetails'],
  ...['lastBackupStatus', 'lastBackupTime', 'protectedItemDataId', 'extendedInfo', 'sourceSideScanning'],
  ...['protectedItemType', 'backupManagementType', 'workloadType', 'containerName', 'sourceResourceId'],
  ...['policyId', 'policyName', 'lastRecoveryPoint', 'vaultId', 'isArchiveEnabled', 'softDeleteRetentionPeriod'],
]
const SINCE_2023 = ['sourceSideScanning', 'vaultId', 'softDeleteRetentionPeriod']
const ITEM_2021 = ['kpisHealths', ...ITEM_2024.filter((key) => !SINCE_2023.includes(key))]

const POINT_2021 = [
  ...['objectType', 'recoveryPointType', 'recoveryPointTime', 'recoveryPointAdditionalInfo', 'sourceVMStorageType'],
  ...['isSourceVMEncrypted', 'isInstantIlrSessionActive', 'recoveryPointTierDetails', 'isManagedVirtualMachine'],
  ...['virtualMachineSize', 'originalStorageAccountOption', 'osType', 'recoveryPointMoveReadinessInfo'],
]
const POINT_2024 = [
  ...[...POINT_2021, 'securityType', 'recoveryPointProperties', 'isPrivateAccessEnabledOnAnyDisk'],
  ...['createdWithPolicyType', 'threatStatus'],
]
const POINT_2026 = POINT_2024.toSpliced(POINT_2024.indexOf('threatStatus'), 0, 'threatInfo')

const CONFIG_2021 = ['enhancedSecurityState', 'softDeleteFeatureState', 'isSoftDeleteFeatureStateEditable']
const CONFIG_2024 = CONFIG_2021.toSpliced(2, 0, 'softDeleteRetentionPeriodInDays')

/** Whatever is named is named, and tasks have times. */
const NAMED = {
  contentType: 'application/json; charset=utf-8',
  actions: ['Cancellable'],
  tiers: [
    { type: 'InstantRP', status: 'Valid' },
    { type: 'HardenedRP', status: 'Valid' },
  ],
  task: ['taskId', 'startTime', 'endTime', 'duration', 'status', 'taskType'],
  item: ITEM_2024,
  config: CONFIG_2024,
  vaultIsMade: 'in time',
}
const NUMBERED = {
  contentType: 'application/json',
  actions: [1],
  tiers: [
    { type: 1, status: 1 },
    { type: 2, status: 1 },
  ],
  task: ['taskId', 'duration', 'status'],
  item: ITEM_2021,
  config: CONFIG_2021,
  vaultIsMade: 'at once',
  vault: VAULT_2021,
  security: [],
  point: POINT_2021,
  threat: undefined,
  expiry: [],
}
const SECURITY_2024 = ['immutabilitySettings', 'softDeleteSettings', 'multiUserAuthorization']
const SECURITY_2025 = ['softDeleteSettings', 'multiUserAuthorization', 'sourceScanConfiguration']
const EXPIRY_2024 = ['expiryTime', 'isSoftDeleted']
const EXPIRY_2026 = [...EXPIRY_2024, 'immutabilityProperties']
const POINTS_2024 = { point: POINT_2024, threat: 0, expiry: EXPIRY_2024 }
const POINTS_2026 = { point: POINT_2026, threat: 'Healthy', expiry: EXPIRY_2026 }

/** What answers look like from version to version. */
const VERSIONS = {
  '2021-12-01': NUMBERED,
  '2022-02-01': NUMBERED,
  '2024-04-01': { ...NAMED, ...POINTS_2024, vault: VAULT_2024, security: SECURITY_2024 },
  '2025-02-01': { ...NAMED, ...POINTS_2024, vault: VAULT_2024, security: SECURITY_2025 },
  '2026-05-01': { ...NAMED, ...POINTS_2026, vault: VAULT_2026, security: SECURITY_2025 },
}

const keysAt = (answer: Answer, path: string) => Object.keys((answer.at(path) ?? {}) as object)

for (const [version, shape] of Object.entries(VERSIONS)) {
  t.test(`a machine is protected, backed up, restored and deleted with api-version ${version}`, async (t) => {
    const { emulator, call } = await startTestEmulator(t)
    const ask = (method: string, path: string, body?: unknown) =>
      call(method, `${path}${path.includes('?') ? '&' : '?'}api-version=${version}`, body)
    const settle = () => emulator.clock.advance({ until: 'idle' })
    emulator.seed({ virtualMachines: [{ id: VM }] })

    const made = await ask('PUT', VAULT, { location: 'westeurope', sku: { name: 'Standard' }, properties: {} })
    t.equal(made.status, 201)
    const isMadeInTime = made.header('azure-asyncoperation') !== ''
    t.equal(isMadeInTime ? 'in time' : 'at once', shape.vaultIsMade)
    t.equal(made.text('properties.provisioningState'), isMadeInTime ? 'Provisioning' : 'Succeeded')
    settle()

    const source = { protectedItemType: 'Microsoft.Compute/virtualMachines', sourceResourceId: VM }
    const policyId = `${VAULT}/backupPolicies/DefaultPolicy`
    const enabled = await ask('PUT', ITEM, { properties: { ...source, policyId } })
    t.match(enabled.header('location'), `?api-version=${version}`, 'URLs go on in the version of the caller')
    settle()
    await ask('POST', `${ITEM}/backup`, { properties: { objectType: 'IaasVMBackupRequest' } })
    settle()

    const vault = await ask('GET', VAULT)
    t.equal(vault.header('content-type'), shape.contentType)
    t.strictSame(keysAt(vault, 'properties'), shape.vault)
    t.strictSame(keysAt(vault, 'properties.securitySettings'), shape.security)
    t.strictSame(keysAt(await ask('GET', `${VAULT}/backupconfig/vaultconfig`), 'properties'), shape.config)

    const item = await ask('GET', `${ITEM}?$filter=expand eq 'extendedinfo'`)
    t.strictSame(keysAt(item, 'properties'), shape.item)
    t.strictSame(
      keysAt(await ask('GET', `${VAULT}/backupProtectedItems`), 'value.0.properties'),
      shape.item.filter((key) => key !== 'extendedInfo'),
      'a list has no extended information',
    )

    const points = await ask('GET', `${ITEM}/recoveryPoints`)
    t.strictSame(keysAt(points, 'value.0.properties'), shape.point)
    t.strictSame(points.at('value.0.properties.recoveryPointTierDetails'), shape.tiers)
    t.strictSame(keysAt(points, 'value.0.properties.recoveryPointProperties'), shape.expiry)
    t.equal(points.at('value.0.properties.threatStatus'), shape.threat)

    const jobs = await ask('GET', `${VAULT}/backupJobs?$filter=operation eq 'Backup'`)
    const job = await ask('GET', `${VAULT}/backupJobs/${jobs.names[0]}`)
    t.strictSame(job.at('properties.actionsInfo'), shape.actions)
    t.strictSame(keysAt(job, 'properties.extendedInfo.tasksList.0'), shape.task)

    const status = await ask(
      'POST',
      `${GROUP.replace(/\/resourceGroups.*/, '')}/providers/Microsoft.RecoveryServices/locations/westeurope/backupStatus`,
      {
        resourceType: 'VM',
        resourceId: VM,
      },
    )
    t.equal(status.at('objectType'), shape === NUMBERED ? undefined : 'BackupStatusResponse')

    const restored = await ask('POST', `${ITEM}/recoveryPoints/${points.names[0]}/restore`, {
      properties: {
        objectType: 'IaasVMRestoreRequest',
        recoveryPointId: points.names[0],
        recoveryType: 'RestoreDisks',
        sourceResourceId: VM,
        storageAccountId: `${GROUP}/providers/Microsoft.Storage/storageAccounts/store`,
        region: 'westeurope',
        originalStorageAccountOption: false,
      },
    })
    t.equal(restored.status, 202)
    settle()
    t.equal((await ask('DELETE', ITEM)).status, 202)
  })
}

t.test('a version takes the newest family that is not younger', async (t) => {
  t.equal(vaultFamily('2016-06-01').asynchronous, false)
  t.equal(vaultFamily('2022-12-31-preview').asynchronous, false)
  t.equal(vaultFamily('2023-01-01').asynchronous, true)
  t.equal(vaultFamily('2030-01-01').regionOfChoice, true)
  t.equal(backupFamily('2022-09-01-preview').named, false)
  t.equal(backupFamily('2023-01-15').named, true)
  t.equal(pointFamily('2023-01-15').threat, undefined)
  t.equal(pointFamily('2026-01-31-preview').threat, 'Healthy')
  t.equal(backupFamily('').named, false, 'without a version, the oldest shape')
})
