import type { MachineSeed } from '../../src/domain/inventory/inventory-seeds.js'
import type { Emulator } from '../../src/emulator.js'
import type { GivenIds, Recording } from './recordings.js'

/** Where a story takes place, and what the emulator has handed out in it so far. */
export interface Place {
  emulator: Emulator
  recording: Recording
  subscriptionId: string
  vaultId: string
  /** The vault's region. */
  location: string
  /** The machine that the story is about. */
  machineId: string
  /** The file share that the story is about, where it is about one. */
  share?: { accountId: string; container: string; item: string }
  ids: GivenIds
}

/** What happens before the recorded request is sent. */
export type Step = (place: Place) => Promise<void>

/** When and where a recording was made. */
export interface Scene {
  now: string
  location: string
  /** The machine's name in its own casing, and its group where it isn't the vault's. */
  machine: string
  group?: string
  vmSize?: string
  dataDisks?: number
  /** A machine of the classic deployment model, in a cloud service of its name. */
  classic?: boolean
}

const VAULT_ID =
  /\/subscriptions\/([^/"]+)\/resourceGroups\/([^/"]+)\/providers\/Microsoft\.(?:RecoveryServices\/vaults|Backup\/BackupVault|DataProtection\/backupVaults)\/[^/"?\s]+/i
const GROUP_ID = /\/subscriptions\/([^/"]+)\/resourceGroups\/([^/"]+)/i
const SUBSCRIPTION_ID = /\/subscriptions\/([^/"]+)/i

/** The place of a recording's vault and machine; the machine exists before the vault does. */
export function placeOf(emulator: Emulator, recording: Recording, scene: Scene): Place {
  const text = `${recording.request.path} ${JSON.stringify(recording)}`
  const named = VAULT_ID.exec(text)
  const [, subscriptionId = '', group = 'story'] = named ?? GROUP_ID.exec(text) ?? SUBSCRIPTION_ID.exec(text) ?? []
  const [, vaultName = 'story-vault'] = /"resourceName":"([^"]+)"/.exec(text) ?? []
  const inGroup = `/subscriptions/${subscriptionId}/resourceGroups/${group}`
  const vaultId = named?.[0] ?? `${inGroup}/providers/Microsoft.RecoveryServices/vaults/${vaultName}`
  const machine: MachineSeed = {
    subscriptionId,
    resourceGroup: scene.group ?? group,
    name: scene.machine,
    location: scene.location,
    vmSize: scene.vmSize ?? 'Standard_DS1_v2',
    ...(scene.classic ? { cloudService: scene.machine } : {}),
    dataDisks: Array.from({ length: scene.dataDisks ?? 0 }, (_, lun) => ({ lun, diskSizeGB: 32 })),
  }
  const [machineId = ''] = emulator.seed({ virtualMachines: [machine] })
  return { emulator, recording, subscriptionId, vaultId, location: scene.location, machineId, ids: {} }
}

interface Told {
  operation: string
  body: {
    properties?: { jobId?: string }
    correlationId?: string
    value?: { name: string; properties: Record<string, unknown> }[]
  }
}

/** Asks something on the way; a story in which something is refused is wrong. */
export async function ask(
  place: Place,
  method: string,
  path: string,
  body?: unknown,
  version = '2024-04-01',
): Promise<Told> {
  const url = `${place.emulator.url}${path}${path.includes('?') ? '&' : '?'}api-version=${version}`
  const response = await fetch(url, {
    method,
    ...(body === undefined ? {} : { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
  })
  const text = await response.text()
  if (!response.ok) throw new Error(`the story ends at ${method} ${path}: ${response.status} ${text}`)
  const polled = response.headers.get('azure-asyncoperation') ?? response.headers.get('location') ?? url
  const operation = new URL(polled).pathname.split('/').pop() ?? ''
  return { operation, body: text === '' ? {} : JSON.parse(text) }
}

/** A call that ends in a job: what it handed out is what the recorded request asks for. */
export async function begin(place: Place, method: string, path: string, body?: unknown): Promise<void> {
  const { operation } = await ask(place, method, path, body)
  place.ids.operation = operation
}

/** Somebody has polled jobs that often. */
export const jobsRead =
  (times: number): Step =>
  async (place) => {
    for (let read = 0; read < times; read++) await ask(place, 'GET', `${place.vaultId}/backupJobs`)
  }

/** Lets everything come to its end. */
export const settle: Step = async ({ emulator }) => void emulator.clock.advance({ until: 'idle' })

export const passing =
  (by: string): Step =>
  async ({ emulator }) =>
    void emulator.clock.advance({ by })

const isClassic = ({ machineId }: Place) => /\/Microsoft\.ClassicCompute\//i.test(machineId)

const nameOf = (place: Place) => {
  const [, group, machine] = /resourceGroups\/([^/]+)\/.*\/([^/]+)$/i.exec(place.machineId) ?? []
  const marker = isClassic(place) ? 'iaasvmcontainer' : 'iaasvmcontainerv2'
  return `${marker};${group};${machine}`.toLowerCase()
}

const itemPath = (place: Place) =>
  `${place.vaultId}/backupFabrics/Azure/protectionContainers/IaasVMContainer;${nameOf(place)}/protectedItems/VM;${nameOf(place)}`

/** The same story about another machine of the vault's group. */
export const about =
  (name: string, ...steps: Step[]): Step =>
  async (place) => {
    const [group] = /^.*\/resourceGroups\/[^/]+/i.exec(place.vaultId) ?? []
    const id = `${group}/providers/Microsoft.Compute/virtualMachines/${name}`
    place.emulator.seed({ virtualMachines: [{ id, location: place.location }] })
    const other = { ...place, machineId: id, ids: {} }
    for (const step of steps) await step(other)
  }

/** The machines that a recorded list tells of. */
export const listedMachines: Step = async ({ emulator, recording, location }) => {
  const { value = [] } = recording.response.body as { value?: { properties: { virtualMachineId: string } }[] }
  emulator.seed({ virtualMachines: value.map(({ properties }) => ({ id: properties.virtualMachineId, location })) })
}

/** A vault of a version that makes it at once. */
export const vault =
  (document: { properties?: object; tags?: object; sku?: object; identity?: object } = {}): Step =>
  async (place) => {
    const body = { location: place.location, sku: { name: 'Standard' }, properties: {}, ...document }
    await ask(place, 'PUT', place.vaultId, body, '2021-03-01')
  }

/** A call on the vault as today's versions make it: it takes its time. */
export const vaultCall =
  (method: string, document?: object): Step =>
  async (place) => {
    const { operation } = await ask(place, method, place.vaultId, document, '2025-08-01')
    place.ids.operation = operation
  }

/** The vault is deleted, and kept for who wants it back. */
export const vaultDeleted: Step = async (place) => {
  await vaultCall('DELETE')(place)
  await settle(place)
  place.ids = { deletedVault: (await deletedVaults(place))[0] ?? '' }
}

const deletedVaults = async (place: Place) => {
  const path = `/subscriptions/${place.subscriptionId}/providers/Microsoft.RecoveryServices/locations/${place.location}/deletedVaults`
  const { body } = await ask(place, 'GET', path, undefined, '2025-08-01')
  return (body.value ?? []).map(({ name }) => name)
}

/** It is wanted back. */
export const vaultUndeletion: Step = async (place) => {
  const path = `/subscriptions/${place.subscriptionId}/providers/Microsoft.RecoveryServices/locations/${place.location}/deletedVaults/${place.ids.deletedVault}/undelete`
  const [recoveryResourceGroupId] = /^.*\/resourceGroups\/[^/]+/i.exec(place.vaultId) ?? []
  await begin(place, 'POST', path, { properties: { recoveryResourceGroupId } })
}

/** The same story of other vaults, the recorded request names them all. */
export const ofVaults =
  (vaultIds: readonly string[], ...steps: Step[]): Step =>
  async (place) => {
    for (const vaultId of vaultIds) for (const step of steps) await step({ ...place, vaultId, ids: {} })
  }

/** A call below the vault that takes its time: what it handed out is what the recorded request asks for. */
export const begun =
  (method: string, path: string, document: (place: Place) => object): Step =>
  (place) =>
    begin(place, method, `${place.vaultId}/${path}`, document(place))

/** A server of Data Protection Manager registers with the vault. */
export const registeredServer =
  (name: string): Step =>
  async ({ emulator, vaultId }) =>
    void emulator.seed({
      servers: [{ resourceGroup: 'servers', name, registration: { vault: vaultId, agent: 'DPM' } }],
    })

/** A check in the background of a restore that could not start: from a point that there is not. */
export const validation: Step = async (place) => {
  const properties = {
    objectType: 'ValidateIaasVMRestoreOperationRequest',
    restoreRequest: {
      objectType: 'IaasVMRestoreRequest',
      recoveryType: 'RestoreDisks',
      recoveryPointId: '1',
      sourceResourceId: place.machineId,
      storageAccountId: `/subscriptions/${place.subscriptionId}/resourceGroups/store/providers/Microsoft.Storage/storageAccounts/store`,
      region: place.location,
    },
  }
  const id = `${itemPath(place)}/recoveryPoints/1`
  await begin(place, 'POST', `${place.vaultId}/backupTriggerValidateOperation`, { id, properties })
}

/** The vault's data is about to move to another vault, of another region. */
export const dataMove: Step = async (place) => {
  const target = { ...place, vaultId: `${place.vaultId}-target`, location: 'northeurope' }
  await vault()(target)
  const document = { targetResourceId: target.vaultId, targetRegion: target.location, dataMoveLevel: 'Vault' }
  await begin(place, 'POST', `${place.vaultId}/backupstorageconfig/vaultstorageconfig/prepareDataMove`, document)
}

/** The published examples move data between regions of Azure Government: here the other vault lies in another one. */
const OTHER_REGION = 'northeurope'

const asking = (place: Place, changes: object): void => {
  const { request } = place.recording
  place.recording = { ...place.recording, request: { ...request, body: { ...(request.body as object), ...changes } } }
}

/** The vault that the recorded preparation names as its target. */
export const moveTarget: Step = async (place) => {
  const { targetResourceId } = place.recording.request.body as { targetResourceId: string }
  await vault()({ ...place, vaultId: targetResourceId, location: OTHER_REGION })
  asking(place, { targetRegion: OTHER_REGION })
}

/** The vault that the recorded move names as its source, prepared for it. */
export const preparedSource: Step = async (place) => {
  const { sourceResourceId } = place.recording.request.body as { sourceResourceId: string }
  const [group = ''] = GROUP_ID.exec(sourceResourceId) ?? []
  const machineId = `${group}/providers/Microsoft.Compute/virtualMachines/moved`
  place.emulator.seed({ virtualMachines: [{ id: machineId, location: OTHER_REGION }] })
  const source: Place = { ...place, vaultId: sourceResourceId, location: OTHER_REGION, machineId, ids: {} }
  for (const step of [vault(), protect()]) await step(source)
  const storageConfig = `${sourceResourceId}/backupstorageconfig/vaultstorageconfig`
  const document = { targetResourceId: place.vaultId, targetRegion: place.location, dataMoveLevel: 'Vault' }
  await begin(source, 'POST', `${storageConfig}/prepareDataMove`, document)
  await settle(source)
  const { body } = await ask(source, 'GET', `${storageConfig}/operationResults/${source.ids.operation}`)
  asking(place, { sourceRegion: OTHER_REGION, correlationId: body.correlationId })
}

/** A document below the vault. */
export const below =
  (method: string, path: string, document: object): Step =>
  async (place) =>
    void (await ask(place, method, `${place.vaultId}/${path}`, document))

const guardId = ({ subscriptionId }: Place) =>
  `/subscriptions/${subscriptionId}/resourceGroups/clitest-rg/providers/Microsoft.DataProtection/resourceGuards/clitest-resource-guard`

/** The resource guard that all recordings have. */
export const guard: Step = async (place) => {
  const properties = { description: 'resource guard for CLI automated test' }
  await ask(place, 'PUT', guardId(place), { location: place.location, properties })
}

/** The vault is attached to it. */
export const guarded: Step = async (place) => {
  await guard(place)
  await below('PUT', PROXY, { properties: { resourceGuardResourceId: guardId(place) } })(place)
}
const PROXY = 'backupResourceGuardProxies/VaultProxy'

const unlock = async (place: Place, collection: string, more: object = {}) =>
  below('POST', `${PROXY}/unlockDelete`, {
    resourceGuardOperationRequests: [`${guardId(place)}/${collection}/default`],
    ...more,
  })(place)

/** It lets the item be deleted. */
export const itemUnlocked: Step = (place) =>
  unlock(place, 'deleteProtectedItemRequests', { resourceToBeDeleted: itemPath(place) })

/** It lets itself be taken away. */
export const guardUnlocked: Step = (place) => unlock(place, 'deleteResourceGuardProxyRequests')

export const storage =
  (storageModelType: string): Step =>
  async (place) => {
    const body = { properties: { storageModelType, crossRegionRestoreFlag: false } }
    await ask(place, 'PUT', `${place.vaultId}/backupstorageconfig/vaultstorageconfig`, body)
  }

export const softDelete =
  (softDeleteFeatureState: string): Step =>
  async (place) => {
    const body = { properties: { enhancedSecurityState: 'Enabled', softDeleteFeatureState } }
    await ask(place, 'PATCH', `${place.vaultId}/backupconfig/vaultconfig`, body)
  }

export const policy =
  (name: string, properties: object): Step =>
  async (place) =>
    void (await ask(place, 'PUT', `${place.vaultId}/backupPolicies/${name}`, { properties }))

const put =
  (properties: (place: Place) => object): Step =>
  async (place) => {
    const protectedItemType = `Microsoft.${isClassic(place) ? 'ClassicCompute' : 'Compute'}/virtualMachines`
    const source = { protectedItemType, sourceResourceId: place.machineId }
    await begin(place, 'PUT', itemPath(place), { properties: { ...source, ...properties(place) } })
  }

/** The job of the operation that was begun last. */
export const itsJob: Step = async (place) => {
  const { body } = await ask(place, 'GET', `${place.vaultId}/backupOperations/${place.ids.operation}`)
  const job = body.properties?.jobId
  if (job !== undefined) place.ids.job = job
}

const ended =
  (step: Step): Step =>
  async (place) => {
    await step(place)
    await settle(place)
    await itsJob(place)
  }

export const enable = (policyName = 'DefaultPolicy', more: object = {}): Step =>
  put(({ vaultId }) => ({ policyId: `${vaultId}/backupPolicies/${policyName}`, ...more }))

export const protect = (policyName?: string, more?: object) => ended(enable(policyName, more))
export const stop = ended(put(() => ({ policyId: '', protectionState: 'ProtectionStopped' })))
export const undelete = ended(put(() => ({ policyId: '', isRehydrate: true, protectionState: 'ProtectionStopped' })))
export const remove = ended((place) => begin(place, 'DELETE', itemPath(place)))

/** A backup that has begun; `expiry` as the recorded job names it. */
export const backup =
  (recoveryPointExpiryTimeInUTC?: string): Step =>
  async (place) => {
    const named = recoveryPointExpiryTimeInUTC === undefined ? {} : { recoveryPointExpiryTimeInUTC }
    await begin(place, 'POST', `${itemPath(place)}/backup`, {
      properties: { objectType: 'IaasVMBackupRequest', ...named },
    })
    await itsJob(place)
  }

/** The newest point that there is. */
export const newestPoint: Step = async (place) => {
  const { body } = await ask(place, 'GET', `${itemPath(place)}/recoveryPoints`)
  const name = body.value?.[0]?.name
  if (name !== undefined) place.ids.point = name
}

export const backedUp =
  (expiry?: string): Step =>
  async (place) => {
    await backup(expiry)(place)
    await settle(place)
    await newestPoint(place)
  }

/** Lets time pass, event by event, until the job's tasks stand like this. */
export const until =
  (...statuses: string[]): Step =>
  async (place) => {
    for (let events = 0; events < 20; events++) {
      const { body } = await ask(place, 'GET', `${place.vaultId}/backupJobs/${place.ids.job}`)
      const { extendedInfo } = (body.properties ?? {}) as { extendedInfo?: { tasksList: { status: string }[] } }
      if (extendedInfo?.tasksList.map(({ status }) => status).join() === statuses.join()) return
      const next = place.emulator.clock.read().nextEvent
      if (next === null) break
      place.emulator.clock.advance({ to: new Date(next.at).toISOString() })
    }
    throw new Error(`the job never stands at ${statuses.join(', ')}`)
  }

/** A restore that has begun, of disks where nothing else is said: the job is the operation. */
export const restore =
  (account: string, targetGroup?: string, more: (groups: string) => object = () => ({})): Step =>
  async (place) => {
    const groups = `/subscriptions/${place.subscriptionId}/resourceGroups`
    const properties = {
      objectType: 'IaasVMRestoreRequest',
      recoveryPointId: place.ids.point,
      recoveryType: 'RestoreDisks',
      sourceResourceId: place.machineId,
      storageAccountId: `${groups}/store/providers/Microsoft.Storage/storageAccounts/${account}`,
      region: place.location,
      ...(targetGroup === undefined ? {} : { targetResourceGroupId: `${groups}/${targetGroup}` }),
      ...more(groups),
    }
    await begin(place, 'POST', `${itemPath(place)}/recoveryPoints/${place.ids.point}/restore`, { properties })
    await itsJob(place)
  }

export const cancel: Step = async (place) => begin(place, 'POST', `${place.vaultId}/backupJobs/${place.ids.job}/cancel`)

export const exportJobs: Step = async (place) => begin(place, 'POST', `${place.vaultId}/backupJobsExport`)

export const refresh: Step = async (place) =>
  begin(place, 'POST', `${place.vaultId}/backupFabrics/Azure/refreshContainers`)

/** Files of a point are made reachable, or no longer. */
export const itemLevelRecovery =
  (action: 'provision' | 'revoke'): Step =>
  async (place) => {
    const path = `${itemPath(place)}/recoveryPoints/${place.ids.point}/${action}InstantItemRecovery`
    const properties = {
      objectType: 'IaasVMILRRegistrationRequest',
      recoveryPointId: place.ids.point,
      virtualMachineId: place.machineId,
    }
    await begin(place, 'POST', path, action === 'provision' ? { properties } : undefined)
  }

/** The newest point that can be moved to the archive. */
export const movablePoint: Step = async (place) => {
  const filter = encodeURIComponent("moveReadyRPOnly eq 'true'")
  const { body } = await ask(place, 'GET', `${itemPath(place)}/recoveryPoints?$filter=${filter}`)
  const name = body.value?.[0]?.name
  if (name === undefined) throw new Error('no point of the story can be moved')
  place.ids.point = name
}

const ARCHIVE = { sourceTierType: 'HardenedRP', targetTierType: 'ArchivedRP' }

/** Its data goes to the archive. */
export const archived = ended((place) =>
  begin(place, 'POST', `${itemPath(place)}/recoveryPoints/${place.ids.point}/move`, ARCHIVE),
)

/** What the archive saves is asked for. */
export const tieringCost: Step = async (place) =>
  begin(place, 'POST', `${place.vaultId}/backupTieringCost/default/fetchTieringCost`, {
    objectType: 'FetchTieringCostSavingsInfoForVaultRequest',
    ...ARCHIVE,
  })

/** The machine is in another state, or something is wrong with it. */
export const condition =
  (conditions: Record<string, unknown>): Step =>
  async ({ emulator, machineId, location }) =>
    void emulator.seed({ virtualMachines: [{ id: machineId, location, conditions }] })

/** The machine's own document says more. */
export const machineDocument =
  (document: object): Step =>
  async (place) =>
    void (await ask(place, 'PATCH', place.machineId, document))

const PAIRED: Record<string, string> = { centraluseuap: 'eastus2euap' }
const pairedPath = ({ subscriptionId, location }: Place) =>
  `/subscriptions/${subscriptionId}/providers/Microsoft.RecoveryServices/locations/${PAIRED[location]}`
const asSecondary = (place: Place, method: string, path: string, body?: unknown) =>
  ask(place, method, path, body, '2021-11-15')

/** A token for the restore of the point in the paired region. */
export const accessToken: Step = async (place) => {
  const aad = await asSecondary(place, 'GET', `${pairedPath(place)}/backupAadProperties`)
  const path = `${itemPath(place)}/recoveryPoints/${place.ids.point}/accessToken`
  const { body } = await asSecondary(place, 'POST', path, aad.body)
  const { accessTokenString, resourceId, datasourceId } = (body.properties ?? {}) as Record<string, string>
  Object.assign(place.ids, { token: accessTokenString, vaultNumber: resourceId, dataNumber: datasourceId })
}

/** A restore of disks in the paired region that has begun. */
export const crossRegionRestore =
  (account: string, targetGroup: string): Step =>
  async (place) => {
    await accessToken(place)
    const groups = `/subscriptions/${place.subscriptionId}/resourceGroups`
    const { operation } = await asSecondary(place, 'POST', `${pairedPath(place)}/backupCrossRegionRestore`, {
      crossRegionRestoreAccessDetails: { objectType: 'CrrAccessToken', accessTokenString: place.ids.token },
      restoreRequest: {
        objectType: 'IaasVMRestoreRequest',
        recoveryPointId: place.ids.point,
        recoveryType: 'RestoreDisks',
        sourceResourceId: place.machineId,
        targetResourceGroupId: `${groups}/${targetGroup}`,
        storageAccountId: `${groups}/store/providers/Microsoft.Storage/storageAccounts/${account}`,
        region: PAIRED[place.location],
      },
    })
    const { body } = await asSecondary(place, 'GET', `${pairedPath(place)}/backupCrrOperationsStatus/${operation}`)
    Object.assign(place.ids, { operation, job: body.properties?.jobId })
  }

/** The machine is deleted. */
export const gone: Step = async (place) => void (await ask(place, 'DELETE', place.machineId))

/** The recorded request asks for an operation that was never begun here. */
export const forget: Step = async (place) => {
  place.ids = {}
}
