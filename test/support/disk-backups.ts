import assert from 'node:assert/strict'
import type { DiskInstance, DiskStory } from './disk-story.js'
import type { Answer } from './emulator.js'
import { type Members, members } from './seen.js'
import { groupPath } from './story.js'

/** What of a disk's job a story looks at. Times in ms since 1970. */
export interface SeenDiskJob {
  id: string
  status: string
  operation: string
  start: number
  end: number | undefined
  onDemand: boolean
  tag: unknown
  errors: string[]
  /** Its `properties`, for all else. */
  properties: Members
}

export function seenDiskJob(body: unknown): SeenDiskJob {
  const { name, properties } = members(body)
  const job = members(properties)
  const details = Array.isArray(job.errorDetails) ? job.errorDetails.map(members) : []
  return {
    id: String(name),
    status: String(job.status),
    operation: String(job.operation),
    start: Date.parse(String(job.startTime)),
    end: job.endTime === null ? undefined : Date.parse(String(job.endTime)),
    onDemand: job.isUserTriggered === true,
    tag: members(members(job.extendedInfo).additionalDetails).RetentionTag,
    errors: details.map(({ code }) => String(code)),
    properties: job,
  }
}

/** What of a disk's recovery point a story looks at. Times in ms since 1970. */
export interface SeenDiskPoint {
  name: string
  time: number
  snapshotAt: number
  expiry: number
  tag: string
  properties: Members
}

export function seenDiskPoint(body: unknown): SeenDiskPoint {
  const { name, properties } = members(body)
  const point = members(properties)
  const [store] = Array.isArray(point.recoveryPointDataStoresDetails) ? point.recoveryPointDataStoresDetails : []
  return {
    name: String(name),
    time: Date.parse(String(point.recoveryPointTime)),
    snapshotAt: Date.parse(String(members(store).creationTime)),
    expiry: Date.parse(String(members(store).expiryTime)),
    tag: String(point.retentionTagName),
    properties: point,
  }
}

export const tryBackUp = (
  story: DiskStory,
  { path }: Pick<DiskInstance, 'path'>,
  tag: string | undefined = 'Default',
  ruleName = 'BackupHourly',
): Promise<Answer> =>
  story.call('POST', `${path}/backup`, {
    backupRuleOptions: { ruleName, triggerOption: { retentionTagOverride: tag } },
  })

/** Starts a backup on demand. @returns the id of its job */
export async function startBackUp(story: DiskStory, instance: DiskInstance, tag?: string): Promise<string> {
  const status = await story.succeeded(await tryBackUp(story, instance, tag))
  const path = status.text('properties.jobId')
  assert.ok(path.startsWith(`${instance.vault}/backupJobs/`), path)
  return path.slice(path.lastIndexOf('/') + 1)
}

export async function diskJob(story: DiskStory, vault: string, id: string): Promise<SeenDiskJob> {
  const answer = await story.call('GET', `${vault}/backupJobs/${id}`)
  assert.equal(answer.status, 200, JSON.stringify(answer.body))
  return seenDiskJob(answer.body)
}

/** Moves the clock until a job has ended, and answers the job. */
export async function endedJob(story: DiskStory, vault: string, id: string): Promise<SeenDiskJob> {
  story.world.emulator.clock.advance({ untilJob: id })
  return diskJob(story, vault, id)
}

/** Backs up on demand and waits for the end. */
export const backUp = async (story: DiskStory, instance: DiskInstance, tag?: string): Promise<SeenDiskJob> =>
  endedJob(story, instance.vault, await startBackUp(story, instance, tag))

/** The jobs of a vault as it lists them, newest first. */
export async function diskJobs(story: DiskStory, vault: string, filter = ''): Promise<SeenDiskJob[]> {
  const answer = await story.call('GET', `${vault}/backupJobs?$filter=${encodeURIComponent(filter)}`)
  assert.equal(answer.status, 200, JSON.stringify(answer.body))
  return answer.values.map(seenDiskJob)
}

/** The recovery points of an instance as it lists them, newest first. */
export async function diskPoints(
  story: DiskStory,
  { path }: Pick<DiskInstance, 'path'>,
  filter = '',
): Promise<SeenDiskPoint[]> {
  const answer = await story.call('GET', `${path}/recoveryPoints?$filter=${encodeURIComponent(filter)}`)
  assert.equal(answer.status, 200, JSON.stringify(answer.body))
  return answer.values.map(seenDiskPoint)
}

export const restoredDisk = (name = 'restored', group = 'restored') =>
  `${groupPath(group)}/providers/Microsoft.Compute/disks/${name}`

/** What asks for the restore of a point to a new disk; `changes` go over it, and over what it says of the target. */
export const restoreOf = (
  point: string,
  diskId = restoredDisk(),
  { changes = {}, target = {}, source = {} }: { changes?: Members; target?: Members; source?: Members } = {},
): Members => ({
  objectType: 'AzureBackupRecoveryPointBasedRestoreRequest',
  recoveryPointId: point,
  sourceDataStoreType: 'OperationalStore',
  restoreTargetInfo: {
    objectType: 'RestoreTargetInfo',
    recoveryOption: 'FailIfExists',
    restoreLocation: 'westeurope',
    datasourceInfo: {
      objectType: 'Datasource',
      datasourceType: 'Microsoft.Compute/disks',
      resourceID: diskId,
      resourceLocation: 'westeurope',
      resourceName: diskId.slice(diskId.lastIndexOf('/') + 1),
      resourceType: 'Microsoft.Compute/disks',
      resourceUri: '',
      ...source,
    },
    ...target,
  },
  ...changes,
})

export const tryRestore = (story: DiskStory, { path }: Pick<DiskInstance, 'path'>, request: Members): Promise<Answer> =>
  story.call('POST', `${path}/restore`, request)

/** Validates a restore and waits for the end. @returns the last status of its operation */
export const validated = async (
  story: DiskStory,
  { path }: Pick<DiskInstance, 'path'>,
  request: Members,
): Promise<Answer> =>
  story.finished(await story.call('POST', `${path}/validateRestore`, { restoreRequestObject: request }))

/** Restores and waits for the end of the job. */
export async function restored(story: DiskStory, instance: DiskInstance, request: Members): Promise<SeenDiskJob> {
  const status = await story.succeeded(await tryRestore(story, instance, request))
  const path = status.text('properties.jobId')
  return endedJob(story, instance.vault, path.slice(path.lastIndexOf('/') + 1))
}
