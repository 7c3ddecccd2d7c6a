import assert from 'node:assert/strict'
import type { Test } from 'tap'
import { FIRST_SUBSCRIPTION } from '../../src/domain/inventory/inventory.js'
import type { RoleName } from '../../src/domain/inventory/roles.js'
import { CAUSES, type Moment } from '../../src/domain/jobs/causes.js'
import { restoreOf } from './disk-backups.js'
import { DiskStory, diskPolicy, instanceOf } from './disk-story.js'
import { type Answer, startTestEmulator } from './emulator.js'
import { giveRole, takeRole } from './roles.js'
import { type Members, members } from './seen.js'
import { groupPath } from './story.js'

const ROOT = `/subscriptions/${FIRST_SUBSCRIPTION}`
const SNAPSHOTS = groupPath('snapshots')
const TARGETS = groupPath('restored')

/** A disk that can be protected, and everything that is needed for that. */
export class DiskStage extends DiskStory {
  vaultPath = ''
  disk1 = ''
  /** Whose the roles are. */
  principal = ''

  /** A vault with an identity that has all roles, a policy, a disk, the groups of snapshots and of restored disks. */
  async prepare(): Promise<this> {
    this.disk1 = this.disk('disk1')
    this.vaultPath = await this.vault()
    await this.policy(this.vaultPath, 'Disks', diskPolicy({ intervals: ['R/2026-01-01T02:00:00+00:00/P1D'] }))
    await this.group('snapshots')
    await this.group('restored')
    await this.giveAll()
    return this
  }

  /** Gives the identity that the vault has now what it needs. */
  async giveAll(): Promise<void> {
    this.principal = await this.principalOf(this.vaultPath)
    await this.give('Disk Backup Reader', this.disk1)
    await this.give('Disk Snapshot Contributor', SNAPSHOTS)
    await this.give('Disk Restore Operator', TARGETS)
  }

  give = async (role: RoleName, scope: string): Promise<void> => {
    await giveRole(this, this.principal, role, scope)
  }

  take = (role: RoleName, scope: string): Promise<void> => takeRole(this, this.principal, role, scope)

  async delete(id: string): Promise<void> {
    const answer = await this.call('DELETE', id)
    assert.ok([200, 202].includes(answer.status), `not deleted: ${id} ${answer.status}`)
    await this.advance('10m')
  }

  async provider(namespace: string, action: 'register' | 'unregister'): Promise<void> {
    assert.equal((await this.call('POST', `${ROOT}/providers/${namespace}/${action}`)).status, 200)
  }

  async identity(type: 'None' | 'SystemAssigned'): Promise<void> {
    const answer = await this.call('PATCH', this.vaultPath, { identity: { type } })
    assert.ok([200, 202].includes(answer.status), JSON.stringify(answer.body))
    await this.advance('1m')
  }

  /** The code that the validation of an instance ends with; '' where it may be. */
  async validated(changes: Members = {}, disk = this.disk1): Promise<string> {
    const backupInstance = { ...instanceOf(this.vaultPath, disk, 'Disks'), ...changes }
    const begun = await this.call('POST', `${this.vaultPath}/validateForBackup`, { backupInstance })
    return codeOf(await this.finished(begun))
  }

  /** What the job of a backup on demand ends with: its status, or the code of its error. */
  async backedUp(path: string): Promise<string> {
    const backupRuleOptions = { ruleName: 'BackupHourly', triggerOption: { retentionTagOverride: 'Default' } }
    return this.ended(await this.finished(await this.call('POST', `${path}/backup`, { backupRuleOptions })))
  }

  /** The request that restores the newest point to a new disk. */
  async restoreOf(path: string, name: string): Promise<Members> {
    const points = await this.call('GET', `${path}/recoveryPoints`)
    return restoreOf(String(points.names[0]), `${TARGETS}/providers/Microsoft.Compute/disks/${name}`)
  }

  /** The code that the validation of a restore ends with; '' where it may be. */
  async restoreValidated(path: string, request: Members): Promise<string> {
    const begun = await this.call('POST', `${path}/validateRestore`, { restoreRequestObject: request })
    return codeOf(await this.finished(begun))
  }

  /** What the job of a restore ends with: its status, or the code of its error. */
  async restored(path: string, request: Members): Promise<string> {
    return this.ended(await this.finished(await this.call('POST', `${path}/restore`, request)))
  }

  private async ended(operation: Answer): Promise<string> {
    const jobId = operation.text('properties.jobId')
    assert.ok(jobId, JSON.stringify(operation.body))
    for (let polls = 0; polls < 60; polls++) {
      const { status, errorDetails } = members((await this.call('GET', jobId)).at('properties'))
      if (status === 'Failed') return String(members(Array.isArray(errorDetails) ? errorDetails[0] : {}).code)
      if (status !== 'InProgress') return String(status)
      await this.advance('10s')
    }
    throw new Error('a job did not come to its end')
  }
}

const codeOf = (status: Answer): string => {
  assert.ok(['Succeeded', 'Failed'].includes(status.text('status')), JSON.stringify(status.body))
  return status.text('error.code')
}

/** Tests do many things to one disk in a day. */
const MANY = { onDemandBackupsPerDiskPerDay: 1000, restoresPerDiskPerDay: 1000 }

export const diskStage = async (t: Test): Promise<DiskStage> =>
  new DiskStage(await startTestEmulator(t, { limits: MANY })).prepare()

/** Something that can be wrong, how it comes to be, and how it is no longer. */
export interface Trouble {
  what: string
  code: string
  bring: (stage: DiskStage) => Promise<void>
  end: (stage: DiskStage) => Promise<void>
}

/**
 * Every condition that has its effect at a moment, of the disk and of its vault, by the API, a tag and the inventory.
 * @param said in each of these ways, or each condition in another way than the one before
 */
export function troublesAt(moment: Moment, said: 'in all ways' | 'in turn'): Trouble[] {
  return CAUSES.filter(({ at }) => at === moment).flatMap(({ condition, value, error: code }, index) => {
    const what = `${condition}: ${value}`
    const set = (of: (stage: DiskStage) => string, to: string | null) => (stage: DiskStage) =>
      stage.condition(of(stage), { [condition]: to })
    const tags = (of: (stage: DiskStage) => string, tags: Members) => async (stage: DiskStage) => {
      const answer = await stage.call('PATCH', of(stage), { tags })
      assert.ok([200, 202].includes(answer.status), JSON.stringify(answer.body))
      await stage.advance('1m')
    }
    const disk = ({ disk1 }: DiskStage) => disk1
    const vault = ({ vaultPath }: DiskStage) => vaultPath
    const tag = `recoverite:${condition}`
    const ways: Omit<Trouble, 'code'>[] = [
      { what: `${what} of the disk`, bring: set(disk, value), end: set(disk, null) },
      { what: `${what} of the vault`, bring: set(vault, value), end: set(vault, null) },
      { what: `${what} by a tag of the disk`, bring: tags(disk, { [tag]: value }), end: tags(disk, {}) },
      { what: `${what} by a tag of the vault`, bring: tags(vault, { [tag]: value }), end: tags(vault, {}) },
      {
        what: `${what} by the inventory`,
        bring: async ({ world, disk1 }) => {
          world.emulator.seed({ disks: [{ id: disk1, diskSizeGB: 32, conditions: { [condition]: value } }] })
        },
        end: set(disk, null),
      },
    ]
    const those = said === 'in all ways' ? ways : ways.filter((_, way) => way === index % ways.length)
    return those.map((way) => ({ ...way, code }))
  })
}

/** The roles of the vault's identity, the groups and the disk, each taken away and given back. */
export const takenAway = {
  disk: {
    what: 'the disk is deleted',
    bring: (stage: DiskStage) => stage.delete(stage.disk1),
    end: async (stage: DiskStage) => {
      stage.disk('disk1')
      await stage.give('Disk Backup Reader', stage.disk1)
    },
  },
  reader: {
    what: 'no role on the disk',
    bring: (stage: DiskStage) => stage.take('Disk Backup Reader', stage.disk1),
    end: (stage: DiskStage) => stage.give('Disk Backup Reader', stage.disk1),
  },
  otherRole: {
    what: 'another role on the disk',
    bring: async (stage: DiskStage) => {
      await stage.take('Disk Backup Reader', stage.disk1)
      await stage.give('Contributor', stage.disk1)
    },
    end: async (stage: DiskStage) => {
      await stage.take('Contributor', stage.disk1)
      await stage.give('Disk Backup Reader', stage.disk1)
    },
  },
  contributor: {
    what: 'no role on the group of snapshots',
    bring: (stage: DiskStage) => stage.take('Disk Snapshot Contributor', SNAPSHOTS),
    end: (stage: DiskStage) => stage.give('Disk Snapshot Contributor', SNAPSHOTS),
  },
  operator: {
    what: 'no role on the target group',
    bring: (stage: DiskStage) => stage.take('Disk Restore Operator', TARGETS),
    end: (stage: DiskStage) => stage.give('Disk Restore Operator', TARGETS),
  },
  snapshotGroup: {
    what: 'the group of snapshots is deleted',
    bring: (stage: DiskStage) => stage.delete(SNAPSHOTS),
    end: async (stage: DiskStage) => {
      await stage.group('snapshots')
      await stage.give('Disk Snapshot Contributor', SNAPSHOTS)
    },
  },
  targetGroup: {
    what: 'the target group is deleted',
    bring: (stage: DiskStage) => stage.delete(TARGETS),
    end: async (stage: DiskStage) => {
      await stage.group('restored')
      await stage.give('Disk Restore Operator', TARGETS)
    },
  },
  identity: {
    what: 'the vault has no identity',
    bring: (stage: DiskStage) => stage.identity('None'),
    end: async (stage: DiskStage) => {
      await stage.identity('SystemAssigned')
      await stage.giveAll()
    },
  },
  compute: {
    what: 'Microsoft.Compute is not registered',
    bring: (stage: DiskStage) => stage.provider('Microsoft.Compute', 'unregister'),
    end: (stage: DiskStage) => stage.provider('Microsoft.Compute', 'register'),
  },
  storage: {
    what: 'Microsoft.Storage is not registered',
    bring: (stage: DiskStage) => stage.provider('Microsoft.Storage', 'unregister'),
    end: (stage: DiskStage) => stage.provider('Microsoft.Storage', 'register'),
  },
} as const satisfies Record<string, Omit<Trouble, 'code'>>
