import { ask, type Place, passing, type Step, settle } from './stories.js'

/** The version of everything that is below a vault. */
const VERSION = '2014-09-01'

const nameOf = ({ machineId }: Place) => machineId.slice(machineId.lastIndexOf('/') + 1).toLowerCase()
/** The machine of a story is in a cloud service of its own name. */
const containerOf = (place: Place) => `iaasvmcontainer;${nameOf(place)};${nameOf(place)}`
const registeredPath = (place: Place) => `${place.vaultId}/registeredContainers/${containerOf(place)}`
const itemPath = (place: Place) => `${registeredPath(place)}/protectedItems/${containerOf(place)}`

/** A call below the vault whose answer is the id of an operation; its jobs are the story's from now on. */
const call =
  (method: string, path: (place: Place) => string, document?: (place: Place) => object): Step =>
  async (place) => {
    const { body } = await ask(place, method, path(place), document?.(place), VERSION)
    place.ids.operation = String(body)
  }

/** The job of the operation that was begun last, as soon as that knows it. */
export const itsJob: Step = async (place) => {
  const path = `${place.vaultId}/operationResults/${place.ids.operation}`
  const { body } = await ask(place, 'GET', path, undefined, VERSION)
  const [job] = (body as { jobList?: string[] }).jobList ?? []
  if (job !== undefined) place.ids.job = job
}

export const vault: Step = async (place) => {
  const document = { properties: { sku: { name: 'standard' } }, location: place.location, tags: {} }
  await ask(place, 'PUT', place.vaultId, document, '2015-03-15')
}

/** The vaults that a recorded list tells of. */
export const listedVaults: Step = async (place) => {
  const { value = [] } = place.recording.response.body as { value?: { id: string; location: string }[] }
  for (const { id, location } of value) await vault({ ...place, vaultId: id, location })
}

/** One call, and all that follows from it. */
const toItsEnd =
  (step: Step): Step =>
  async (place) => {
    await step(place)
    await settle(place)
    await itsJob(place)
  }

export const discovered = toItsEnd(call('POST', ({ vaultId }) => `${vaultId}/refreshContainers`))
export const register = call('PUT', registeredPath)
export const unregister = call('DELETE', registeredPath)
export const registered: Step = async (place) => {
  await discovered(place)
  await toItsEnd(register)(place)
}

export const policy =
  (name: string, document: object): Step =>
  async (place) =>
    void (await ask(place, 'PUT', `${place.vaultId}/protectionPolicies/${name}`, document, VERSION))

export const protect = (policyName = 'DefaultPolicy') =>
  toItsEnd(
    call('PUT', itemPath, ({ vaultId }) => ({
      properties: { policyId: `${vaultId}/protectionPolicies/${policyName}` },
    })),
  )
export const stop = toItsEnd(call('PATCH', itemPath, () => ({ properties: { policyId: '' } })))
export const remove = toItsEnd(call('DELETE', itemPath))

/** A backup that has just begun; its operation knows it some seconds later. */
export const backup: Step = async (place) => {
  await call('POST', (place) => `${itemPath(place)}/backup`)(place)
  await passing('PT10S')(place)
  await itsJob(place)
}
export const cancel = toItsEnd(call('POST', ({ vaultId, ids }) => `${vaultId}/jobs/${ids.job}/cancel`))

/** A backup that has ended, and its point. */
export const backedUp: Step = async (place) => {
  await backup(place)
  await settle(place)
  const { body } = await ask(place, 'GET', `${itemPath(place)}/recoveryPoints`, undefined, VERSION)
  const [newest] = body.value ?? []
  if (newest) place.ids.point = newest.name
}

/** A restore of the newest point to an account that goes away meanwhile. */
export const failedRestore =
  (name: string): Step =>
  async (place) => {
    const { subscriptionId, location } = place
    const [id = ''] = place.emulator.seed({
      storageAccounts: [{ subscriptionId, resourceGroup: 'storage', name, location }],
    })
    const inputs = JSON.stringify({ InputStorageAccountName: name, Region: location })
    const properties = { typeOfRecovery: 'RestoreDisks', recoveryDSTypeSpecificInputs: inputs }
    const path = ({ ids }: Place) => `${itemPath(place)}/recoveryPoints/${ids.point}/restore`
    await call('POST', path, () => ({ properties }))(place)
    await ask(place, 'DELETE', id)
    await settle(place)
  }
