import { FIRST_SUBSCRIPTION } from '../../src/domain/inventory/inventory.js'
import { diskPath } from '../support/disk-story.js'
import { disks, restoreBody } from '../support/restores.js'
import { HOUR } from '../support/seen.js'
import { accountPath } from '../support/share-story.js'
import { groupPath, machinePath, vaultPath } from '../support/story.js'
import { isDone, mayBeDone } from './clients.js'
import { someBackupVault } from './disk-things.js'
import {
  ACCOUNTS,
  anyItem,
  anyName,
  choose,
  type Deed,
  DISKS,
  follow,
  MACHINES,
  type Place,
  type Simulation,
  someVault,
} from './simulation.js'

/** Longer than anything here is under way, ms. */
const TAKES = 2 * HOUR

type Direction = readonly [from: string, to: string]

/** Between which groups things go to and fro. */
const PAIRS: readonly [Direction, Direction] = [
  ['apps', 'aside'],
  ['aside', 'apps'],
]

const moveTo = ({ story }: Simulation, resource: string, group: string) =>
  story.call('POST', `${resource.replace(/\/providers\/.*$/, '')}/moveResources`, {
    resources: [resource],
    targetResourceGroup: groupPath(group),
  })

const movePlace =
  (places: readonly Place[], pathOf: (name: string, group: string) => string) =>
  async (simulation: Simulation): Promise<void> => {
    const [from, to] = simulation.random.of(PAIRS)
    await moveTo(simulation, pathOf(choose(simulation, places)?.name ?? '', from), to)
  }

/** A vault goes to another group with all that it holds: it is there under another id. */
async function moveVault(simulation: Simulation): Promise<void> {
  const vault = simulation.random.chance(0.7) ? someVault(simulation) : someBackupVault(simulation)
  if (mayBeDone(await moveTo(simulation, vault, 'recovered'))) simulation.model.forget(vault, TAKES)
}

async function deleteGroup({ random, story, model }: Simulation): Promise<void> {
  const group = random.of(['apps', 'aside', 'restored', 'recovered', 'backup'])
  if (!mayBeDone(await story.call('DELETE', `${groupPath(group)}?api-version=2021-04-01`))) return
  model.forget(groupPath(group), TAKES)
}

const STORAGE = 'backupStorageConfig/vaultStorageConfig'

/** What a vault holds goes to a new vault in another region. */
async function moveData(simulation: Simulation): Promise<void> {
  const { random, story, model } = simulation
  const source = someVault(simulation)
  const sourceRegion = (await story.call('GET', source)).text('location')
  const targetRegion = sourceRegion === 'westeurope' ? 'northeurope' : 'westeurope'
  const target = vaultPath(`target${random.below(3)}`)
  await story.call('PUT', target, { location: targetRegion, sku: { name: 'Standard' }, properties: {} })
  const body = { targetResourceId: target, targetRegion, dataMoveLevel: 'Vault' }
  const accepted = await story.call('POST', `${source}/${STORAGE}/prepareDataMove`, body)
  if (!isDone(accepted)) return
  story.world.emulator.clock.advance({ by: `PT${random.from(5, 60)}S` })
  const correlationId = (await story.call('GET', accepted.header('location'))).text('correlationId')
  const trigger = { sourceResourceId: source, sourceRegion, dataMoveLevel: 'Vault', correlationId }
  const triggered = await story.call('POST', `${target}/${STORAGE}/triggerDataMove`, trigger)
  if (!mayBeDone(triggered)) return
  model.forget(source, TAKES)
  follow(simulation, triggered, target, () => [{ path: target, url: target }])
}

/** The version that asks the paired region. */
const THERE = 'api-version=2021-11-15'

async function restoreThere(simulation: Simulation): Promise<void> {
  const { story } = simulation
  const there = anyItem(simulation, 'VM')
  if (!there) return
  const { path, vault, item } = there
  const point = anyName(simulation, await story.call('GET', `${path}/recoveryPoints?${THERE}`))
  if (point === undefined) return
  const location = (await story.call('GET', vault)).text('location')
  const region = location === 'westeurope' ? 'northeurope' : 'westeurope'
  const paired = `/subscriptions/${FIRST_SUBSCRIPTION}/providers/Microsoft.RecoveryServices/locations/${region}`
  const aad = await story.call('GET', `${paired}/backupAadProperties?${THERE}`)
  const token = await story.call('POST', `${path}/recoveryPoints/${point}/accessToken?${THERE}`, aad.body)
  const from = { vault, path, point, machine: item.sourceId }
  const accepted = await story.call('POST', `${paired}/backupCrossRegionRestore?${THERE}`, {
    crossRegionRestoreAccessDetails: token.at('properties'),
    restoreRequest: { ...restoreBody(from, disks()), region },
  })
  follow(simulation, accepted, `${vault}/restore`)
}

/** What is done seldom: things go elsewhere, and groups go with all that is in them. */
export const MOVING_DEEDS: readonly Deed[] = [
  { name: 'move a machine', weight: 2, run: movePlace(MACHINES, machinePath) },
  { name: 'move an account', weight: 1, run: movePlace(ACCOUNTS, accountPath) },
  { name: 'move a disk', weight: 1, run: movePlace(DISKS, diskPath) },
  { name: 'move a vault', weight: 1, run: moveVault },
  { name: 'delete a group', weight: 1, run: deleteGroup },
  { name: 'move the data of a vault', weight: 2, run: moveData },
  { name: 'restore in the paired region', weight: 4, run: restoreThere },
]
