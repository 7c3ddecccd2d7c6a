import type { Members } from '../support/seen.js'
import { AFS_FILTER, accountPath, containerPath } from '../support/share-story.js'
import { mayBeDone } from './clients.js'
import {
  ACCOUNTS,
  anyItem,
  anyName,
  type Deed,
  follow,
  jobIn,
  pair,
  SHARE_POLICIES,
  SHARES,
  type Simulation,
} from './simulation.js'

interface Container {
  vault: string
  account: string
  path: string
}

function someContainer(simulation: Simulation): Container {
  const { vault, place } = pair(simulation, ACCOUNTS)
  return { vault, account: place.name, path: containerPath(vault, place.name) }
}

const isThere = (path: string) => [{ path, url: path }]

const make = ({ random, story }: Simulation) => {
  const { name, location } = random.of(ACCOUNTS)
  const usedDataGB = random.below(90)
  const fileShares = SHARES.filter(() => random.chance(0.7)).map((share) => ({ name: share, usedDataGB, quotaGB: 100 }))
  const storageAccounts = [{ resourceGroup: 'apps', name, location, fileShares }]
  return story.call('POST', '/_recoverite/inventory', { storageAccounts })
}

const remove = ({ random, story }: Simulation) => {
  const account = accountPath(random.of(ACCOUNTS).name)
  const share = `${account}/fileServices/default/shares/${random.of(SHARES)}`
  return story.call('DELETE', random.chance(0.6) ? share : account)
}

async function register(simulation: Simulation): Promise<void> {
  const { vault, account, path } = someContainer(simulation)
  follow(simulation, await simulation.story.tryRegister(vault, account), path, () => isThere(path))
}

async function unregister(simulation: Simulation): Promise<void> {
  const { path } = someContainer(simulation)
  const answer = await simulation.story.call('DELETE', path)
  if (mayBeDone(answer)) simulation.model.forget(path)
  follow(simulation, answer, `${path}/end`)
}

async function inquire(simulation: Simulation): Promise<void> {
  const { path } = someContainer(simulation)
  follow(simulation, await simulation.story.call('POST', `${path}/inquire`), `${path}/inquiry`)
}

async function protect(simulation: Simulation): Promise<void> {
  const { random, story } = simulation
  const { vault, account, path } = someContainer(simulation)
  const offered = await story.call('GET', `${vault}/backupProtectableItems?${AFS_FILTER}`)
  const found = offered.values.filter(({ id }) => String(id).toLowerCase().includes(`;${account}/`))
  const name = random.any(found)?.name
  if (typeof name !== 'string') return
  const item = `${path}/protectedItems/${name}`
  const answer = await story.tryProtectShare(path, name, random.of(SHARE_POLICIES))
  follow(simulation, answer, item, () => isThere(item))
}

type Item = Container & { item: string }

/** Any item of a file share, with its account; undefined where there is none. */
function someItem(simulation: Simulation): Item | undefined {
  const there = anyItem(simulation, 'AzureFileShare')
  if (!there) return undefined
  const { vault, path, item } = there
  return {
    vault,
    account: item.sourceId.split('/').at(-1) ?? '',
    path: path.replace(/\/protectedItems\/.*$/, ''),
    item: path,
  }
}

const onItem =
  (run: (simulation: Simulation, item: Item) => Promise<void>) =>
  async (simulation: Simulation): Promise<void> => {
    const item = someItem(simulation)
    if (item) await run(simulation, item)
  }

const configuration = (account: string, changes: Members) => ({
  properties: {
    protectedItemType: 'AzureFileShareProtectedItem',
    sourceResourceId: accountPath(account),
    policyId: '',
    protectionState: 'ProtectionStopped',
    ...changes,
  },
})

const backUp = onItem(async (simulation, { vault, item }) => {
  const answer = await simulation.story.tryBackUp({ vault, path: item })
  follow(simulation, answer, `${vault}/backup`, (status) => jobIn(vault, status))
})

const stop = onItem(async (simulation, { account, item }) => {
  follow(simulation, await simulation.story.call('PUT', item, configuration(account, {})), `${item}/stop`)
})

const resume = onItem(async (simulation, { vault, account, item }) => {
  const policyId = `${vault}/backupPolicies/${simulation.random.of(SHARE_POLICIES)}`
  const body = configuration(account, { policyId, protectionState: 'Protected' })
  follow(simulation, await simulation.story.call('PUT', item, body), item, () => isThere(item))
})

const deleteData = onItem(async (simulation, { item }) => {
  const answer = await simulation.story.call('DELETE', item)
  if (mayBeDone(answer)) simulation.model.forget(item)
  follow(simulation, answer, `${item}/deletion`)
})

const undelete = onItem(async (simulation, { account, item }) => {
  const body = configuration(account, { isRehydrate: true })
  follow(simulation, await simulation.story.call('PUT', item, body), item, () => isThere(item))
})

const restore = onItem(async (simulation, { vault, account, item, path }) => {
  const { random, story } = simulation
  const point = anyName(simulation, await story.call('GET', `${item}/recoveryPoints`))
  if (point === undefined) return
  const elsewhere = { name: random.of(SHARES), targetResourceId: accountPath(random.of(ACCOUNTS).name) }
  const changes = random.of<Members>([
    {},
    { recoveryType: 'AlternateLocation', targetDetails: elsewhere },
    { restoreRequestType: 'ItemLevelRestore', restoreFileSpecs: [{ path: 'file0', fileSpecType: 'File' }] },
  ])
  const from = { vault, path: item, account, share: '', container: path }
  follow(simulation, await story.tryRestore(from, point, changes), `${vault}/restore`)
})

/** What is done with file shares and their backups. */
export const SHARE_DEEDS: readonly Deed[] = [
  { name: 'make an account', weight: 5, run: make },
  { name: 'delete a share or its account', weight: 0.5, run: remove },
  { name: 'register an account', weight: 9, run: register },
  { name: 'unregister an account', weight: 1, run: unregister },
  { name: 'inquire', weight: 1, run: inquire },
  { name: 'protect a share', weight: 9, run: protect },
  { name: 'back a share up', weight: 4, run: backUp },
  { name: 'stop the protection of a share', weight: 1, run: stop },
  { name: 'resume the protection of a share', weight: 1, run: resume },
  { name: 'delete the data of a share', weight: 1, run: deleteData },
  { name: 'undelete a share', weight: 1, run: undelete },
  { name: 'restore a share', weight: 3, run: restore },
]
