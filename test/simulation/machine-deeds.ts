import { disks, elsewhere, network, restoreBody } from '../support/restores.js'
import { type Members, seenPoint } from '../support/seen.js'
import { groupPath, type Item, itemOf, machinePath, protection } from '../support/story.js'
import { mayBeDone } from './clients.js'
import {
  anyItem,
  anyName,
  type Deed,
  follow,
  jobIn,
  MACHINES,
  pair,
  type Simulation,
  VM_POLICIES,
} from './simulation.js'

interface MachineItem extends Item {
  machine: string
}

const DAY = 86_400_000

/** Mostly one that there is. */
function someItem(simulation: Simulation): MachineItem {
  const there = simulation.random.chance(0.7) ? anyItem(simulation, 'VM') : undefined
  if (there) return { vault: there.vault, path: there.path, machine: there.item.sourceId }
  const { vault, place } = pair(simulation, MACHINES)
  const machine = machinePath(place.name)
  return { ...itemOf(vault, machine), machine }
}

const isThere = ({ path }: Item) => [{ path, url: path }]

const configuration = (sourceResourceId: string, changes: Members) => ({
  properties: { protectedItemType: 'Microsoft.Compute/virtualMachines', sourceResourceId, policyId: '', ...changes },
})

async function protect(simulation: Simulation): Promise<void> {
  const { vault: near, place } = pair(simulation, MACHINES)
  const machine = machinePath(place.name)
  const item = simulation.random.chance(0.7) ? { ...itemOf(near, machine), machine } : someItem(simulation)
  const body = protection(item.vault, item.machine, simulation.random.of(VM_POLICIES))
  follow(simulation, await simulation.story.call('PUT', item.path, body), item.path, () => isThere(item))
}

async function stop(simulation: Simulation): Promise<void> {
  const { random, story } = simulation
  const { path, machine } = someItem(simulation)
  const protectionState = random.of(['ProtectionStopped', 'ProtectionStopped', 'BackupsSuspended'])
  follow(simulation, await story.call('PUT', path, configuration(machine, { protectionState })), `${path}/stop`)
}

async function deleteData(simulation: Simulation): Promise<void> {
  const { path } = someItem(simulation)
  const answer = await simulation.story.call('DELETE', path)
  if (mayBeDone(answer)) simulation.model.forget(path)
  follow(simulation, answer, `${path}/deletion`)
}

async function undelete(simulation: Simulation): Promise<void> {
  const { random, story } = simulation
  const item = someItem(simulation)
  const policyId = random.chance(0.3) ? `${item.vault}/backupPolicies/${random.of(VM_POLICIES)}` : ''
  const body = configuration(item.machine, { policyId, protectionState: 'ProtectionStopped', isRehydrate: true })
  follow(simulation, await story.call('PUT', item.path, body), item.path, () => isThere(item))
}

async function backUp(simulation: Simulation): Promise<void> {
  const { random, story } = simulation
  const item = someItem(simulation)
  const expiry = new Date(story.now + random.from(2, 60) * DAY).toISOString()
  const properties = {
    objectType: 'IaasVMBackupRequest',
    ...(random.chance(0.5) ? { recoveryPointExpiryTimeInUTC: expiry } : {}),
  }
  const answer = await story.call('POST', `${item.path}/backup`, { properties })
  follow(simulation, answer, `${item.vault}/backup`, (status) => jobIn(item.vault, status))
}

/** Points that are in the vault and that no policy has a say in are there until their own end. */
async function look(simulation: Simulation): Promise<void> {
  const { story, model } = simulation
  const item = someItem(simulation)
  const listed = await story.call('GET', `${item.path}/recoveryPoints`)
  // What is being deleted, or was, may be gone the next moment.
  if (!model.keeps(item.path)) return
  for (const point of listed.values.map(seenPoint)) {
    if (point.rule !== undefined || point.vault !== 'Valid') continue
    const path = `${item.path}/recoveryPoints/${point.name}`
    model.acknowledge({ path, url: path, until: point.expiry })
  }
}

async function somePoint(simulation: Simulation, item: MachineItem): Promise<string> {
  const listed = await simulation.story.call('GET', `${item.path}/recoveryPoints`)
  return anyName(simulation, listed) ?? '123456789012345'
}

async function restore(simulation: Simulation): Promise<void> {
  const { random, story } = simulation
  const item = someItem(simulation)
  const point = await somePoint(simulation, item)
  const changes = random.of<Members>([
    disks(),
    elsewhere(`copy${random.below(3)}`),
    { recoveryType: 'OriginalLocation', targetResourceGroupId: groupPath('apps') },
    { ...disks(), objectType: 'IaasVMRestoreWithRehydrationRequest', recoveryPointRehydrationInfo: {} },
  ])
  const region = item.vault.endsWith('north') ? 'northeurope' : 'westeurope'
  const properties = { ...restoreBody({ ...item, point }, changes), region }
  const answer = await story.call('POST', `${item.path}/recoveryPoints/${point}/restore`, { properties })
  follow(simulation, answer, `${item.vault}/restore`, (status) => jobIn(item.vault, status))
}

async function reachFiles(simulation: Simulation): Promise<void> {
  const item = someItem(simulation)
  const point = `${item.path}/recoveryPoints/${await somePoint(simulation, item)}`
  const properties = { objectType: 'IaasVMILRRegistrationRequest', virtualMachineId: item.machine }
  const isEnd = simulation.random.chance(0.3)
  const answer = isEnd
    ? await simulation.story.call('POST', `${point}/revokeInstantItemRecovery`)
    : await simulation.story.call('POST', `${point}/provisionInstantItemRecovery`, { properties })
  follow(simulation, answer, `${item.path}/files`)
}

async function archive(simulation: Simulation): Promise<void> {
  const item = someItem(simulation)
  const { story } = simulation
  const ready = await story.call('GET', `${item.path}/recoveryPoints?$filter=moveReadyRPOnly eq 'true'`)
  const point = anyName(simulation, ready)
  if (point === undefined) return
  const objectType = 'MoveRPAcrossTiersRequest'
  const body = { objectType, sourceTierType: 'HardenedRP', targetTierType: 'ArchivedRP' }
  follow(simulation, await story.call('POST', `${item.path}/recoveryPoints/${point}/move`, body), `${item.path}/move`)
}

async function intend(simulation: Simulation): Promise<void> {
  const { random, story } = simulation
  const { vault, machine, path } = someItem(simulation)
  const name = path.split('/').at(-1) ?? ''
  const intent = `${vault}/backupFabrics/Azure/backupProtectionIntent/${name}`
  if (random.chance(0.3)) return void (await story.call('DELETE', intent))
  await story.call('PUT', intent, {
    properties: {
      protectionIntentItemType: 'AzureResourceItem',
      sourceResourceId: machine,
      policyId: `${vault}/backupPolicies/DefaultPolicy`,
    },
  })
}

/** A machine is made, or its disks are changed. */
async function make({ random, story }: Simulation): Promise<void> {
  const { name, location } = random.of(MACHINES)
  const dataDisks = Array.from({ length: random.below(4) }, (_, lun) => ({ lun, diskSizeGB: random.from(8, 512) }))
  const osType = random.of(['Windows', 'Linux'] as const)
  await story.call('POST', '/_recoverite/inventory', {
    virtualMachines: [{ resourceGroup: 'apps', name, location, dataDisks, osType }],
  })
  const subnets = [{ name: 'default' }]
  if (random.chance(0.2)) await story.call('PUT', network(), { location: 'westeurope', properties: { subnets } })
}

const remove = ({ random, story }: Simulation) => story.call('DELETE', machinePath(random.of(MACHINES).name))

/** What is done with virtual machines and their backups. */
export const MACHINE_DEEDS: readonly Deed[] = [
  { name: 'make or resize a machine', weight: 7, run: make },
  { name: 'delete a machine', weight: 1, run: remove },
  { name: 'protect a machine', weight: 10, run: protect },
  { name: 'stop the protection of a machine', weight: 3, run: stop },
  { name: 'delete the data of a machine', weight: 2, run: deleteData },
  { name: 'undelete a machine', weight: 3, run: undelete },
  { name: 'back a machine up', weight: 8, run: backUp },
  { name: 'look at the points of a machine', weight: 4, run: look },
  { name: 'restore a machine', weight: 5, run: restore },
  { name: 'reach for files of a machine', weight: 2, run: reachFiles },
  { name: 'move a point to the archive', weight: 2, run: archive },
  { name: 'intend to protect a machine', weight: 1, run: intend },
]
