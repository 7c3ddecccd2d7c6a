import { diskPolicy } from '../support/disk-story.js'
import { ask, type Place, type Step, settle } from './stories.js'

/** The version of everything on the way to a recorded request. */
const VERSION = '2024-04-01'

const groupOf = ({ vaultId }: Place) => /^.*\/resourceGroups\/[^/]+/i.exec(vaultId)?.[0] ?? ''

/** What a recording calls the disk that it is about; a name of ours where it names none. */
export const diskId = (place: Place) =>
  /"resourceID":"([^"]+\/disks\/[^"]+)"/i.exec(JSON.stringify(place.recording))?.[1] ??
  `${groupOf(place)}/providers/Microsoft.Compute/disks/story-disk`

/** Where the snapshots go: as the recording has it, else the vault's own group. */
export const snapshotGroupId = (place: Place) =>
  /"resourceGroupId":"([^"]+)"/.exec(JSON.stringify(place.recording))?.[1] ?? groupOf(place)

/** The policy that the recording names. */
export const policyName = ({ recording }: Place) =>
  /\/backupPolicies\/([^/"]+)/.exec(JSON.stringify(recording))?.[1] ?? 'diskpolicy'

/** The backup instance that the recording names. */
export const instanceName = ({ recording }: Place) =>
  /\/(?:deletedB|b)ackupInstances\/([^/"]+)/.exec(JSON.stringify(recording))?.[1] ?? 'story-disk'

export const instancePath = (place: Place) => `${place.vaultId}/backupInstances/${instanceName(place)}`

/** A call below the vault: what it handed out is what the recorded request asks for. */
export const call =
  (method: string, path: (place: Place) => string, document?: (place: Place) => object): Step =>
  async (place) => {
    const { operation } = await ask(place, method, path(place), document?.(place), VERSION)
    place.ids.operation = operation
  }

/** One call, and all that follows from it. */
export const toItsEnd =
  (step: Step): Step =>
  async (place) => {
    await step(place)
    await settle(place)
  }

/** A vault that is just being made, with more `properties` than every vault has. */
export const newVault = (properties: object = {}): Step =>
  call(
    'PUT',
    ({ vaultId }) => vaultId,
    ({ location }) => ({
      location,
      identity: { type: 'SystemAssigned' },
      properties: { storageSettings: [{ datastoreType: 'VaultStore', type: 'LocallyRedundant' }], ...properties },
    }),
  )

/** The story's vault has this name: its recording doesn't say it. */
export const called =
  (name: string): Step =>
  async (place) => {
    place.vaultId = `${groupOf(place)}/providers/Microsoft.DataProtection/backupVaults/${name}`
  }

export const vault = (properties?: object) => toItsEnd(newVault(properties))
export const removeVault = call('DELETE', ({ vaultId }) => vaultId)

/** A policy that strikes every four hours and keeps points for 7 days, as the recordings have it (golden disk/05). */
const EVERY_FOUR_HOURS = diskPolicy({ intervals: ['R/2020-04-05T13:00:00+00:00/PT4H'] })

/** A policy of the name that the recording has. */
export const policy =
  (properties: object = EVERY_FOUR_HOURS): Step =>
  async (place) =>
    void (await ask(place, 'PUT', `${place.vaultId}/backupPolicies/${policyName(place)}`, { properties }, VERSION))

/** The disk of the recording, empty. */
export const disk: Step = async (place) =>
  void place.emulator.seed({ disks: [{ id: diskId(place), location: place.location, diskSizeGB: 4 }] })
