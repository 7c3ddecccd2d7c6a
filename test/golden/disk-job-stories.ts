import { diskPolicy } from '../support/disk-story.js'
import { instancePath, policy, policyName, snapshotGroupId, vault } from './disk-stories.js'
import { ask, type Place, passing, type Step, settle } from './stories.js'

/** The version of everything on the way to a recorded request. */
const VERSION = '2024-04-01'
/** What the identity of a vault needs, wherever it is needed (wire-disk.md 4). */
const ROLES = [
  '3e5e47e6-65f7-47ef-90b5-e5dd4d455f24',
  '7efff54f-a5b4-42b5-a1c5-5411624893ce',
  'b50d9833-a0cb-478e-945f-707fcc997c13',
]

const groupOf = ({ vaultId }: Place) => /^.*\/resourceGroups\/[^/]+/i.exec(vaultId)?.[0] ?? ''

/** What a job of the recording calls the disk that it is of; a name of ours where there is none. */
const sourceId = (place: Place) =>
  /"dataSourceId":"([^"]+)"/.exec(JSON.stringify(place.recording))?.[1] ??
  `${groupOf(place)}/providers/Microsoft.Compute/disks/story-disk`

/** The disk, empty, of 4 GB as in the recordings. */
const disk: Step = async (place) => {
  place.emulator.seed({ disks: [{ id: sourceId(place), location: place.location, diskSizeGB: 4 }] })
}

/** The identity of the vault may do everything that it has to. */
const allowed: Step = async (place) => {
  const { body } = await ask(place, 'GET', place.vaultId, undefined, VERSION)
  const { principalId } = (body as { identity?: { principalId?: string } }).identity ?? {}
  const subscription = `/subscriptions/${place.subscriptionId}`
  const authorization = `${subscription}/providers/Microsoft.Authorization`
  for (const role of ROLES) {
    const properties = { principalId, roleDefinitionId: `${authorization}/roleDefinitions/${role}` }
    await ask(place, 'PUT', `${authorization}/roleAssignments/${role}`, { properties }, '2022-04-01')
  }
}

const protection: Step = async (place) => {
  const resourceID = sourceId(place)
  const properties = {
    friendlyName: resourceID.split('/').pop(),
    objectType: 'BackupInstance',
    dataSourceInfo: { objectType: 'Datasource', datasourceType: 'Microsoft.Compute/disks', resourceID },
    policyInfo: {
      policyId: `${place.vaultId}/backupPolicies/${policyName(place)}`,
      policyParameters: {
        dataStoreParametersList: [
          {
            objectType: 'AzureOperationalStoreParameters',
            dataStoreType: 'OperationalStore',
            resourceGroupId: snapshotGroupId(place),
          },
        ],
      },
    },
  }
  await ask(place, 'PUT', instancePath(place), { properties }, VERSION)
  await passing('PT3M')(place)
}

const DAILY = ['R/2024-01-01T12:00:00+00:00/P1D']
const RARELY = ['R/2030-01-01T12:00:00+00:00/P1D']
/** A policy that keeps points for 7 days. */
const sevenDays = (intervals: readonly string[]) => diskPolicy({ intervals: [...intervals] })

const protectedBy =
  (intervals: readonly string[]): Step =>
  async (place) => {
    for (const step of [vault(), policy(sevenDays(intervals)), disk, allowed, protection]) await step(place)
  }

/** A protected disk that nothing is done with before somebody asks for it. */
export const protectedDisk = protectedBy(RARELY)
/** A protected disk that is backed up every day at noon. */
export const dailyDisk = protectedBy(DAILY)

/** A call on the instance that leads to a job: its operation and its job are the story's from now on. */
const started =
  (action: string, document: (place: Place) => object): Step =>
  async (place) => {
    const { operation } = await ask(place, 'POST', `${instancePath(place)}/${action}`, document(place), VERSION)
    await passing('PT5S')(place)
    const { body } = await ask(place, 'GET', `${place.vaultId}/operationStatus/${operation}`, undefined, VERSION)
    place.ids.operation = operation
    place.ids.job = body.properties?.jobId?.split('/').pop() ?? ''
  }

export const backup = started('backup', () => ({
  backupRuleOptions: { ruleName: 'BackupHourly', triggerOption: { retentionTagOverride: 'Default' } },
}))

/** The newest point is the one that the recorded request asks for. */
const newestPoint: Step = async (place) => {
  const { body } = await ask(place, 'GET', `${instancePath(place)}/recoveryPoints`, undefined, VERSION)
  place.ids.point = body.value?.[0]?.name ?? ''
}

/** A backup on demand that has ended. */
export const backedUp: Step = async (place) => {
  await backup(place)
  await settle(place)
  await newestPoint(place)
}

/** The newest job is the one that the recorded request asks for. */
export const newestJob: Step = async (place) => {
  const { body } = await ask(place, 'GET', `${place.vaultId}/backupJobs`, undefined, VERSION)
  place.ids.job = body.value?.[0]?.name ?? ''
}

/** A restore of the newest point to the disk that the recording names. */
export const restore = started('restore', (place) => {
  const destination = /"recoveryDestination":"([^"]+)"/.exec(JSON.stringify(place.recording))?.[1]
  return {
    objectType: 'AzureBackupRecoveryPointBasedRestoreRequest',
    recoveryPointId: place.ids.point,
    sourceDataStoreType: 'OperationalStore',
    restoreTargetInfo: {
      objectType: 'RestoreTargetInfo',
      recoveryOption: 'FailIfExists',
      restoreLocation: place.location,
      datasourceInfo: {
        objectType: 'Datasource',
        datasourceType: 'Microsoft.Compute/disks',
        resourceID: destination ?? `${sourceId(place)}-restored`,
      },
    },
  }
})
