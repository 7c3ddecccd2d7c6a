import type { ShareSeed } from '../../src/domain/inventory/storage-seeds.js'
import { ask, begin, itsJob, type Place, type Step, settle } from './stories.js'

interface AccountScene {
  /** The vault's own where nothing is said. */
  group?: string
  shares?: (string | ShareSeed)[]
  classic?: boolean
}

const groupOf = ({ vaultId }: Place) => /\/resourceGroups\/([^/]+)/i.exec(vaultId)?.[1] ?? ''
const accountId = (place: Place, name: string, group = groupOf(place)) =>
  `/subscriptions/${place.subscriptionId}/resourceGroups/${group}/providers/Microsoft.Storage/storageAccounts/${name}`
const containerPath = (place: Place, name: string) =>
  `${place.vaultId}/backupFabrics/Azure/protectionContainers/StorageContainer;Storage;${groupOf(place)};${name}`

/** There is a storage account with these shares. */
export const account =
  (name: string, { group, shares = [], classic = false }: AccountScene = {}): Step =>
  async (place) => {
    const { subscriptionId, location } = place
    const fileShares = shares.map((share) => (typeof share === 'string' ? { name: share } : share))
    place.emulator.seed({
      storageAccounts: [
        { subscriptionId, resourceGroup: group ?? groupOf(place), name, location, classic, fileShares },
      ],
    })
  }

/** The registration of an account of the vault's group has begun. */
export const register =
  (name: string): Step =>
  async (place) => {
    const properties = {
      containerType: 'StorageContainer',
      backupManagementType: 'AzureStorage',
      sourceResourceId: accountId(place, name),
    }
    await begin(place, 'PUT', containerPath(place, name), { properties })
  }

/** An account of the vault's group with its shares, registered. */
export const registered =
  (name: string, ...shares: (string | ShareSeed)[]): Step =>
  async (place) => {
    await account(name, { shares })(place)
    await register(name)(place)
    await settle(place)
  }

export const unregister =
  (name: string): Step =>
  async (place) =>
    begin(place, 'DELETE', containerPath(place, name))

/** How the path of an item is spelled when it is first protected, which is how it is listed from then on. */
export type Spelling = 'as in the list of what can be protected' | 'as in the list of containers'

/** The protection of a share by a policy has begun, all of its vault's names in the casing of the list. */
export const enable =
  (name: string, share: string, policyName: string, spelling?: Spelling): Step =>
  async (place) => {
    const { body } = await ask(place, 'GET', `${place.vaultId}/backupProtectableItems`)
    const found = body.value?.find(({ properties }) => properties.friendlyName === share)
    const hash = found?.name.split(';')[1]
    if (hash === undefined) throw new Error(`the story ends at '${share}': it is not offered`)
    place.ids.share = hash
    const listed = containerPath(place, name)
    const container =
      spelling === 'as in the list of containers'
        ? listed
        : listed.replace('StorageContainer;Storage', 'storagecontainer;storage')
    place.share = {
      accountId: accountId(place, name),
      container: listed,
      item: `${container}/protectedItems/azurefileshare;${hash}`,
    }
    await put({ policyId: `${place.vaultId}/backupPolicies/${policyName}` })(place)
  }

function shareOf({ share }: Place) {
  if (!share) throw new Error('a story about a share protects one first')
  return share
}

const put =
  (properties: object): Step =>
  async (place) => {
    const { item, accountId: sourceResourceId } = shareOf(place)
    const source = { protectedItemType: 'AzureFileShareProtectedItem', sourceResourceId }
    await begin(place, 'PUT', item, { properties: { ...source, ...properties } })
  }

const ended =
  (step: Step): Step =>
  async (place) => {
    await step(place)
    await settle(place)
    await itsJob(place)
  }

export const protect = (...of: Parameters<typeof enable>) => ended(enable(...of))
export const stop = ended(put({ policyId: '', protectionState: 'ProtectionStopped' }))
export const remove: Step = ended(async (place) => begin(place, 'DELETE', shareOf(place).item))
export const undelete = ended(put({ isRehydrate: true, protectionState: 'ProtectionStopped' }))
export const unregistered = (name: string) => ended(unregister(name))

/** A backup that has ended, and its point. */
export const backedUp =
  (recoveryPointExpiryTimeInUTC?: string): Step =>
  async (place) => {
    const { item } = shareOf(place)
    const named = recoveryPointExpiryTimeInUTC === undefined ? {} : { recoveryPointExpiryTimeInUTC }
    await begin(place, 'POST', `${item}/backup`, {
      properties: { objectType: 'AzureFileShareBackupRequest', ...named },
    })
    await itsJob(place)
    await settle(place)
    const { body } = await ask(place, 'GET', `${item}/recoveryPoints`)
    const name = body.value?.[0]?.name
    if (name !== undefined) place.ids.point = name
  }

/** A restore that has ended, of the whole share in place where nothing else is said. */
export const restored = (changes: (place: Place) => object = () => ({})): Step =>
  ended(async (place) => {
    const { item, accountId: sourceResourceId } = shareOf(place)
    const properties = {
      objectType: 'AzureFileShareRestoreRequest',
      recoveryType: 'OriginalLocation',
      sourceResourceId,
      copyOptions: 'Overwrite',
      restoreRequestType: 'FullShareRestore',
      ...changes(place),
    }
    await begin(place, 'POST', `${item}/recoveryPoints/${place.ids.point}/restore`, { properties })
  })

/** Into a share of another account of the vault's group. */
export const elsewhere = (name: string, share: string) => (place: Place) => ({
  recoveryType: 'AlternateLocation',
  targetDetails: { name: share, targetResourceId: accountId(place, name) },
})

/** What is true of an account of the vault's group from now on. */
export const condition =
  (name: string, conditions: Record<string, unknown>): Step =>
  async (place) =>
    void place.emulator.seed({
      storageAccounts: [{ id: accountId(place, name), location: place.location, conditions }],
    })
