import { JOB_KINDS, type JobOperation } from '../jobs/jobs.js'
import { readResourceId, same } from '../names.js'
import { type EffectInput, type EffectName, effectsAt, readEffect, refuseFault } from './fault-effects.js'
import { FAULT_PHASES, type FaultInput, type FaultMatch, type FaultOccasion, type FaultPhase } from './faults.js'
import { nearNames } from './near-names.js'
import { canBeBelow, readGlob } from './path-globs.js'

/** An operation that is served: a rule that is about none of them can never match. */
export interface ServedOperation {
  operation: string
  method: string
  /** `/subscriptions/{subscriptionId}/…` */
  path: string
  /** It opens a long-running operation, which can fail. */
  opens: boolean
}

/** A rule as somebody writes it; its members have the right types, and nothing else is known of them. */
export interface FaultRule {
  match: Omit<FaultMatch, 'jobOperation' | 'phase'> & { jobOperation?: string; phase?: string }
  effect: EffectInput
  /** 0 where nothing is said. */
  skipFirst?: number
  /** Without end where nothing is said. */
  times?: number
  /** 1 where nothing is said. */
  probability?: number
}

type Match = FaultRule['match']
const OF_REQUESTS = ['operation', 'method', 'path'] as const
const OF_JOBS = ['jobOperation', 'phase', 'attempt'] as const

/**
 * Reads a rule.
 * @param served what rules about requests can be about
 * @throws Refusal InvalidControlRequest for one that makes no sense or can never match, with what is wrong
 */
export function readFault(rule: FaultRule, served: readonly ServedOperation[]): FaultInput {
  const { name, occasions, effect } = readEffect(rule.effect)
  const occasion = occasionOf(rule.match, name, occasions)
  return {
    occasion,
    match: occasion === 'job' ? readJobMatch(rule.match) : readRequestMatch(rule.match, occasion, served),
    effect,
    ...readCounts(rule),
  }
}

/** What a rule strikes: what it matches has to be of the same kind as its effect. */
function occasionOf(match: Match, name: EffectName, occasions: readonly FaultOccasion[]): FaultOccasion {
  const ofRequests = OF_REQUESTS.find((key) => match[key] !== undefined)
  const ofJobs = OF_JOBS.find((key) => match[key] !== undefined)
  if (ofRequests && ofJobs) {
    throw refuseFault(
      `match.${ofRequests} is of requests and match.${ofJobs} of jobs, so the two never match together. Make two rules.`,
    )
  }
  const occasion = occasions.find((at) => (at === 'job' ? !ofRequests : !ofJobs))
  if (occasion) return occasion
  throw refuseFault(
    ofJobs
      ? `effect.${name} is not of jobs, so it never goes with match.${ofJobs}. Effects on jobs are ${effectsAt('job')}.`
      : `effect.${name} is of jobs, so it never goes with match.${ofRequests}. Effects on requests are ${effectsAt('request', 'operation')}; jobs are matched by resource, ${OF_JOBS.join(', ')}.`,
  )
}

/** Everything that requests are matched by, each with what is wrong where no operation is left that it can be about. */
function readRequestMatch(match: Match, occasion: FaultOccasion, served: readonly ServedOperation[]): FaultMatch {
  const named = match.operation === undefined ? undefined : operationOf(match.operation, served)
  const method = match.method === undefined ? undefined : methodOf(match.method, served)
  const resource = match.resource === undefined ? undefined : readResource(match.resource)
  const { path } = match
  let left = named ? [named] : served
  const narrow = (what: string, keep: (operation: ServedOperation) => boolean) => {
    left = left.filter(keep)
    if (left.length > 0) return
    throw refuseFault(named ? `${what}: ${named.operation} is ${named.method} ${named.path}.` : `${what}.`)
  }
  if (method !== undefined)
    narrow(`match.method ${method} never matches with the operation`, (operation) => operation.method === method)
  if (path !== undefined) {
    const glob = readGlob(path)
    narrow(`match.path '${path}' is the path of nothing that is served and otherwise matched`, (operation) =>
      glob.meets(operation.path),
    )
  }
  if (resource !== undefined) {
    narrow(
      `match.resource '${resource}' never matches: no path of what is otherwise matched lies there or below it`,
      (operation) => canBeBelow(operation.path, resource),
    )
  }
  if (occasion === 'operation')
    narrow(
      'effect.operationFailure never strikes: nothing that is matched opens a long-running operation',
      ({ opens }) => opens,
    )
  return {
    ...(named ? { operation: named.operation } : {}),
    ...(method === undefined ? {} : { method }),
    ...(path === undefined ? {} : { path }),
    ...(resource === undefined ? {} : { resource }),
  }
}

/** In any casing, and as the documents write it too: `ProtectedItems_Get`. */
function operationOf(name: string, served: readonly ServedOperation[]): ServedOperation {
  const asked = name.replace('_', '.')
  const found = served.find(({ operation }) => same(operation, asked))
  if (found) return found
  const near = nearNames(
    asked,
    served.map(({ operation }) => operation),
  )
  throw refuseFault(
    `match.operation is '${name}': nothing that is served is called so. ${near.length > 0 ? `Alike are ${near.join(', ')}. ` : ''}/docs has all operations.`,
  )
}

function methodOf(method: string, served: readonly ServedOperation[]): string {
  const known = [...new Set(served.map((operation) => operation.method))]
  const found = known.find((one) => same(one, method))
  if (found) return found
  throw refuseFault(`match.method is '${method}': use one of ${known.join(', ')}.`)
}

const ID = /^\/subscriptions\/[^/]+(?:\/resourceGroups\/[^/]+(?:\/providers\/[^/]+(?:\/[^/]+\/[^/]+)+)?)?$/i

/** @returns the id without what may be spelled in two ways */
function readResource(id: string): string {
  const plain = decoded(id)
    .replace(/\/{2,}/g, '/')
    .replace(/\/$/, '')
  if (ID.test(plain)) return plain
  throw refuseFault(
    `match.resource is '${id}': give the full ARM id of a subscription, a resource group or a resource, like /subscriptions/<id>/resourceGroups/<group>/providers/Microsoft.Compute/virtualMachines/<name>.`,
  )
}

/** Names of items come with their semicolons encoded, too. */
const decoded = (id: string) => id.replace(/%3b/gi, ';')

/** The types that jobs are of, and below: what is backed up, and what of a vault leads to its items and its jobs. */
const JOB_PLACES = [
  'Microsoft.Compute/virtualMachines',
  'Microsoft.ClassicCompute/virtualMachines',
  'Microsoft.Storage/storageAccounts',
  'Microsoft.ClassicStorage/storageAccounts',
  'Microsoft.RecoveryServices/vaults',
  'Microsoft.RecoveryServices/vaults/backupFabrics',
  'Microsoft.RecoveryServices/vaults/backupFabrics/protectionContainers',
  'Microsoft.RecoveryServices/vaults/backupFabrics/protectionContainers/protectedItems',
  'Microsoft.RecoveryServices/vaults/backupJobs',
  'Microsoft.Backup/BackupVault',
  'Microsoft.Backup/BackupVault/registeredContainers',
  'Microsoft.Backup/BackupVault/registeredContainers/protectedItems',
  'Microsoft.Backup/BackupVault/jobs',
  'Microsoft.Compute/disks',
  'Microsoft.DataProtection/backupVaults',
  'Microsoft.DataProtection/backupVaults/backupInstances',
  'Microsoft.DataProtection/backupVaults/backupJobs',
]

/** Whether a job can be at an id or below it: subscriptions and groups hold everything. */
function holdsJobs(id: string): boolean {
  const type = readResourceId(id)?.type
  return type === undefined || JOB_PLACES.some((place) => same(place, type))
}

function readJobMatch({ resource, jobOperation, phase, attempt }: Match): FaultMatch {
  const place = resource === undefined ? undefined : readResource(resource)
  if (place !== undefined && !holdsJobs(place)) {
    throw refuseFault(
      `match.resource '${place}' never matches: a job is at a machine, a disk or a storage account, a vault, an item or its own id.`,
    )
  }
  const operation = jobOperation === undefined ? undefined : jobOperationOf(jobOperation)
  const inPhase = phase === undefined ? undefined : phaseOf(phase)
  if (inPhase && operation && operation !== 'Backup')
    throw refuseFault(`match.phase ${inPhase} never matches with jobOperation ${operation}: phases are of Backup only.`)
  if (attempt !== undefined && !(Number.isInteger(attempt) && attempt >= 1))
    throw refuseFault(`match.attempt is ${attempt}: attempts are counted 1, 2, 3 …`)
  return {
    ...(place === undefined ? {} : { resource: place }),
    ...(operation ? { jobOperation: operation } : {}),
    ...(inPhase ? { phase: inPhase } : {}),
    ...(attempt === undefined ? {} : { attempt }),
  }
}

function jobOperationOf(name: string): JobOperation {
  const known = Object.keys(JOB_KINDS) as JobOperation[]
  const found = known.find((operation) => same(operation, name))
  if (found === 'BackupDataMove') {
    throw refuseFault(
      `match.jobOperation ${found} never matches: data moves as its operation ends, so use operationFailure with match.operation BackupResourceStorageConfigsNonCRR.BMSTriggerDataMove.`,
    )
  }
  if (found) return found
  throw refuseFault(`match.jobOperation is '${name}': use one of ${known.join(', ')}.`)
}

function phaseOf(name: string): FaultPhase {
  const found = FAULT_PHASES.find((phase) => same(phase, name))
  if (found) return found
  throw refuseFault(`match.phase is '${name}': use one of ${FAULT_PHASES.join(', ')}.`)
}

function readCounts({
  skipFirst = 0,
  times,
  probability = 1,
}: FaultRule): Pick<FaultInput, 'skipFirst' | 'times' | 'probability'> {
  if (!(Number.isSafeInteger(skipFirst) && skipFirst >= 0))
    throw refuseFault(`skipFirst is ${skipFirst}: give how many pass before it strikes, 0 or more.`)
  if (times !== undefined && !(Number.isSafeInteger(times) && times >= 1))
    throw refuseFault(`times is ${times}: give how often it strikes, 1 or more; leave it out for without end.`)
  if (!(probability > 0 && probability <= 1))
    throw refuseFault(`probability is ${probability}: give a number above 0, at most 1.`)
  return { skipFirst, ...(times === undefined ? {} : { times }), probability }
}
