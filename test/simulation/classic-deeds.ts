import {
  type ClassicItem,
  classicItem,
  classicPolicy,
  classicVaultPath,
  classicWeekly,
} from '../support/classic-story.js'
import type { Answer } from '../support/emulator.js'
import { isDone, mayBeDone } from './clients.js'
import type { Kept } from './model.js'
import { anyItem, anyName, choose, type Deed, type Simulation } from './simulation.js'

/** Machines, each in a cloud service of its name. */
export const CLASSIC_NAMES = ['old0', 'old1', 'old2'] as const
/** Two vaults of one region, which share the machines. */
export const CLASSIC_VAULTS = ['classic', 'classic-two'] as const
const POLICIES = ['DefaultPolicy', 'Nightly'] as const
const JOBS = '?api-version=2014-09-01'

const someVault = ({ random }: Simulation) =>
  classicVaultPath(random.chance(0.7) ? CLASSIC_VAULTS[0] : CLASSIC_VAULTS[1])
const someMachine = (simulation: Simulation) =>
  classicItem(someVault(simulation), choose(simulation, CLASSIC_NAMES) ?? '')

/** Mostly one that is protected. */
function someItem(simulation: Simulation): ClassicItem {
  const there = simulation.random.chance(0.7) ? anyItem(simulation, 'IaasVM') : undefined
  return there ? classicItem(there.vault, there.item.friendlyName) : someMachine(simulation)
}

const inList = (path: string, list: string, name: string): Kept => ({ path, url: `${list}${JOBS}`, name })

/** Waits for the operation, then for the job that it names. @param then what a job that completes acknowledges */
function follow(
  simulation: Simulation,
  vault: string,
  accepted: Answer,
  path: string,
  then: readonly Kept[] = [],
): void {
  if (!isDone(accepted) || typeof accepted.body !== 'string') return
  const { model } = simulation
  const ofJob = (id: string) => {
    const url = `${vault}/jobs/${id}${JOBS}`
    model.acknowledge({ path: `${vault}/jobs/${id}`, url })
    const read = (answer: Answer) => {
      const status = answer.text('properties.status')
      if (status === 'InProgress' || status === 'Cancelling') return undefined
      return status === 'Completed' ? then : []
    }
    model.expect({ path, url, read })
  }
  model.expect({
    path,
    url: `${vault}/operationResults/${accepted.body}${JOBS}`,
    read: (answer) => {
      const status = answer.text('status')
      if (status === 'InProgress') return undefined
      const [id] = [answer.at('jobList')].flat()
      if (status === 'Succeeded' && typeof id === 'string') ofJob(id)
      return []
    },
  })
}

async function putVault(simulation: Simulation): Promise<void> {
  const name = simulation.random.of(CLASSIC_VAULTS)
  const path = classicVaultPath(name)
  const answer = await simulation.classic.tryVault(name)
  if (isDone(answer)) simulation.model.acknowledge({ path, url: `${path}?api-version=2015-03-15` })
}

async function deleteVault(simulation: Simulation): Promise<void> {
  const path = someVault(simulation)
  if (mayBeDone(await simulation.classic.ask('DELETE', path))) simulation.model.forget(path)
}

async function make({ random, story }: Simulation): Promise<void> {
  const name = random.of(CLASSIC_NAMES)
  const conditions = { usedDataGB: random.from(1, 60) }
  const virtualMachines = [{ resourceGroup: name, name, cloudService: name, conditions }]
  await story.call('POST', '/_recoverite/inventory', { virtualMachines })
}

async function remove({ random, story }: Simulation): Promise<void> {
  const name = random.of(CLASSIC_NAMES)
  const { id } = (await story.call('GET', `/subscriptions/00000000-0000-0000-0000-000000000001/resources`)).values.find(
    (value) => value.name === name,
  ) ?? { id: undefined }
  if (typeof id === 'string') await story.call('DELETE', id)
}

async function discover(simulation: Simulation): Promise<void> {
  const vault = someVault(simulation)
  follow(simulation, vault, await simulation.classic.ask('POST', `${vault}/refreshContainers`), `${vault}/discovery`)
}

async function register(simulation: Simulation): Promise<void> {
  const item = someMachine(simulation)
  const { vault, container, name } = item
  const registered = inList(container, `${vault}/containers`, name)
  follow(simulation, vault, await simulation.classic.tryRegister(item), container, [registered])
}

/** Asks for the end of something, and waits for it. */
async function end(simulation: Simulation, { vault }: ClassicItem, path: string): Promise<void> {
  const answer = await simulation.classic.ask('DELETE', path)
  if (mayBeDone(answer)) simulation.model.forget(path)
  follow(simulation, vault, answer, `${path}/end`)
}

const unregister = (simulation: Simulation) => {
  const item = someMachine(simulation)
  return end(simulation, item, item.container)
}

const deleteData = (simulation: Simulation) => {
  const item = someItem(simulation)
  return end(simulation, item, item.path)
}

async function putPolicy(simulation: Simulation): Promise<void> {
  const { random, classic, model } = simulation
  const vault = someVault(simulation)
  const [at, days] = [`${String(random.below(24)).padStart(2, '0')}:00`, random.from(7, 30)]
  const DailySchedule = {
    RetentionTimes: [`2026-01-01T${at}:00`],
    CSMRetentionDuration: { Count: days, DurationType: 'Days' },
  }
  const body = random.chance(0.7)
    ? classicPolicy(at, { DailySchedule })
    : classicWeekly(at, 'Sunday', random.from(1, 9))
  const name = random.of(POLICIES)
  const path = `${vault}/protectionPolicies/${name}`
  if (isDone(await classic.putPolicy(vault, name, body)))
    model.acknowledge(inList(path, `${vault}/protectionPolicies`, name))
}

async function deletePolicy(simulation: Simulation): Promise<void> {
  const path = `${someVault(simulation)}/protectionPolicies/${simulation.random.of(POLICIES)}`
  if (mayBeDone(await simulation.classic.ask('DELETE', path))) simulation.model.forget(path)
}

async function protect(simulation: Simulation): Promise<void> {
  const item = someMachine(simulation)
  const { vault, path, name } = item
  const answer = await simulation.classic.tryProtect(item, simulation.random.of(POLICIES))
  follow(simulation, vault, answer, path, [inList(path, `${vault}/protectedItems`, name)])
}

async function stop(simulation: Simulation): Promise<void> {
  const item = someItem(simulation)
  follow(simulation, item.vault, await simulation.classic.tryStop(item), `${item.path}/stop`)
}

async function backUp(simulation: Simulation): Promise<void> {
  const item = someItem(simulation)
  follow(simulation, item.vault, await simulation.classic.tryBackUp(item), `${item.path}/backup`)
}

async function restore(simulation: Simulation): Promise<void> {
  const item = someItem(simulation)
  const point = anyName(simulation, await simulation.classic.ask('GET', `${item.path}/recoveryPoints`))
  if (point !== undefined)
    follow(simulation, item.vault, await simulation.classic.tryRestore(item, point), `${item.path}/restore`)
}

async function cancel(simulation: Simulation): Promise<void> {
  const vault = someVault(simulation)
  const filter = encodeURIComponent("status eq 'InProgress'")
  const job = anyName(simulation, await simulation.classic.ask('GET', `${vault}/jobs?$filter=${filter}`))
  if (job !== undefined)
    follow(simulation, vault, await simulation.classic.tryCancel(vault, job), `${vault}/cancellation`)
}

const LISTS = ['containers', 'items', 'protectedItems', 'jobs', 'protectionPolicies'] as const

const lookAround = (simulation: Simulation) =>
  simulation.classic.ask('GET', `${someVault(simulation)}/${simulation.random.of(LISTS)}`)

/** What is done in vaults of the classic kind. */
export const CLASSIC_DEEDS: readonly Deed[] = [
  { name: 'put a classic vault', weight: 3, run: putVault },
  { name: 'delete a classic vault', weight: 0.5, run: deleteVault },
  { name: 'make a classic machine', weight: 3, run: make },
  { name: 'delete a classic machine', weight: 0.5, run: remove },
  { name: 'discover classic machines', weight: 3, run: discover },
  { name: 'register a classic machine', weight: 9, run: register },
  { name: 'unregister a classic machine', weight: 1, run: unregister },
  { name: 'put a classic policy', weight: 2, run: putPolicy },
  { name: 'delete a classic policy', weight: 1, run: deletePolicy },
  { name: 'protect a classic machine', weight: 9, run: protect },
  { name: 'stop the protection of a classic machine', weight: 1, run: stop },
  { name: 'delete the data of a classic machine', weight: 1, run: deleteData },
  { name: 'back a classic machine up', weight: 5, run: backUp },
  { name: 'restore a classic machine', weight: 2, run: restore },
  { name: 'cancel a classic job', weight: 1, run: cancel },
  { name: 'look around in a classic vault', weight: 1, run: lookAround },
]
