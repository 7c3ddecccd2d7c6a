import assert from 'node:assert/strict'
import {
  type ClassicItem,
  ClassicStory,
  classicItem,
  classicPolicy,
  classicVaultPath,
} from '../support/classic-story.js'
import type { TestEmulator } from '../support/emulator.js'
import { members } from '../support/seen.js'

/** What wrong requests to classic vaults meet, beside what the documents' examples name. */
export interface ClassicStage {
  vault: string
  other: string
  /** Registered, and not protected. */
  free: ClassicItem
  stopped: ClassicItem
  /** Of the other vault. */
  taken: ClassicItem
  /** The points of the examples' machine and of the other vault's. */
  point: string
  takenPoint: string
  /** A job of the examples' machine that has ended, and one of the other vault. */
  finishedJob: string
  takenJob: string
  /** The number of a server with an agent. */
  agent: string
}

const GROUP = 'demo'

/** Sets the stage on a world that may have other things. */
export async function setClassicStage(world: TestEmulator): Promise<ClassicStage> {
  const story = new ClassicStory(world)
  const [vault, other] = [classicVaultPath('demo-vault', GROUP), classicVaultPath('other-vault', GROUP)]
  for (const path of [vault, other]) {
    const made = await story.ask('PUT', path, { location: 'westeurope' })
    assert.equal(made.status, 201, JSON.stringify(made.body))
  }
  story.machine('classic-vm1', { cloudService: 'demo-service' })
  for (const name of ['found', 'free', 'stopped', 'taken']) story.machine(name)
  story.machine('distant', { location: 'northeurope' })
  for (const path of [vault, other]) assert.equal((await story.discover(path)).status, 'Succeeded')
  story.machine('newborn')

  const backedUp = async (item: ClassicItem) => {
    await story.register(item)
    await story.protect(item)
    return (await story.backUp(item)).id
  }
  const item = classicItem(vault, 'classic-vm1', 'demo-service')
  const [free, stopped, taken] = [
    classicItem(vault, 'free'),
    classicItem(vault, 'stopped'),
    classicItem(other, 'taken'),
  ]
  const finishedJob = await backedUp(item)
  const takenJob = await backedUp(taken)
  await backedUp(stopped)
  await story.stop(stopped)
  await story.register(free)
  await story.policy(vault, 'Spare', classicPolicy())
  const registration = { vault, agent: 'MARS' as const }
  world.emulator.seed({
    servers: [{ resourceGroup: GROUP, name: 'files1.contoso.com', registration }],
    storageAccounts: [{ resourceGroup: GROUP, name: 'distantstore', location: 'northeurope' }],
  })
  const [agent] = (await story.list(vault, 'backupContainers')).values
  const [point] = await story.points(item)
  const [takenPoint] = await story.points(taken)
  return {
    vault,
    other,
    free,
    stopped,
    taken,
    point: point?.name ?? '',
    takenPoint: takenPoint?.name ?? '',
    finishedJob,
    takenJob,
    agent: String(members(agent?.properties).containerId),
  }
}
