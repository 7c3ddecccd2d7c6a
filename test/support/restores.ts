import assert from 'node:assert/strict'
import type { Answer } from './emulator.js'
import { type Members, members, type SeenJob } from './seen.js'
import { groupPath, type Item, machinePath, type Story } from './story.js'

/** A protected machine with a point to restore from. */
export interface Restorable extends Item {
  machine: string
  point: string
}

export const staging = (name = 'staging', group = 'backup') =>
  `${groupPath(group)}/providers/Microsoft.Storage/storageAccounts/${name}`
export const network = (name = 'net', group = 'apps') =>
  `${groupPath(group)}/providers/Microsoft.Network/virtualNetworks/${name}`

/** What makes a new machine of a point. */
export const elsewhere = (name: string, group = 'restored'): Members => ({
  recoveryType: 'AlternateLocation',
  targetResourceGroupId: groupPath(group),
  targetVirtualMachineId: machinePath(name, group),
  virtualNetworkId: network(),
  subnetId: `${network()}/subnets/default`,
})

export const disks = (group = 'restored'): Members => ({
  recoveryType: 'RestoreDisks',
  targetResourceGroupId: groupPath(group),
})

/** The body of a restore; `changes` go over it, null takes a member away. */
export const restoreBody = ({ machine, point }: Restorable, changes: Members): Members => ({
  objectType: 'IaasVMRestoreRequest',
  recoveryPointId: point,
  sourceResourceId: machine,
  storageAccountId: staging(),
  region: 'westeurope',
  ...changes,
})

export const tryRestore = (story: Story, from: Restorable, changes: Members): Promise<Answer> =>
  story.call('POST', `${from.path}/recoveryPoints/${from.point}/restore`, { properties: restoreBody(from, changes) })

/** Starts a restore. @returns the id of its job */
export async function startRestore(story: Story, from: Restorable, changes: Members): Promise<string> {
  const accepted = await tryRestore(story, from, changes)
  assert.equal(accepted.status, 202, JSON.stringify(accepted.body))
  const id = (await story.finished(accepted)).text('properties.jobId')
  assert.notEqual(id, '')
  return id
}

/** Restores and waits for the end. */
export const restored = async (story: Story, from: Restorable, changes: Members): Promise<SeenJob> =>
  story.ended(from.vault, await startRestore(story, from, changes))

/** The newest point of an item. */
export async function newestPoint(story: Story, item: Item & { machine: string }): Promise<Restorable> {
  const points = await story.points(item)
  return { ...item, point: points.at(-1)?.name ?? '' }
}

/** Puts a document, whether or not it is new. */
export async function put(story: Story, path: string, document: Members): Promise<Members> {
  const answer = await story.call('PUT', path, { location: 'westeurope', ...document })
  assert.ok(answer.status < 300, JSON.stringify(answer.body))
  return members(answer.body)
}

/** A virtual network with a subnet. */
export const putNetwork = (story: Story, path = network(), location = 'westeurope') =>
  put(story, path, { location, properties: { subnets: [{ name: 'default' }] } })

/** The resources of a type in a group, in full. */
export async function resourcesOf(story: Story, group: string, type: string): Promise<Members[]> {
  const all = await story.call('GET', `${groupPath(group)}/resources`)
  const paths = all.values.filter((value) => String(value.type) === type).map(({ id }) => String(id))
  return Promise.all(paths.map(async (path) => members((await story.call('GET', path)).body)))
}

export const properties = (resource: Members | undefined): Members => members(resource?.properties)
