import { CONDITIONS } from '../../src/domain/inventory/conditions.js'
import { JOB_KINDS, type JobOperation } from '../../src/domain/jobs/jobs.js'
import { ALL_ROUTES } from '../../src/routes/providers.js'
import { backupVaultPath, diskPath } from '../support/disk-story.js'
import { type Members, members } from '../support/seen.js'
import { accountPath } from '../support/share-story.js'
import { machinePath, vaultPath } from '../support/story.js'
import { Broken, MADE_UP } from './clients.js'
import type { Random } from './random.js'
import { ACCOUNTS, BACKUP_VAULTS, type Deed, DISKS, MACHINES, SHARES, type Simulation, VAULTS } from './simulation.js'

const CONDITION_NAMES = Object.keys(CONDITIONS) as (keyof typeof CONDITIONS)[]
const JOB_OPERATIONS = Object.keys(JOB_KINDS) as JobOperation[]
const FAULTS = '/_recoverite/faults'
const CHECKPOINT = '/_recoverite/checkpoints/simulation'
/** More rules than that and nothing goes on. */
const MOST_FAULTS = 4

function someSubject(random: Random): string {
  const account = accountPath(random.of(ACCOUNTS).name)
  return random.of([
    machinePath(random.of(MACHINES).name),
    machinePath(random.of(MACHINES).name),
    account,
    `${account}/fileServices/default/shares/${random.of(SHARES)}`,
    vaultPath(random.of(VAULTS).name),
    diskPath(random.of(DISKS).name),
    backupVaultPath(random.of(BACKUP_VAULTS).name),
  ])
}

function someValue(random: Random, name: keyof typeof CONDITIONS): unknown {
  const { values } = CONDITIONS[name]
  if (values === 'number') return random.below(300)
  return values === 'version' ? '2.6.1198.718' : random.any<string>(values)
}

async function setCondition({ random, story }: Simulation): Promise<void> {
  const name = random.any(CONDITION_NAMES) ?? 'powerState'
  const path = `/_recoverite/conditions?resourceId=${someSubject(random)}`
  await story.call('PATCH', path, { [name]: someValue(random, name) })
}

async function takeBack({ random, story }: Simulation): Promise<void> {
  const path = `/_recoverite/conditions?resourceId=${someSubject(random)}`
  const set = Object.keys(members((await story.call('GET', path)).at('set')))
  if (set.length > 0) await story.call('PATCH', path, Object.fromEntries(set.map((name) => [name, null])))
}

/** What is asked for most. */
const BUSY = [
  ...(['ProtectedItems.CreateOrUpdate', 'ProtectedItems.Delete', 'Backups.Trigger', 'Restores.Trigger'] as const),
  ...(['Vaults.CreateOrUpdate', 'Vaults.Delete', 'ProtectionPolicies.CreateOrUpdate'] as const),
  ...(['ProtectionContainers.Register', 'ProtectionContainers.Unregister', 'JobCancellations.Trigger'] as const),
  ...([
    'BackupInstanceResources.BackupInstancesCreateOrUpdate',
    'BackupInstanceResources.BackupInstancesAdhocBackup',
  ] as const),
  ...(['BackupInstanceResources.BackupInstancesDelete', 'BackupVaultResources.BackupVaultsDelete'] as const),
] as const
const OPERATIONS = ALL_ROUTES.map(({ operation }) => operation)

const someOperation = (random: Random) => (random.chance(0.7) ? random.any(BUSY) : random.any(OPERATIONS))
const METHODS = ['GET', 'PUT', 'POST', 'DELETE', 'PATCH'] as const

function someJobs(random: Random): Members {
  const jobOperation = random.chance(0.5) ? 'Backup' : random.any(JOB_OPERATIONS)
  const phase = jobOperation === 'Backup' && random.chance(0.6) ? { phase: random.of(['Snapshot', 'Transfer']) } : {}
  const some = random.chance(0.7) ? machinePath(random.of(MACHINES).name) : diskPath(random.of(DISKS).name)
  const resource = random.chance(0.4) ? { resource: some } : {}
  return { jobOperation, ...phase, ...resource }
}

const someRequests = (random: Random): Members =>
  random.chance(0.6) ? { operation: someOperation(random) } : { method: random.of(METHODS) }

const error = (code: string) => ({ code: MADE_UP + code })

/** What can go wrong on demand: what it is about, and what it does. */
const TROUBLES: readonly { weight: number; rule: (random: Random) => { match: Members; effect: Members } }[] = [
  {
    weight: 3,
    rule: (random) => {
      const status = random.of([429, 500, 503, 409])
      const retryAfter = status === 429 ? { retryAfter: random.from(0, 30) } : {}
      return { match: someRequests(random), effect: { status, code: MADE_UP, ...retryAfter } }
    },
  },
  { weight: 3, rule: (random) => ({ match: someRequests(random), effect: { drop: random.of(['before', 'after']) } }) },
  { weight: 1, rule: (random) => ({ match: someRequests(random), effect: { delayMs: random.from(1, 3) } }) },
  {
    weight: 1,
    rule: (random) => ({ match: someRequests(random), effect: { virtualDelay: `PT${random.from(1, 90)}S` } }),
  },
  {
    weight: 4,
    rule: (random) => ({
      match: { operation: someOperation(random) },
      effect: { operationFailure: error('Operation') },
    }),
  },
  { weight: 5, rule: (random) => ({ match: someJobs(random), effect: { jobFailure: error('Job') } }) },
  { weight: 3, rule: (random) => ({ match: someJobs(random), effect: { jobWarning: error('Warning') } }) },
  { weight: 3, rule: (random) => ({ match: someJobs(random), effect: { jobStuck: true } }) },
  {
    weight: 2,
    rule: (random) => ({ match: someJobs(random), effect: { virtualDelay: `PT${random.from(1, 60)}H` } }),
  },
]

async function removeFault({ random, story }: Simulation): Promise<void> {
  const faults = (await story.call('GET', FAULTS)).at('faults')
  const id = members(random.any(Array.isArray(faults) ? faults : [])).id
  if (typeof id === 'string') await story.call('DELETE', `${FAULTS}/${id}`)
}

async function addFault(simulation: Simulation): Promise<void> {
  const { random, story } = simulation
  const faults = (await story.call('GET', FAULTS)).at('faults')
  if (Array.isArray(faults) && faults.length >= MOST_FAULTS) await removeFault(simulation)
  await story.call('POST', FAULTS, {
    ...random.weighted(TROUBLES).rule(random),
    times: random.from(1, 4),
    ...(random.chance(0.3) ? { skipFirst: random.from(1, 3) } : {}),
    ...(random.chance(0.3) ? { probability: 0.5 } : {}),
  })
}

/** Everything that a world is known by from outside. */
const stateOf = ({ story: { world } }: Simulation) => ({ digest: world.emulator.digest(), now: world.now() })

async function save(simulation: Simulation): Promise<void> {
  await simulation.story.call('PUT', CHECKPOINT)
  simulation.saved = { ...stateOf(simulation), rows: simulation.rows, back: simulation.model.mark() }
}

function checkSame(what: string, before: { digest: string; now: string }, simulation: Simulation): void {
  const { digest, now } = stateOf(simulation)
  if (digest !== before.digest || now !== before.now)
    throw new Broken(`${what} gives another world: ${now} ${digest} in place of ${before.now} ${before.digest}`)
}

async function restore(simulation: Simulation): Promise<void> {
  const { saved } = simulation
  if (!saved) return
  await simulation.story.call('POST', `${CHECKPOINT}/restore`)
  checkSame('a restored checkpoint', saved, simulation)
  simulation.rows = saved.rows
  saved.back()
}

/** The world goes out as a file, and comes back. */
async function exportAndImport(simulation: Simulation): Promise<void> {
  const { emulator } = simulation.story.world
  const before = stateOf(simulation)
  emulator.import(emulator.export())
  checkSame('an imported export', before, simulation)
}

const lookAround = async ({ random, story }: Simulation) =>
  story.call(
    'GET',
    `/_recoverite/${random.of(['dashboard', 'requests', 'clock', 'inventory', 'faults', 'checkpoints'])}`,
  )

/** What the operator of the emulator does. */
export const OPERATOR_DEEDS: readonly Deed[] = [
  { name: 'set a condition', weight: 6, run: setCondition },
  { name: 'take conditions back', weight: 9, run: takeBack },
  { name: 'add a fault', weight: 9, run: addFault },
  { name: 'remove a fault', weight: 4, run: removeFault },
  { name: 'put a checkpoint', weight: 1, run: save },
  { name: 'restore the checkpoint', weight: 0.5, run: restore },
  { name: 'export and import', weight: 1, run: exportAndImport },
  { name: 'look around', weight: 1, run: lookAround },
]
