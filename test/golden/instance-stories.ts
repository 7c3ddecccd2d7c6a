import {
  call,
  disk,
  diskId,
  instancePath,
  policy,
  policyName,
  snapshotGroupId,
  toItsEnd,
  vault,
} from './disk-stories.js'
import { ask, type Place, passing, type Step } from './stories.js'

const VERSION = '2024-04-01'
const ROLES = {
  onDisk: '3e5e47e6-65f7-47ef-90b5-e5dd4d455f24',
  onSnapshots: '7efff54f-a5b4-42b5-a1c5-5411624893ce',
} as const

type Members = Record<string, unknown>
const membersOf = (value: unknown): Members =>
  value !== null && typeof value === 'object' && !Array.isArray(value) ? (value as Members) : {}

/** The instance that a recording tells of, in whichever body it does. */
function recordedInstance({ recording: { request, response } }: Place): Members {
  const [asked, told] = [membersOf(request.body), membersOf(response.body)]
  const [first] = Array.isArray(told.value) ? told.value : []
  const found = [asked.properties, asked.backupInstance, told.properties, membersOf(first).properties]
  return found.map(membersOf).find(({ dataSourceInfo }) => dataSourceInfo !== undefined) ?? {}
}

/** `properties` that protect the recorded disk as it was recorded; of one that isn't shown, as the others are. */
function document(place: Place): Members {
  const { dataSourceInfo, policyInfo } = recordedInstance(place)
  const store = {
    objectType: 'AzureOperationalStoreParameters',
    dataStoreType: 'OperationalStore',
    resourceGroupId: snapshotGroupId(place),
  }
  return {
    objectType: 'BackupInstance',
    dataSourceInfo: dataSourceInfo ?? { resourceID: diskId(place) },
    policyInfo: policyInfo ?? {
      policyId: `${place.vaultId}/backupPolicies/${policyName(place)}`,
      policyParameters: { dataStoreParametersList: [store] },
    },
  }
}

/** The vault may have a role at a scope. */
const granted =
  (role: keyof typeof ROLES, scope: (place: Place) => string): Step =>
  async (place) => {
    const { body } = await ask(place, 'GET', place.vaultId, undefined, VERSION)
    const { principalId } = membersOf((body as Members).identity)
    const at = scope(place)
    const roleDefinitionId = `/subscriptions/${place.subscriptionId}/providers/Microsoft.Authorization/roleDefinitions/${ROLES[role]}`
    const properties = { principalId, principalType: 'ServicePrincipal', roleDefinitionId }
    const id = `${at}/providers/Microsoft.Authorization/roleAssignments/${ROLES[role]}`
    await ask(place, 'PUT', id, { properties }, '2022-04-01')
  }

const snapshotGroup: Step = async (place) =>
  void (await ask(place, 'PUT', snapshotGroupId(place), { location: place.location }, '2021-04-01'))

/** Everything that is needed to protect the disk, but what the vault is allowed to; not every recording names its vault. */
export const asked =
  (properties?: object): Step =>
  async (place) => {
    place.vaultId = place.vaultId.replace('Microsoft.RecoveryServices/vaults', 'Microsoft.DataProtection/backupVaults')
    for (const step of [vault(properties), disk, snapshotGroup, policy()]) await step(place)
  }

/** The same, and the vault may do it. */
export const allowed =
  (properties?: object): Step =>
  async (place) => {
    for (const step of [asked(properties), granted('onDisk', diskId), granted('onSnapshots', snapshotGroupId)])
      await step(place)
  }

export const instance = call('PUT', instancePath, (place) => ({ properties: document(place) }))

/** An instance of the recorded disk, configured. */
export const configured = (properties?: object): Step => toItsEnd(both(allowed(properties), instance))

const both =
  (...steps: Step[]): Step =>
  async (place) => {
    for (const step of steps) await step(place)
  }

/** The PUT of an instance is over, and it is not configured yet. */
export const made: Step = both(allowed(), instance, passing('PT50S'))

/** A configuration that has failed. */
export const failed: Step = toItsEnd(both(asked(), instance))

export const validation = call(
  'POST',
  ({ vaultId }) => `${vaultId}/validateForBackup`,
  (place) => ({
    backupInstance: document(place),
  }),
)

/** An action of the instance, to its end. */
export const acted = (action: string): Step => toItsEnd(call('POST', (place) => `${instancePath(place)}/${action}`))

export const removed: Step = both(call('DELETE', instancePath), passing('PT2M'))
