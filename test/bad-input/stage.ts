import assert from 'node:assert/strict'
import type { Test } from 'tap'
import type { Route } from '../../src/arm/route.js'
import { FIRST_SUBSCRIPTION } from '../../src/domain/inventory/inventory.js'
import { startTestEmulator } from '../support/emulator.js'
import { groupPath, type Item, machinePath, Story } from '../support/story.js'

interface Document {
  paths: Record<string, Record<string, { operationId?: string; parameters?: Parameter[] }>>
}

interface Parameter {
  name: string
  in: string
  example?: string
}

type Protected = Item & { machine: string }

/**
 * The world that all wrong requests meet: what the documents' examples name, and beside it an item in each state that
 * refuses something, and another vault with an item of its own.
 */
export interface Stage {
  story: Story
  vault: string
  /** Another vault of the same region, with an item, a point and a job of its own. */
  other: string
  /** `vm1` of the examples: protected and backed up. */
  item: Protected
  stopped: Protected
  /** Its backup is running. */
  busy: Protected
  /** Soft-deleted. */
  deleted: Protected
  /** Its first configuration is running. */
  configuring: Protected
  /** The item of the other vault. */
  taken: Protected
  /** A resource guard that `guarded-vault` has, and one that no vault has. */
  guard: string
  spareGuard: string
  /** A machine that nobody protects. */
  free: string
  /** The points of `vm1`, of the soft-deleted item and of the other vault's. */
  point: string
  deletedPoint: string
  takenPoint: string
  /** A job of `vm1` that has ended, and one of the other vault. */
  finishedJob: string
  takenJob: string
  /** Values of path parameters that have no example, since they are handed out. */
  handedOut: Record<string, string>
  /** The examples of an operation's path parameters. */
  examples(route: Route): Record<string, string>
}

const GROUP = 'demo'
const providerPath = (type: string, name: string) => `${groupPath(GROUP)}/providers/${type}/${name}`

export async function setStage(t: Test): Promise<Stage> {
  const story = new Story(await startTestEmulator(t))
  const { emulator } = story.world
  const machine = machinePath('vm1', GROUP)
  emulator.seed({
    virtualMachines: [{ id: machine }],
    storageAccounts: [{ resourceGroup: GROUP, name: 'demostore' }],
  })
  const vault = await makeVault(story, 'demo-vault')
  const other = await makeVault(story, 'other-vault')
  const protect = async (of: string, id: string): Promise<Protected> => ({
    ...(await story.protect(of, id)),
    machine: id,
  })

  const item = await protect(vault, machine)
  const finishedJob = (await story.backUp(item)).id
  const taken = await protect(other, story.machine('taken'))
  const takenJob = (await story.backUp(taken)).id
  const stopped = await protect(vault, story.machine('stopped'))
  await story.backUp(stopped)
  await story.stop(stopped)
  const deleted = await protect(vault, story.machine('deleted'))
  await story.backUp(deleted)
  await story.deleteData(deleted)
  const { guard, spareGuard } = await makeGuards(story)
  const deletedVaultName = await deleteVault(story, 'gone-vault')
  await makeVault(story, 'gone-vault')
  await makeVault(story, 'demo-vault-north', 'northeurope')
  story.machine('far', { location: 'northeurope' })
  const free = story.machine('free')
  const late = story.machine('late')
  // What runs is begun last, so that it still runs.
  const busy = await protect(vault, story.machine('busy'))
  await story.startBackUp(busy)
  assert.equal((await story.tryProtect(vault, late)).status, 202)

  const [point] = await story.points(item)
  const [deletedPoint] = await story.points(deleted)
  const [takenPoint] = await story.points(taken)
  const documents = Object.values(emulator.openapi()) as Document[]
  return {
    story,
    vault,
    other,
    item,
    stopped,
    busy,
    deleted,
    configuring: { vault, path: item.path.replaceAll('demo;vm1', 'apps;late'), machine: late },
    taken,
    guard,
    spareGuard,
    free,
    point: point?.name ?? '',
    deletedPoint: deletedPoint?.name ?? '',
    takenPoint: takenPoint?.name ?? '',
    finishedJob,
    takenJob,
    handedOut: {
      backupJobName: finishedJob,
      recoveryPointId: point?.name ?? '',
      operationId: '00000000-0000-4000-8000-000000000000',
      deletedVaultName,
    },
    examples: (route) => examplesOf(documents, route),
  }
}

async function makeVault(story: Story, name: string, location = 'westeurope'): Promise<string> {
  const path = providerPath('Microsoft.RecoveryServices/vaults', name)
  const made = await story.call('PUT', path, { location, sku: { name: 'Standard' } })
  assert.equal(made.status, 201)
  await story.advance('10s')
  return path
}

/** Two guards, and a vault that one of them is attached to. */
async function makeGuards(story: Story): Promise<{ guard: string; spareGuard: string }> {
  const guard = providerPath('Microsoft.DataProtection/resourceGuards', 'demo-guard')
  const spareGuard = providerPath('Microsoft.DataProtection/resourceGuards', 'spare-guard')
  for (const id of [guard, spareGuard])
    assert.equal((await story.call('PUT', id, { location: 'westeurope', properties: {} })).status, 200)
  const vault = await makeVault(story, 'guarded-vault')
  const properties = { resourceGuardResourceId: guard }
  const attached = await story.call('PUT', `${vault}/backupResourceGuardProxies/VaultProxy`, { properties })
  assert.equal(attached.status, 200)
  return { guard, spareGuard }
}

/** Makes a vault and deletes it so that it can be had back. @returns the name it has since */
async function deleteVault(story: Story, name: string): Promise<string> {
  const path = await makeVault(story, name)
  assert.equal((await story.call('DELETE', `${path}?api-version=2025-08-01`)).status, 202)
  await story.advance('10s')
  const place = `/subscriptions/${FIRST_SUBSCRIPTION}/providers/Microsoft.RecoveryServices/locations/westeurope`
  const deleted = await story.call('GET', `${place}/deletedVaults?api-version=2025-08-01`)
  return String(deleted.names[0])
}

/** What Swagger UI fills into an operation's path. */
function examplesOf(documents: readonly Document[], route: Route): Record<string, string> {
  const operations = documents.map(({ paths }) => paths[route.path]?.[route.method.toLowerCase()])
  const parameters = operations.find((operation) => operation !== undefined)?.parameters ?? []
  return Object.fromEntries(
    parameters.flatMap(({ name, in: where, example }) => (where === 'path' && example ? [[name, example]] : [])),
  )
}

/** The names of an item in a path. */
export function namesIn({ path }: Item): { protectionContainerName: string; protectedItemName: string } {
  const [, protectionContainerName = '', protectedItemName = ''] =
    /\/protectionContainers\/([^/]+)\/protectedItems\/([^/]+)$/i.exec(path) ?? []
  return { protectionContainerName, protectedItemName }
}
