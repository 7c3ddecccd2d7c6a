import t from 'tap'
import { skipWithoutShared } from '../support/published-schemas.js'
import { HUMAN_TEXT, type OnPurpose, replayAll, type Stories } from './replay.js'
import type { Scene } from './stories.js'
import * as story from './stories.js'

const APRIL: Scene = { now: '2024-04-28T06:00:00Z', location: 'centraluseuap', machine: 'clitest-vm000003' }
const EXCLUDED: Scene = {
  now: '2024-05-15T06:00:00Z',
  location: 'centraluseuap',
  machine: 'clitest-vm000003',
  dataDisks: 3,
}
const TIERS: Scene = { ...APRIL, location: 'southeastasia', machine: 'netvmtestv2vm1' }
const RESTORE: Scene = { now: '2024-05-14T07:00:00Z', location: 'eastus2euap', machine: 'clitest-vm000004' }
const PRIVATE: Scene = { ...RESTORE, location: 'centraluseuap', machine: 'zvm-jsdk2' }
const REDO: Scene = { ...APRIL, now: '2025-10-28T07:00:00Z', machine: 'hiaga-adhoc-vm' }
const FAILED: Scene = { now: '2021-06-14T09:00:00Z', location: 'southeastasia', machine: 'clitest-vm000003' }
const OLD: Scene = { ...FAILED, now: '2017-01-10T09:00:00Z', machine: 'vm1' }
const VAULT: Scene = { now: '2024-04-18T20:40:00Z', location: 'eastus2euap', machine: 'vm1' }
const KEYS: Scene = { ...VAULT, location: 'westus' }
const RECENT: Scene = { ...VAULT, now: '2026-07-24T09:20:00Z' }

const { vault, protect, backup, backedUp, until, restore, settle, passing, vaultCall } = story
const moment = passing('PT3S')

const monitored = (alertsForAllJobFailures = 'Enabled') => ({
  monitoringSettings: {
    azureMonitorAlertSettings: {
      alertsForAllJobFailures,
      alertsForAllReplicationIssues: 'Enabled',
      alertsForAllFailoverIssues: 'Enabled',
    },
    classicAlertSettings: { alertsForCriticalOperations: 'Enabled', emailNotificationsForSiteRecovery: 'Enabled' },
  },
})
const soft = (state: string, immutability?: string) => ({
  securitySettings: {
    ...(immutability === undefined ? {} : { immutabilitySettings: { state: immutability } }),
    softDeleteSettings: { enhancedSecurityState: state, softDeleteState: state, softDeleteRetentionPeriodInDays: 14 },
  },
})
const crossSubscription = (crossSubscriptionRestoreState: string) => ({
  restoreSettings: { crossSubscriptionRestoreSettings: { crossSubscriptionRestoreState } },
})
const identity = (name: string) =>
  `/subscriptions/00000000-0000-0000-0000-000000000000/resourcegroups/clitest.rg000001/providers/Microsoft.ManagedIdentity/userAssignedIdentities/${name}`
const given = (type: string, ...names: string[]) => ({
  identity: { type, userAssignedIdentities: Object.fromEntries(names.map((name) => [identity(name), {}])) },
})
const encryption = (keyUri: string, kekIdentity: object, infrastructureEncryption: string) => ({
  encryption: { keyVaultProperties: { keyUri }, kekIdentity, infrastructureEncryption },
})
const BOTH_IDENTITIES = given('systemassigned,userassigned', 'clitest-identity1000007', 'clitest-identity2000008')
const USER_KEY = encryption(
  'https://clitest000004.vault.azure.net/keys/clitest-key1000005/c9b4aea7e398450d8ea5f3509aea3aac',
  { userAssignedIdentity: identity('clitest-identity1000007') },
  'Disabled',
)
const SYSTEM_KEY = encryption(
  'https://clitest000004.vault.azure.net/keys/clitest-key2000006/c8ba849c32f043bb9019c159b82d2c51',
  { useSystemAssignedIdentity: true },
  'Enabled',
)
const TWO_USERS = given('userassigned', 'clitest-identity000003', 'clitest-identity000004')
const WATCHED = story.vault({ properties: monitored() })

const DELETED = ['2s3cjowvvs', '43exmdvpiy'].map((group, index) => {
  const name = ['clitest-vaultjj4ridedgnz', 'clitest-vaultikvqbflqm3y'][index]
  return `/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/AzureBackupRG_clitest_${group}/providers/Microsoft.RecoveryServices/vaults/${name}`
})
const ENDPOINT = 'privateEndpointConnections/gaallatestpe2.5704c932-249a-490b-a142-1396838cd3b'
const ENDPOINT_DOCUMENT = {
  properties: {
    privateEndpoint: {
      id: '/subscriptions/04cf684a-d41f-4550-9f70-7708a3a2283b/resourceGroups/gaallaRG/providers/Microsoft.Network/privateEndpoints/gaallatestpe3',
    },
  },
}

const elsewhere = (groups: string) => ({
  recoveryType: 'AlternateLocation',
  targetVirtualMachineId: `${groups}/clitest.rg000002/providers/Microsoft.Compute/virtualMachines/clitest-tvm000010`,
  virtualNetworkId: `${groups}/clitest.rg000002/providers/Microsoft.Network/virtualNetworks/clitest-vnet000008`,
  subnetId: `${groups}/clitest.rg000002/providers/Microsoft.Network/virtualNetworks/clitest-vnet000008/subnets/default`,
})
const inPlace = () => ({ recoveryType: 'OriginalLocation' })
const OFF = story.condition({ powerState: 'deallocated' })

const TIMES = ['2024-04-22T16:30:00Z']
const FIRST_SUNDAY = {
  retentionScheduleFormatType: 'Weekly',
  retentionScheduleWeekly: { daysOfTheWeek: ['Sunday'], weeksOfTheMonth: ['First'] },
  retentionTimes: TIMES,
}
const CRASH_CONSISTENT = {
  backupManagementType: 'AzureIaasVM',
  policyType: 'V2',
  snapshotConsistencyType: 'OnlyCrashConsistent',
  schedulePolicy: {
    schedulePolicyType: 'SimpleSchedulePolicyV2',
    scheduleRunFrequency: 'Weekly',
    weeklySchedule: { scheduleRunDays: ['Sunday'], scheduleRunTimes: TIMES },
  },
  retentionPolicy: {
    retentionPolicyType: 'LongTermRetentionPolicy',
    weeklySchedule: {
      daysOfTheWeek: ['Sunday'],
      retentionTimes: TIMES,
      retentionDuration: { count: 104, durationType: 'Weeks' },
    },
    monthlySchedule: { ...FIRST_SUNDAY, retentionDuration: { count: 60, durationType: 'Months' } },
    yearlySchedule: {
      ...FIRST_SUNDAY,
      monthsOfYear: ['January'],
      retentionDuration: { count: 10, durationType: 'Years' },
    },
  },
  tieringPolicy: { ArchivedRP: { tieringMode: 'DoNotTier', duration: 0, durationType: 'Invalid' } },
  instantRpRetentionRangeInDays: 7,
  timeZone: 'UTC',
}
const DAILY = {
  backupManagementType: 'AzureIaasVM',
  schedulePolicy: {
    schedulePolicyType: 'SimpleSchedulePolicy',
    scheduleRunFrequency: 'Daily',
    scheduleRunTimes: TIMES,
  },
  retentionPolicy: {
    retentionPolicyType: 'LongTermRetentionPolicy',
    dailySchedule: { retentionTimes: TIMES, retentionDuration: { count: 20, durationType: 'Days' } },
  },
  timeZone: 'UTC',
}

const MONTHLY = {
  ...DAILY,
  retentionPolicy: {
    ...DAILY.retentionPolicy,
    monthlySchedule: { ...FIRST_SUNDAY, retentionDuration: { count: 24, durationType: 'Months' } },
  },
}
/** A machine whose first monthly points are old enough for the archive. */
const kept = [vault(), story.policy('monthly', MONTHLY), protect('monthly'), passing('P150D')] as const

const KEPT_FOR_29_DAYS = {
  ...DAILY.retentionPolicy,
  dailySchedule: { retentionTimes: TIMES, retentionDuration: { count: 29, durationType: 'Days' } },
}

/** A policy that is in use is changed: a job of each of its items. */
const CHANGED = [
  TIERS,
  vault(),
  story.policy('testPolicy1', DAILY),
  protect('testPolicy1'),
  story.begun('PUT', 'backupPolicies/testPolicy1', () => ({ properties: MONTHLY })),
] as const

/** A point that has come to the paired region. */
const CRR: Scene = { ...APRIL, now: '2024-04-28T06:00:00Z', machine: 'clitest-vm000004' }
const COPIED = [
  CRR,
  vault({
    properties: {
      redundancySettings: { standardTierStorageRedundancy: 'GeoRedundant', crossRegionRestore: 'Enabled' },
    },
  }),
  protect(),
  backedUp(),
  passing('PT12H'),
] as const

const KEY_VAULT =
  '/subscriptions/1a2311d9-66f5-47d3-a9fb-7a37da63934b/resourceGroups/ArpitTestResourceGroup/providers/Microsoft.KeyVault/vaults/ArpitTestKeyVault'
/** A machine that Azure Disk Encryption encrypts, backed up. */
const ENCRYPTED = [
  {
    now: '2016-06-20T11:00:00Z',
    location: 'westus',
    machine: 'vkencryrestore',
    group: 'arpittestresourcegroup',
    vmSize: 'Standard_D1_v2',
  },
  story.machineDocument({
    properties: {
      storageProfile: {
        osDisk: {
          encryptionSettings: {
            enabled: true,
            diskEncryptionKey: {
              secretUrl:
                'https://arpittestkeyvault.vault.azure.net/secrets/DE990D5D-652A-4043-9326-7F4BB9378277/ca4786664b4d4785bad89f1dba049282',
              sourceVault: { id: KEY_VAULT },
            },
            keyEncryptionKey: {
              keyUrl:
                'https://arpittestkeyvault.vault.azure.net:443/keys/ArpitTestKeyVaultKey/a571b984c04a405f84e3433418fcc573',
              sourceVault: { id: KEY_VAULT },
            },
          },
        },
      },
    },
  }),
  vault(),
  protect(),
  backedUp(),
] as const

/** What leads up to each recorded request; rows in the order of the files. */
const STORIES: Stories = {
  'S-backupJobs-operationResults-export': [APRIL, vault(), story.exportJobs],
  'S-backupJobsExport-post': [APRIL, vault()],
  'S-backupPreValidateProtection': [
    { ...APRIL, machine: 'upgrade1', group: 'arunaupgrade', location: 'southeastasia' },
    vault(),
    protect(),
  ],
  'S-backupTriggerValidateOperation': [{ ...TIERS, machine: 'testvmName' }, vault(), protect()],
  'S-backupUsageSummaries-items': [APRIL, vault()],
  'S-backupValidateOperation': [{ ...TIERS, machine: 'testvmName' }, vault(), protect()],
  'S-backupValidateOperationResults': [TIERS, vault(), protect(), story.validation],
  'S-backupValidateOperationsStatuses': [TIERS, vault(), protect(), story.validation, settle],
  'S-backupValidateFeatures': [APRIL],
  'S-capabilities-post': [{ ...APRIL, location: 'westus' }],
  'S-certificates-put': [APRIL, vault()],
  'S-checkNameAvailability-available': [{ ...APRIL, location: 'westus' }],
  'S-prepareDataMove-post': [{ ...TIERS, location: 'westeurope' }, vault(), protect(), story.moveTarget],
  'S-triggerDataMove-post': [{ ...TIERS, location: 'westeurope' }, vault(), story.preparedSource],
  'S-dataMove-operationStatus': [{ ...TIERS, location: 'westeurope' }, vault(), protect(), story.dataMove, settle],
  'S-fetchTieringCost-vault': [TIERS, vault()],
  'S-policy-operationResults': [...CHANGED, settle],
  'S-policy-operations-status': [...CHANGED, settle],
  'S-privateEndpointConnection-put': [APRIL, vault(), story.below('PUT', ENDPOINT, ENDPOINT_DOCUMENT)],
  'S-privateLinkResources-list': [{ ...APRIL, location: 'eastus2euap' }, vault()],
  'S-recoveryPointMove-post': [TIERS, ...kept, story.movablePoint],
  'S-restore-rehydration': [TIERS, ...kept, story.movablePoint, story.archived],
  'S-tieringCost-operationResults': [TIERS, vault(), story.tieringCost],
  'backupDeletedProtectionContainers-list': [APRIL, vault(), protect(), story.remove],
  'backupEncryptionConfig-get-cmk-userassigned': [
    KEYS,
    story.vault({ ...BOTH_IDENTITIES, properties: { ...monitored(), ...USER_KEY } }),
  ],
  'backupEncryptionConfig-get-infrastructure-enabled': [
    KEYS,
    story.vault({ identity: { type: 'systemassigned' }, properties: SYSTEM_KEY }),
  ],
  'backupEngines-list-dpm': [OLD, vault(), story.registeredServer('NAGAASTHRAM.DPMDOM02.SELFHOST.CORP.MICROSOFT.COM')],
  'backupSecurityPIN-post-200': [OLD, vault()],
  'backupStatus-notprotected': [APRIL],
  'backupconfig-patch-400-disable-enhanced-security': [OLD, vault()],
  'backupconfig-patch-with-resourceGuardRequests-200': [APRIL, vault(), story.guarded],
  'backupstorageconfig-get-locked': [RESTORE, vault(), protect()],
  'backupstorageconfig-patch-204': [OLD, vault()],
  'backupstorageconfig-put-crr-on-locked-200': [RESTORE, vault(), protect()],
  'certificates-put-200': [{ ...OLD, now: '2015-12-29T11:45:40Z' }, vault()],
  'deletedVault-get-200': [RECENT, vault(), story.vaultDeleted],
  'deletedVault-operations-inprogress': [RECENT, vault(), story.vaultDeleted, story.vaultUndeletion],
  'deletedVault-operations-succeeded': [RECENT, vault(), story.vaultDeleted, story.vaultUndeletion, settle],
  'deletedVault-undelete-post-202': [RECENT, vault(), story.vaultDeleted],
  'deletedVaults-list-200': [
    RECENT,
    story.ofVaults(DELETED.slice(0, 1), vault(), story.vaultDeleted),
    story.ofVaults(DELETED.slice(1), vault(), protect(), story.remove, story.vaultDeleted),
  ],
  'crr-accessToken-post-200': COPIED,
  'crr-backupAadProperties-get': [CRR],
  'crr-backupCrossRegionRestore-post-202': [...COPIED, story.accessToken],
  'crr-backupCrrJob-post-completed': [...COPIED, story.crossRegionRestore('clitest000007', 'clitest.rg000002'), settle],
  'crr-backupCrrJob-post-inprogress': [
    ...COPIED,
    story.crossRegionRestore('clitest000007', 'clitest.rg000002'),
    moment,
  ],
  'crr-backupCrrOperationsStatus-succeeded': [...COPIED, story.crossRegionRestore('clitest000007', 'clitest.rg000002')],
  'crr-protectedItems-list': COPIED,
  'crr-recoveryPoints-list': COPIED,
  'job-get-429-throttled': [{ ...RESTORE, now: '2023-01-05T11:00:00Z' }, vault(), story.jobsRead(150)],
  'job-get-Backup-completedwithwarnings': [
    { ...FAILED, now: '2021-01-16T16:00:00Z' },
    vault(),
    protect(),
    backup('2021-02-15T00:00:00Z'),
    until('Completed', 'InProgress'),
    story.gone,
    settle,
  ],
  'job-get-Backup-failed': [FAILED, vault(), protect(), story.gone, settle, backup('2021-07-14T00:00:00Z'), settle],
  'job-get-ConfigureBackup-2025-redo': [REDO, vault(), protect(), story.stop, protect()],
  'job-get-DeleteBackupData-2024-purge': [APRIL, vault(), protect(), story.softDelete('Disabled'), story.remove],
  'job-get-DisableBackup-2024': [APRIL, vault(), protect(), story.stop],
  'job-get-Restore-alternatelocation-completed': [
    RESTORE,
    vault(),
    protect(),
    backedUp(),
    restore('clitest000007', 'clitest.rg000002', elsewhere),
    settle,
  ],
  'job-get-Restore-alternatelocation-inprogress': [
    RESTORE,
    vault(),
    protect(),
    backedUp(),
    restore('clitest000007', 'clitest.rg000002', elsewhere),
    until('Completed', 'InProgress'),
  ],
  'job-get-Restore-originallocation-completed': [
    RESTORE,
    vault(),
    protect(),
    backedUp(),
    OFF,
    restore('clitest000007', undefined, inPlace),
    settle,
  ],
  'job-get-Restore-originallocation-inprogress': [
    RESTORE,
    vault(),
    protect(),
    backedUp(),
    OFF,
    restore('clitest000007', undefined, inPlace),
    until('Completed', 'InProgress'),
  ],
  'policy-get-OnlyCrashConsistent': [REDO, vault(), story.policy('PScrashConsistentPolicy', CRASH_CONSISTENT)],
  'protectedItem-delete-after-unlock-202': [APRIL, vault(), protect(), story.guarded, story.itemUnlocked],
  'protectedItem-put-operationResults-200-body': [
    { ...OLD, now: '2016-06-15T09:00:00Z', machine: 'arpit-test3', group: 'arpit-test3', classic: true },
    vault(),
    protect(),
  ],
  'protectedItem-put-resume-202': [APRIL, vault(), protect(), story.stop],
  'protectedItem-put-weaker-policy-with-resourceGuardRequests-202': [
    APRIL,
    vault(),
    story.policy('clitest-item000006', DAILY),
    protect(),
    story.guarded,
  ],
  'protectedItems-list-after-resume': [APRIL, vault(), protect(), backedUp(), story.stop, protect()],
  'protectedItems-list-softdeleted-2024': [APRIL, vault(), protect(), story.remove, moment],
  'protectionContainers-list-after-undelete-SoftDeleted': [APRIL, vault(), protect(), story.remove, story.undelete],
  'recoveryPoint-get-encrypted-keyAndSecret': ENCRYPTED,
  'recoveryPoints-list-linux-filesystemconsistent-zones': [
    { ...PRIVATE, now: '2024-10-07T06:00:00Z', vmSize: 'Standard_B1s' },
    vault(),
    story.machineDocument({ zones: ['1'], properties: { storageProfile: { osDisk: { osType: 'Linux' } } } }),
    story.condition({ diskAccess: 'private' }),
    story.policy('DefaultPolicy', { ...DAILY, retentionPolicy: KEPT_FOR_29_DAYS }),
    protect(),
    passing('P4D'),
  ],
  'recoveryPoints-list-diskexclusion': [
    EXCLUDED,
    vault(),
    protect('DefaultPolicy', {
      extendedProperties: { diskExclusionProperties: { diskLunList: [1], isInclusionList: false } },
    }),
    backedUp(),
  ],
  'restore-alternatelocation-post-202': [RESTORE, vault(), protect(), backedUp()],
  'restore-alternatelocation-private-disk-access-post-202': [PRIVATE, vault(), protect(), backedUp()],
  'restore-encrypted-post-202': ENCRYPTED,
  'restore-originallocation-post-202': [RESTORE, vault(), protect(), backedUp(), OFF],
  'recoveryPointsRecommendedForMove-post-200': [APRIL, vault(), protect(), backedUp()],
  'registeredIdentities-delete-204': [OLD, vault()],
  'resourceGuardProxies-list-one': [APRIL, vault(), story.guarded],
  'resourceGuardProxy-delete-200': [APRIL, vault(), story.guarded, story.guardUnlocked],
  'resourceGuardProxy-put-200': [APRIL, vault(), story.guard],
  'resourceGuardProxy-unlockDelete-item-200': [APRIL, vault(), protect(), story.guarded],
  'resourceGuardProxy-unlockDelete-proxy-200': [APRIL, vault(), story.guarded],
  'vault-delete-400-soft-deleted-items': [{ ...OLD, machine: 'clitest-vm000004' }, vault(), protect(), story.remove],
  'vault-get-after-undelete': [RECENT, story.vault({ properties: { ...monitored(), ...soft('AlwaysOn') } })],
  'vault-get-cmk-userassigned': [
    KEYS,
    story.vault({ ...BOTH_IDENTITIES, properties: { ...monitored(), ...USER_KEY } }),
    protect(),
  ],
  'vault-get-csr-permanentlydisabled': [
    VAULT,
    story.vault({
      properties: { ...monitored(), ...soft('Enabled', 'Unlocked'), ...crossSubscription('PermanentlyDisabled') },
    }),
  ],
  'vault-get-identity-system-and-user': [
    VAULT,
    WATCHED,
    vaultCall('PATCH', TWO_USERS),
    settle,
    vaultCall('PATCH', { identity: { type: 'systemassigned,userassigned' } }),
    settle,
  ],
  'vault-get-identity-userassigned': [VAULT, WATCHED, vaultCall('PATCH', TWO_USERS), settle],
  'vault-patch-alerts-202': [VAULT, WATCHED],
  'vault-patch-cmk-userassigned-202': [KEYS, story.vault(BOTH_IDENTITIES)],
  'vault-patch-crr-enabled-202': [RESTORE, vault(), protect()],
  'vault-patch-crr-operationStatus-succeeded-first-poll': [
    RESTORE,
    vault(),
    vaultCall('PATCH', { properties: { redundancySettings: { crossRegionRestore: 'Enabled' } } }),
    settle,
  ],
  'vault-patch-identity-none-200': [VAULT, WATCHED, vaultCall('PATCH', TWO_USERS), settle],
  'vault-patch-identity-remove-one-user-202': [VAULT, WATCHED, vaultCall('PATCH', TWO_USERS), settle],
  'vault-patch-identity-system-200': [VAULT, WATCHED],
  'vault-patch-identity-userassigned-202': [VAULT, WATCHED],
  'vault-patch-immutability-disabled-csr-enabled-202': [VAULT, WATCHED],
  'vault-patch-operationStatus-inprogress': [VAULT, WATCHED, vaultCall('PATCH', TWO_USERS)],
  'vault-patch-redundancy-lrs-202': [VAULT, WATCHED],
  'vault-put-immutability-unlocked-201': [VAULT],
  'vault-replicationUsages-list': [OLD, vault()],
  'vault-usages-list': [OLD, vault()],
  'vaultExtendedInfo-get-404': [OLD, vault()],
  'vaultExtendedInfo-put-200': [OLD, vault()],
}

/** What is not replayed, and why. */
const LEFT_OUT = [[/^backupstorageconfig-put-404-/, 'an oddity of the service']] as const

/** Where our answers part from the recorded ones on purpose. */
const ON_PURPOSE: readonly OnPurpose[] = [
  HUMAN_TEXT,
  [/^vaultExtendedInfo-get-404$/, /^body\.Message\.Value$/, 'we say what is missing, the service says nothing'],
  [/-204$/, /^headers\.content-length$/, 'HTTP has no length for a 204, nor have later ones'],
  [
    /^job-get-Backup-(failed|completedwithwarnings)$|^backupEngines-list-dpm$|^protectedItem-put-operationResults-/,
    /\.(id|policyId)$/,
    'the recorded id has the casing of its request',
  ],
  [
    /^job-get-Backup-completedwithwarnings$/,
    /^body\.properties\{keys\}$/,
    'actionsInfo comes after duration in this recording alone',
  ],
  [
    /^crr-accessToken-post-200$/,
    /\.(accessTokenString|subscriptionId|resourceId|protectionContainerId|protectionServiceStampId|tokenExtendedInformation|datasourceId|recoveryPointTime)$/,
    'numbers, names and texts that the service makes up for itself; the recorder hid the subscription elsewhere',
  ],
  [/^crr-backupAadProperties-get$/, /\.servicePrincipalObjectId$/, "the service's own principal"],
  [/^crr-backupCrrJob-post-/, /\.Subscription Id of the vault$/, 'the recorder hid the subscription everywhere else'],
  [/^recoveryPoint-get-encrypted-/, /\.(keyBackupData|secretData)$/, 'the recorder left both out'],
  [
    /^recoveryPoints-list-(diskexclusion|linux-filesystemconsistent-zones)$/,
    /properties\{keys\}$/,
    'our points say from the start when they expire, the recorded ones only after some time',
  ],
]

t.test('more recorded exchanges of virtual machine backup', { skip: skipWithoutShared }, (t) =>
  replayAll(t, {
    folder: 'golden/vm-more/',
    stories: STORIES,
    onPurpose: ON_PURPOSE,
    leftOut: LEFT_OUT,
    // Only the story of it makes as many requests as the service takes.
    options: { throttle: true },
    byShape: /^certificates-put-200$/,
  }),
)
