import type { Test } from 'tap'
import { WHEN_DUE } from '../../src/domain/due.js'
import { isOpen } from '../../src/domain/jobs/job-status.js'
import type { DueKind } from '../../src/domain/world.js'
import { ClassicStory } from '../support/classic-story.js'
import { DiskStory } from '../support/disk-story.js'
import { MONDAY, startTestEmulator } from '../support/emulator.js'
import { DAY, HOUR } from '../support/seen.js'
import { ShareStory } from '../support/share-story.js'
import { BACKUP_VAULT_DEEDS } from './backup-vault-deeds.js'
import { begin } from './beginning.js'
import { CLASSIC_DEEDS } from './classic-deeds.js'
import { Broken, clientsOf, isDropped, isMadeUp } from './clients.js'
import { DISK_DEEDS } from './disk-deeds.js'
import { problemsOf } from './invariants.js'
import { MACHINE_DEEDS } from './machine-deeds.js'
import { Model, type Pending } from './model.js'
import { MOVING_DEEDS } from './moving-deeds.js'
import { OPERATOR_DEEDS } from './operator-deeds.js'
import { Random } from './random.js'
import { createRowReader, type Rows } from './rows.js'
import { SHARE_DEEDS } from './share-deeds.js'
import type { Actor, Simulation } from './simulation.js'
import { breaksBetween } from './transitions.js'
import { VAULT_DEEDS } from './vault-deeds.js'
import { differences } from './views.js'

/** Who acts: each has a table of what is done. */
const ACTORS: readonly Actor[] = [
  { weight: 3, deeds: VAULT_DEEDS },
  { weight: 6, deeds: MACHINE_DEEDS },
  { weight: 3, deeds: SHARE_DEEDS },
  { weight: 3, deeds: CLASSIC_DEEDS },
  { weight: 2, deeds: BACKUP_VAULT_DEEDS },
  { weight: 5, deeds: DISK_DEEDS },
  { weight: 3, deeds: OPERATOR_DEEDS },
  { weight: 1, deeds: MOVING_DEEDS },
]

/** Every seed has a taste of its own: what is done often in one is hardly done in another. */
const actorsOf = (random: Random): Actor[] =>
  ACTORS.map(({ weight, deeds }) => ({
    weight: weight * random.of([0.5, 1, 2]),
    deeds: deeds.map((deed) => ({ ...deed, weight: deed.weight * random.of([0.2, 1, 1, 4]) })),
  }))

export interface Length {
  /** How many deeds at most. */
  steps: number
  /** How many days of the world at most. */
  days: number
}

/** How a simulation went. */
export interface Course {
  steps: number
  days: number
  requests: number
  /** A digest of the world in the end. */
  digest: string
  /** How often the service answered so, by status and code. */
  answered: Record<string, number>
  /** How many jobs there are in the end, by operation and status. */
  jobs: Record<string, number>
}

/** Events that broke: the scheduler drops them and goes on, so somebody has to listen. */
const broken: string[] = []

function listen(): void {
  for (const [kind, run] of Object.entries(WHEN_DUE) as [DueKind, (typeof WHEN_DUE)[DueKind]][]) {
    WHEN_DUE[kind] = (world, event) => {
      try {
        run(world, event)
      } catch (error) {
        broken.push(`${kind} of ${event.subject} broke: ${error instanceof Error ? error.stack : String(error)}`)
        throw error
      }
    }
  }
}
listen()

/** How time goes on after a deed: mostly by moments, now and then by weeks. */
const PACES: readonly { weight: number; least: number; most: number }[] = [
  { weight: 25, least: 0, most: 0 },
  { weight: 30, least: 1, most: 90_000 },
  { weight: 15, least: 90_000, most: 2 * HOUR },
  { weight: 16, least: 2 * HOUR, most: DAY },
  { weight: 7, least: DAY, most: 6 * DAY },
  { weight: 2, least: 6 * DAY, most: 40 * DAY },
]

const read = createRowReader()

/** Looks at the world: it is as it has to be, and has become so as it may. */
async function check(simulation: Simulation): Promise<Rows> {
  const { story, rows: before } = simulation
  const rows = read(story.world.emulator.export())
  const problems = [
    ...broken.splice(0),
    ...problemsOf(rows),
    ...(before ? breaksBetween(before, rows) : []),
    ...(await differences(simulation, rows)),
  ]
  if (problems.length > 0) throw new Broken(problems.slice(0, 5).join('\n'))
  simulation.rows = rows
  return rows
}

/** How many of what was acknowledged is asked for after a deed. */
const LOOKED_FOR = 3

/** Nothing that was acknowledged has vanished. */
async function lookFor({ random, model, story }: Simulation, count = LOOKED_FOR): Promise<void> {
  const left = model.kept.filter(({ until }) => until === undefined || until > story.now)
  for (let looks = 0; looks < count && left.length > 0; looks++) {
    const [thing] = left.splice(random.below(left.length), 1)
    if (!thing) return
    const answer = await story.call('GET', thing.url)
    const isOver = thing.until !== undefined && thing.until <= story.now
    if (isOver || isDropped(answer) || isMadeUp(answer)) continue
    const isThere = answer.status === 200 && (thing.name === undefined || answer.names.includes(thing.name))
    if (!isThere) throw new Broken(`${thing.path} was acknowledged and has vanished: ${answer.status} ${answer.code}`)
  }
}

/** Asks how far something is. */
async function poll({ model, story }: Simulation, pending: Pending): Promise<void> {
  const answer = await story.call('GET', pending.url)
  if (isDropped(answer) || isMadeUp(answer)) return
  if (answer.status >= 400)
    throw new Broken(
      `what was accepted of ${pending.path} can't be polled: ${answer.status} ${answer.code} at ${pending.url}`,
    )
  const things = pending.read(answer)
  if (things) model.settle(pending, things)
}

const iso = (instant: number) => new Date(instant).toISOString()

/** Where the clock goes after a deed: often to what is due next, of a job that is under way above all, or to just before it. */
function nextInstant({ random, story, rows }: Simulation): string {
  const { now, nextEvent } = story.world.emulator.clock.read()
  const ofJobs = rows?.timeline.filter(({ subject }) => subject.startsWith('job:')) ?? []
  const next = random.chance(0.3) ? random.any(ofJobs)?.due : random.chance(0.15) ? nextEvent?.at : undefined
  if (next !== undefined) return iso(Math.max(now, next - random.below(2)))
  const { least, most } = random.weighted(PACES)
  return iso(now + random.from(least, most))
}

async function step(simulation: Simulation, name: (deed: string) => void): Promise<void> {
  const { random, story, clients, model } = simulation
  if (random.chance(0.08)) simulation.focus = random.below(60)
  const deed = random.weighted(random.weighted(simulation.actors).deeds)
  name(deed.name)
  clients.note(`-- ${deed.name}`)
  await deed.run(simulation)
  const to = nextInstant(simulation)
  clients.note(`-- until ${to}`)
  story.world.emulator.clock.advance({ to })
  for (const pending of model.pending)
    if (model.isPending(pending) && random.chance(0.5)) await poll(simulation, pending)
  await lookFor(simulation)
  await check(simulation)
}

/** Whatever is open comes to its end once nothing goes wrong any more: 45 days are the longest that anything takes. */
async function drain(simulation: Simulation): Promise<void> {
  const { story, model } = simulation
  await story.call('DELETE', '/_recoverite/faults')
  const { jobs, operations } = await check(simulation)
  const open = jobs.filter(({ body }) => isOpen(body)).map(({ body }) => body.id)
  const going = operations.filter(({ body }) => body.status === 'InProgress').map(({ body }) => body.key)
  for (let piece = 0; piece < 5; piece++) {
    story.world.emulator.clock.advance({ to: iso(story.now + 10 * DAY) })
    await check(simulation)
  }
  const { job, operation } = await check(simulation)
  const left = [
    ...open.filter((id) => job.get(id)?.end === undefined && job.has(id)).map((id) => `job ${id}`),
    ...going.filter((key) => operation.get(key)?.status === 'InProgress').map((key) => `operation ${key}`),
  ]
  for (const pending of model.pending) if (model.isPending(pending)) await poll(simulation, pending)
  // What an operation of a classic vault names is a job, which is polled next.
  for (const pending of model.pending) if (model.isPending(pending)) await poll(simulation, pending)
  left.push(...model.pending.map(({ path, url }) => `what was accepted of ${path}, ${url}`))
  if (left.length > 0) throw new Broken(`never ends: ${left.join(', ')}`)
  await lookFor(simulation, Number.POSITIVE_INFINITY)
}

function courseOf({ clients, rows }: Simulation, steps: number): Course {
  const days = Math.round((Date.parse(clients.now()) - Date.parse(MONDAY)) / DAY)
  const answered = Object.fromEntries(clients.answered)
  const requests = Object.values(answered).reduce((sum, count) => sum + count, 0)
  const jobs: Course['jobs'] = {}
  for (const { body } of rows?.jobs ?? []) {
    const kind = `${body.workload} ${body.operation} ${body.status}`
    jobs[kind] = (jobs[kind] ?? 0) + 1
  }
  return { steps, days, requests, digest: clients.emulator.digest(), answered, jobs }
}

/**
 * Lets several clients do what a seed decides, looks at the world after each deed, and lets it come to its end.
 * @throws Error that says what must not be, after which requests, and how to see it again
 */
export async function simulate(t: Test, seed: number, { steps, days }: Length): Promise<Course> {
  const world = await startTestEmulator(t, { seed: `simulation-${seed}` })
  const clients = clientsOf(world)
  const story = new ShareStory(clients)
  const random = new Random(seed)
  const simulation: Simulation = {
    random,
    actors: actorsOf(random),
    clients,
    story,
    classic: new ClassicStory(clients),
    disks: new DiskStory(clients),
    model: new Model(() => story.now),
    focus: 0,
    rows: undefined,
    saved: undefined,
  }
  const end = Date.parse(MONDAY) + days * DAY
  let done = 0
  let deed = 'start'
  try {
    await begin(simulation)
    for (; done < steps && story.now < end; done++) await step(simulation, (name) => (deed = name))
    deed = 'drain'
    await drain(simulation)
    return courseOf(simulation, done)
  } catch (error) {
    const what = error instanceof Broken ? error.message : String(error instanceof Error ? error.stack : error)
    const again = `npm run simulate -- --seed ${seed} --steps ${deed === 'drain' ? done : done + 1} --days ${days}`
    throw new Error(
      `seed ${seed}, deed ${done + 1} '${deed}' at ${clients.now()}: ${what}\nsee it again: ${again}\nthe last requests:\n${clients.trace.join('\n')}`,
    )
  } finally {
    await world.emulator.close()
  }
}
