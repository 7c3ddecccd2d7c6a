import { errorName } from '../jobs/job-errors.js'
import type { JobStatus } from '../jobs/job-status.js'
import type { Job, JobOperation } from '../jobs/jobs.js'
import { same } from '../names.js'
import { DAY, type Instant } from '../policies/schedule.js'
import { BACKUP_VAULT_TYPE, CLASSIC_VAULT_TYPE, VAULT_TYPE, type Vault, type VaultType } from '../vaults/vault.js'
import type { World } from '../world.js'
import { type ActivityRecord, ownCorrelation } from './activity-log.js'

export type ActivityStatus = 'Started' | 'Accepted' | 'Succeeded' | 'Failed'

/** An entry of the activity log: a request as it came in or was answered, or a job of Backup's as it began or ended. */
export interface ActivityEvent extends Omit<ActivityRecord, 'method' | 'status' | 'correlationId'> {
  id: string
  /** Jobs are logged by Backup itself under a name of its own (azure-rest-api-specs 11041). */
  name: 'BeginRequest' | 'EndRequest' | 'AzureBackupActivityLog'
  status: ActivityStatus
  method?: string
  /** Of HTTP. */
  httpStatus?: number
  correlationId: string
  /** Texts and moments, in wire order. */
  properties: Record<string, string | Instant>
}

export interface ActivityQuery {
  subscriptionId: string
  from: Instant
  to: Instant
  correlationId?: string
  resourceGroup?: string
  /** A resource, with what is below it. */
  resourceId?: string
  provider?: string
  caller?: string
  status?: string
}

const ITEMS = `${VAULT_TYPE}/backupFabrics/protectionContainers/protectedItems`
const INSTANCES = `${BACKUP_VAULT_TYPE}/backupInstances`
const CLASSIC_EVENTS = 'Microsoft.Backup/backupvault'

/**
 * What the log calls the work of a job, by the type of its vault. Backup on a Recovery Services vault as in azure-rest-api-specs
 * 11041, the others by the operation that starts them; on a classic vault as listed (domain.md 2.4). What is not
 * listed is not logged.
 */
const JOB_ACTIVITIES: Record<VaultType, Partial<Record<JobOperation, string>>> = {
  [VAULT_TYPE]: {
    ConfigureBackup: `${ITEMS}/write`,
    Backup: `${ITEMS}/backup/action`,
    Restore: `${ITEMS}/recoveryPoints/restore/action`,
    DisableBackup: `${ITEMS}/write`,
    DeleteBackupData: `${ITEMS}/delete`,
  },
  [CLASSIC_VAULT_TYPE]: {
    Register: `${CLASSIC_EVENTS}/Register`,
    UnRegister: `${CLASSIC_EVENTS}/Unregister`,
    ConfigureBackup: `${CLASSIC_EVENTS}/ConfigureProtection`,
    Backup: `${CLASSIC_EVENTS}/Backup`,
    Restore: `${CLASSIC_EVENTS}/Restore`,
    DisableBackup: `${CLASSIC_EVENTS}/StopProtection`,
    DeleteBackupData: `${CLASSIC_EVENTS}/DeleteBackupData`,
  },
  [BACKUP_VAULT_TYPE]: {
    Backup: `${INSTANCES}/backup/action`,
    Restore: `${INSTANCES}/restore/action`,
  },
}

const CLASSIC_POLICIES = `${CLASSIC_VAULT_TYPE}/protectionPolicies`
/** What a classic vault has no jobs for is logged as it is asked for. */
const POLICY_ACTIVITIES: Record<string, string> = {
  PUT: `${CLASSIC_EVENTS}/CreateProtectionPolicy`,
  PATCH: `${CLASSIC_EVENTS}/UpdateProtectionPolicy`,
  DELETE: `${CLASSIC_EVENTS}/DeleteProtectionPolicy`,
}

/** How the end of a job is logged. A cancellation is there as the request that asked for it. */
const JOB_ENDS: Partial<Record<JobStatus, ActivityStatus>> = {
  Completed: 'Succeeded',
  CompletedWithWarnings: 'Succeeded',
  Failed: 'Failed',
}

/** Only jobs of machines are logged (backup-azure-monitoring-use-azuremonitor.md). */
const isLogged = ({ workload }: Job) => workload !== 'AzureFileShare'

/** Jobs that began before the time that is looked at may end in it: none runs longer. */
const LONGEST_JOB = 30 * DAY

/** The entries of the activity log that fit a query, newest first. */
export function listActivity(world: World, query: ActivityQuery): ActivityEvent[] {
  const { subscriptionId, from, to } = query
  const requests = world.activityLog
    .ofSubscription(subscriptionId, from, to)
    .flatMap(({ id, ...record }) => eventsOfRequest(world, id, record))
  const jobs = world.vaults
    .ofSubscription(subscriptionId)
    .flatMap((vault) => jobsOf(world, vault, query).flatMap((job) => eventsOfJob(world, vault, job)))
    .filter(({ at }) => at >= from && at <= to)
  const started = jobs.filter(({ status }) => status === 'Started')
  const ended = jobs.filter(({ status }) => status !== 'Started')
  // At one instant jobs end, then something is asked for, then that begins.
  return [...started, ...requests, ...ended].filter((event) => fits(event, query)).sort((a, b) => b.at - a.at)
}

const jobsOf = (world: World, { key }: Vault, { from, to }: ActivityQuery) =>
  world.jobs.query({ vaultKey: key, startFrom: from - LONGEST_JOB, startTo: to }).filter(isLogged)

function eventsOfRequest(world: World, id: number, record: ActivityRecord): ActivityEvent[] {
  const { status, correlationId = ownCorrelation(world, id), error, ...shared } = record
  const event = { ...shared, correlationId, properties: {} }
  const own = record.resourceType === CLASSIC_POLICIES ? POLICY_ACTIVITIES[record.method] : undefined
  return [
    ...(own === undefined ? [] : [serviceEvent(world, id, { ...event, operation: own }, status)]),
    {
      ...event,
      id: world.chance.guidFor('activity', id, 'end'),
      name: 'EndRequest',
      status: statusOf(status),
      httpStatus: status,
      ...(error ? { error } : {}),
    },
    { ...event, id: world.chance.guidFor('activity', id, 'begin'), name: 'BeginRequest', status: 'Started' },
  ]
}

/** What Backup itself logs of a request. */
const serviceEvent = (
  world: World,
  id: number,
  { method: _, clientRequestId: __, ...event }: Omit<ActivityEvent, 'id' | 'name' | 'status'>,
  status: number,
): ActivityEvent => ({
  ...event,
  id: world.chance.guidFor('activity', id, 'service'),
  name: 'AzureBackupActivityLog',
  status: status >= 400 ? 'Failed' : 'Succeeded',
})

/** What was taken to be done later is only accepted. */
function statusOf(status: number): ActivityStatus {
  if (status >= 400) return 'Failed'
  return status === 202 ? 'Accepted' : 'Succeeded'
}

function eventsOfJob(world: World, vault: Vault, job: Job): ActivityEvent[] {
  const operation = JOB_ACTIVITIES[vault.type][job.operation]
  if (operation === undefined) return []
  const event = (status: ActivityStatus, at: Instant): ActivityEvent => ({
    id: world.chance.guidFor('activity', job.id, status),
    name: 'AzureBackupActivityLog',
    subscriptionId: vault.subscriptionId,
    at,
    operation,
    resourceId: vault.id,
    resourceType: vault.type,
    resourceGroup: vault.resourceGroup,
    status,
    correlationId: job.activityId,
    // Which machine it was says only its name (azure-rest-api-specs 11041).
    properties: {
      'Entity Name': job.friendlyName,
      'Job Id': job.id,
      'Start Time': job.start,
      ...(job.error && status === 'Failed' ? { 'Error Code': errorName(job.error) } : {}),
    },
  })
  const ended = JOB_ENDS[job.status]
  return [...(ended && job.end !== undefined ? [event(ended, job.end)] : []), event('Started', job.start)]
}

function fits(event: ActivityEvent, query: ActivityQuery): boolean {
  const equal = (wanted: string | undefined, own: string | undefined) => wanted === undefined || same(wanted, own ?? '')
  const { resourceId } = query
  return (
    equal(query.correlationId, event.correlationId) &&
    equal(query.resourceGroup, event.resourceGroup) &&
    equal(query.provider, event.resourceType.split('/')[0]) &&
    equal(query.caller, event.caller) &&
    equal(query.status, event.status) &&
    (resourceId === undefined || same(event.resourceId, resourceId) || isBelow(event.resourceId, resourceId))
  )
}

const isBelow = (id: string, above: string) => same(id.slice(0, above.length + 1), `${above}/`)
