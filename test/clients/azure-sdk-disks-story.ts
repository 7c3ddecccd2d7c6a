import { diskPolicy, instanceOf } from '../support/disk-story.js'
import { type Members, members } from '../support/seen.js'
import { get, list, patch, post, put, putNow, remove, removeNow } from './data-protection.js'
import { all, authorization, GROUP_ID, step } from './sdk.js'

/** What a user's program does with one disk, from no vault to no vault. */
const VAULT = `${GROUP_ID}/providers/Microsoft.DataProtection/backupVaults/disk-vault`
const DISK = `${GROUP_ID}/providers/Microsoft.Compute/disks/disk1`
const COPY = `${DISK}-restored`
const INSTANCE = `${VAULT}/backupInstances/disk1`
const instance = instanceOf(VAULT, DISK, 'disks', GROUP_ID)

let principalId = ''
let point = ''

const properties = async (path: string): Promise<Members> => members((await get(path)).properties)
const stateOf = async () => (await properties(INSTANCE)).currentProtectionState

/** Gives the identity of the vault a role, as a program does that knows its name only. */
async function grant(name: number, role: string, scope: string): Promise<string> {
  const [definition] = await all(authorization.roleDefinitions.list(scope, { filter: `roleName eq '${role}'` }))
  const { id } = await authorization.roleAssignments.create(scope, `00000000-0000-4000-8000-00000000000${name}`, {
    roleDefinitionId: definition?.id ?? '',
    principalId,
    principalType: 'ServicePrincipal',
  })
  return id ?? ''
}

/** Follows a job to its end. @returns the statuses that were seen, and the job */
async function follow(id: unknown): Promise<{ seen: unknown[]; job: Members }> {
  const seen: unknown[] = []
  for (;;) {
    const job = await properties(String(id))
    seen.push(job.status)
    if (job.status !== 'InProgress') return { seen, job }
  }
}

const backUp = () =>
  post(`${INSTANCE}/backup`, {
    backupRuleOptions: { ruleName: 'BackupHourly', triggerOption: { retentionTagOverride: 'Default' } },
  })

const restoreRequest = (): Members => ({
  objectType: 'AzureBackupRecoveryPointBasedRestoreRequest',
  recoveryPointId: point,
  sourceDataStoreType: 'OperationalStore',
  sourceResourceId: DISK,
  restoreTargetInfo: {
    objectType: 'RestoreTargetInfo',
    recoveryOption: 'FailIfExists',
    restoreLocation: 'westeurope',
    datasourceInfo: {
      ...members(instance.dataSourceInfo),
      resourceID: COPY,
      resourceUri: COPY,
      resourceName: 'disk1-restored',
    },
  },
})

await step('a vault is made, and has an identity', async (t) => {
  const vault = await put(VAULT, {
    location: 'westeurope',
    identity: { type: 'SystemAssigned' },
    properties: { storageSettings: [{ datastoreType: 'VaultStore', type: 'LocallyRedundant' }] },
  })
  t.match(vault.properties, { provisioningState: 'Succeeded' }, 'the poller has waited for it')
  principalId = String(members(vault.identity).principalId)
  const changed = await patch(VAULT, { tags: { team: 'disks' } })
  t.match(changed, { tags: { team: 'disks' }, identity: { principalId } })
  t.equal((await list(VAULT.replace(/\/[^/]+$/, ''))).length, 1)
})

await step('it takes a policy', async (t) => {
  const policy = await putNow(`${VAULT}/backupPolicies/disks`, { properties: diskPolicy() })
  t.match(policy, { name: 'disks', properties: { datasourceTypes: ['Microsoft.Compute/disks'] } })
  t.equal((await list(`${VAULT}/backupPolicies`)).length, 1)
})

await step('a disk cannot be protected before its vault has its roles', async (t) => {
  const validate = () => post(`${VAULT}/validateForBackup`, { backupInstance: instance })
  await t.rejects(validate(), /UserErrorMissingRequiredPermissions/)

  const reader = await grant(1, 'Disk Backup Reader', DISK)
  await t.rejects(validate(), /UserErrorNotEnoughPermissionOnSnapshotRG/)
  await grant(2, 'Disk Snapshot Contributor', GROUP_ID)
  t.match(await validate(), { objectType: 'OperationJobExtendedInfo' })

  const there = await all(authorization.roleAssignments.listForScope(DISK, { filter: 'atScope()' }))
  t.ok(there.some(({ id }) => id === reader))
  t.equal(there.length, 2, 'what holds for the group holds for its disks')
})

await step('it is protected', async (t) => {
  t.match(await put(INSTANCE, { properties: instance }), {
    name: 'disk1',
    properties: { provisioningState: 'Succeeded' },
  })
  t.equal(await stateOf(), 'ProtectionConfigured')
  t.equal((await list(`${VAULT}/backupInstances`)).length, 1)
  t.equal((await list(`${DISK}/providers/Microsoft.DataProtection/backupInstances`)).length, 1)
  await t.rejects(post(`${VAULT}/validateForBackup`, { backupInstance: instance }), {
    name: 'RestError',
    code: 'UserErrorDppDatasourceAlreadyProtected',
    statusCode: 400,
  })
})

await step('it is backed up', async (t) => {
  const { jobId } = await backUp()
  const { seen, job } = await follow(jobId)
  t.strictSame(seen, ['InProgress', 'Completed'])
  t.match(job, { operation: 'Backup', isUserTriggered: true, dataSourceName: 'disk1' })
  t.equal((await list(`${VAULT}/backupJobs`)).length, 1)

  const [found, ...others] = await list(`${INSTANCE}/recoveryPoints`)
  t.equal(others.length, 0)
  t.match(found?.properties, { recoveryPointType: 'Incremental', retentionTagName: 'Default' })
  point = String(found?.name)
  t.strictSame(await get(`${INSTANCE}/recoveryPoints/${point}`), found)
})

await step('a new disk is made of the point, once the vault may', async (t) => {
  const validate = () => post(`${INSTANCE}/validateRestore`, { restoreRequestObject: restoreRequest() })
  await t.rejects(validate(), /UserErrorNotEnoughPermissionOnTargetRG/)
  await grant(3, 'Disk Restore Operator', GROUP_ID)
  await validate()

  const { jobId } = await post(`${INSTANCE}/restore`, restoreRequest())
  const { job } = await follow(jobId)
  t.match(job, { operation: 'Restore', status: 'Completed' })
  t.match(await get(`${COPY}?api-version=2024-03-02`), { name: 'disk1-restored', properties: { diskSizeGB: 64 } })
  await t.rejects(validate(), /UserErrorSameNameDiskAlreadyExists/, 'not twice')
})

await step('its protection stops and goes on', async (t) => {
  await post(`${INSTANCE}/stopProtection`)
  t.equal(await stateOf(), 'ProtectionStopped')
  await t.rejects(backUp(), { name: 'RestError', statusCode: 400 }, 'nothing is backed up meanwhile')
  await post(`${INSTANCE}/resumeProtection`)
  t.equal(await stateOf(), 'ProtectionConfigured')
  await post(`${INSTANCE}/suspendBackups`, {})
  t.equal(await stateOf(), 'BackupsSuspended')
  await post(`${INSTANCE}/resumeBackups`)
  t.equal(await stateOf(), 'ProtectionConfigured')
  await post(`${INSTANCE}/resumeProtection`)
  t.equal(await stateOf(), 'ProtectionConfigured', 'there is nothing to wait for')
})

await step('deleted, it can be had back, and holds the vault as long as it is there', async (t) => {
  await remove(INSTANCE)
  await t.rejects(get(INSTANCE), { name: 'RestError', statusCode: 404 })
  const [deleted] = await list(`${VAULT}/deletedBackupInstances`)
  t.match(deleted, { name: 'disk1', properties: { currentProtectionState: 'SoftDeleted' } })
  await t.rejects(remove(VAULT), { name: 'RestError', code: /^BMSUserErrorVaultDeletion/, statusCode: 400 })

  await post(`${VAULT}/deletedBackupInstances/disk1/undelete`)
  t.equal(await stateOf(), 'ProtectionStopped')
  t.equal((await list(`${INSTANCE}/recoveryPoints`)).length, 1, 'with its data')
})

await step('without soft delete everything goes', async (t) => {
  await patch(VAULT, { properties: { securitySettings: { softDeleteSettings: { state: 'Off' } } } })
  await remove(INSTANCE)
  t.strictSame(await list(`${VAULT}/deletedBackupInstances`), [])
  await removeNow(`${VAULT}/backupPolicies/disks`)
  await remove(VAULT)
  await t.rejects(get(VAULT), { name: 'RestError', code: 'ResourceNotFound', statusCode: 404 })
})
