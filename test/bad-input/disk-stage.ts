import assert from 'node:assert/strict'
import { diskPoints, endedJob } from '../support/disk-backups.js'
import { DISK_ROLES, type DiskInstance, DiskStory, diskPolicy, instanceOf } from '../support/disk-story.js'
import { groupPath } from '../support/story.js'
import type { Stage } from './stage.js'

/** What wrong requests about managed disks meet: what the documents' examples name, and what refuses something. */
export interface DiskStage {
  story: DiskStory
  vault: string
  /** `demo-disk` of the examples: protected and backed up. */
  instance: DiskInstance
  /** Instances of the same vault, by name: `stopped-disk`, `deleted-disk`, and one whose first configuration runs. */
  stopped: string
  deleted: string
  configuring: string
  /** An instance of another vault, `other-backup-vault`. */
  taken: string
  /** The points of `demo-disk` and of the other vault's. */
  point: string
  takenPoint: string
  finishedJob: string
}

const GROUP = groupPath('demo')
/** A policy that never strikes while a story runs. */
const RARELY = diskPolicy({ intervals: ['R/2030-01-01T02:00:00+00:00/P1D'] })

async function makeVault(story: DiskStory, name: string): Promise<string> {
  const path = `${GROUP}/providers/Microsoft.DataProtection/backupVaults/${name}`
  const made = await story.call('PUT', path, {
    location: 'westeurope',
    identity: { type: 'SystemAssigned' },
    properties: { storageSettings: [{ datastoreType: 'VaultStore', type: 'LocallyRedundant' }] },
  })
  await story.succeeded(made)
  await story.policy(path, 'DemoDiskPolicy', RARELY)
  for (const role of Object.keys(DISK_ROLES) as (keyof typeof DISK_ROLES)[])
    await story.grant(path, role, groupPath('x').replace(/\/resourceGroups.*$/, ''))
  return path
}

const instanceBody = (vault: string, disk: string) => ({
  properties: instanceOf(vault, disk, 'DemoDiskPolicy', groupPath('snapshots')),
})

async function protect(story: DiskStory, vault: string, name: string): Promise<DiskInstance> {
  const disk = story.disk(name, { resourceGroup: 'demo' })
  const path = `${vault}/backupInstances/${name}`
  await story.succeeded(await story.call('PUT', path, instanceBody(vault, disk)))
  await story.advance('2m')
  assert.equal((await story.instance({ path })).currentProtectionState, 'ProtectionConfigured')
  return { vault, path, disk }
}

async function backUp(story: DiskStory, instance: DiskInstance): Promise<{ job: string; point: string }> {
  const begun = await story.call('POST', `${instance.path}/backup`, {
    backupRuleOptions: { ruleName: 'BackupHourly', triggerOption: { retentionTagOverride: 'Default' } },
  })
  const id = (await story.succeeded(begun)).text('properties.jobId').split('/').pop() ?? ''
  const job = await endedJob(story, instance.vault, id)
  assert.equal(job.status, 'Completed')
  const [point] = await diskPoints(story, instance)
  return { job: job.id, point: point?.name ?? '' }
}

/** Sets the stage for requests about managed disks, on the stage that there is. */
export async function setDiskStage({ story: { world } }: Stage): Promise<DiskStage> {
  const story = new DiskStory(world)
  await story.group('snapshots')
  const vault = await makeVault(story, 'demo-backup-vault')
  const other = await makeVault(story, 'other-backup-vault')
  const instance = await protect(story, vault, 'demo-disk')
  const { job, point } = await backUp(story, instance)
  const taken = await backUp(story, await protect(story, other, 'taken-disk'))
  const stopped = await protect(story, vault, 'stopped-disk')
  await story.succeeded(await story.call('POST', `${stopped.path}/stopProtection`))
  const deleted = await protect(story, vault, 'deleted-disk')
  await story.succeeded(await story.call('DELETE', deleted.path))
  await story.advance('1m')
  // What runs is begun last, so that it still runs.
  const late = story.disk('late-disk', { resourceGroup: 'demo' })
  const begun = await story.call('PUT', `${vault}/backupInstances/late-disk`, instanceBody(vault, late))
  assert.equal(begun.status, 201)
  return {
    story,
    vault,
    instance,
    stopped: 'stopped-disk',
    deleted: 'deleted-disk',
    configuring: 'late-disk',
    taken: 'taken-disk',
    point,
    takenPoint: taken.point,
    finishedJob: job,
  }
}
