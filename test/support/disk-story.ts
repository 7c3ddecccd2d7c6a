import assert from 'node:assert/strict'
import type { Test } from 'tap'
import type { DiskSeed } from '../../src/domain/inventory/inventory-seeds.js'
import type { StartOptions } from '../../src/emulator.js'
import { type Answer, startTestEmulator } from './emulator.js'
import { type Members, members } from './seen.js'
import { Stage } from './stage.js'
import { groupPath } from './story.js'

export const backupVaultPath = (name: string, group = 'backup') =>
  `${groupPath(group)}/providers/Microsoft.DataProtection/backupVaults/${name}`
/** Disks of stories live in a group of their own, away from the vaults. */
export const diskPath = (name: string, group = 'apps') =>
  `${groupPath(group)}/providers/Microsoft.Compute/disks/${name}`

/** The roles that the identity of a vault needs, by name: their ids (wire-disk.md 4). */
export const DISK_ROLES = {
  'Disk Backup Reader': '3e5e47e6-65f7-47ef-90b5-e5dd4d455f24',
  'Disk Snapshot Contributor': '7efff54f-a5b4-42b5-a1c5-5411624893ce',
  'Disk Restore Operator': 'b50d9833-a0cb-478e-945f-707fcc997c13',
} as const
export type DiskRole = keyof typeof DISK_ROLES

const STORE = { dataStoreType: 'OperationalStore', objectType: 'DataStoreInfoBase' }

/** How long a rule keeps the points of its tag: `lasts('Daily', 'P12D')`. */
export const lasts = (name: string, duration: string, isDefault = name === 'Default'): Members => ({
  name,
  objectType: 'AzureRetentionRule',
  isDefault,
  lifecycles: [{ deleteAfter: { duration, objectType: 'AbsoluteDeleteOption' }, sourceDataStore: STORE }],
})

/** Which points get a tag: the first of a day, of a week …; the default one is for all that are left. */
export const tagged = (tagName: string, taggingPriority: number, ...absoluteCriteria: string[]): Members => ({
  isDefault: absoluteCriteria.length === 0,
  taggingPriority,
  tagInfo: { tagName },
  ...(absoluteCriteria.length === 0
    ? {}
    : { criteria: [{ objectType: 'ScheduleBasedBackupCriteria', absoluteCriteria }] }),
})

export interface DiskPolicyInput {
  /** `R/<start>/<period>` */
  intervals?: string[]
  tags?: Members[]
  rules?: Members[]
}

/** A policy for disks: every four hours from 02:00 on, kept for 7 days where nothing else is said. */
export const diskPolicy = ({
  intervals = ['R/2026-01-01T02:00:00+00:00/PT4H'],
  tags = [tagged('Default', 99)],
  rules = [lasts('Default', 'P7D')],
}: DiskPolicyInput = {}): Members => ({
  datasourceTypes: ['Microsoft.Compute/disks'],
  objectType: 'BackupPolicy',
  policyRules: [
    {
      name: 'BackupHourly',
      objectType: 'AzureBackupRule',
      backupParameters: { objectType: 'AzureBackupParams', backupType: 'Incremental' },
      dataStore: STORE,
      trigger: {
        objectType: 'ScheduleBasedTriggerContext',
        schedule: { repeatingTimeIntervals: intervals },
        taggingCriteria: tags,
      },
    },
    ...rules,
  ],
})

/** A backup instance as a story speaks of it: the vault's path and its own, and the disk that it protects. */
export interface DiskInstance {
  vault: string
  path: string
  disk: string
}

/** The `properties` that protect a disk by a policy of a vault. */
export const instanceOf = (
  vault: string,
  disk: string,
  policy: string,
  snapshotGroup = groupPath('snapshots'),
): Members => ({
  friendlyName: disk.slice(disk.lastIndexOf('/') + 1),
  objectType: 'BackupInstance',
  dataSourceInfo: {
    datasourceType: 'Microsoft.Compute/disks',
    objectType: 'Datasource',
    resourceID: disk,
    resourceLocation: 'westeurope',
    resourceName: disk.slice(disk.lastIndexOf('/') + 1),
    resourceType: 'Microsoft.Compute/disks',
    resourceUri: disk,
  },
  policyInfo: {
    policyId: `${vault}/backupPolicies/${policy}`,
    policyParameters: {
      dataStoreParametersList: [
        {
          objectType: 'AzureOperationalStoreParameters',
          dataStoreType: 'OperationalStore',
          resourceGroupId: snapshotGroup,
        },
      ],
    },
  },
})

/** A story about managed disks and Backup vaults: the steps that somebody takes, over HTTP, on the virtual clock. */
export class DiskStory extends Stage {
  /** Follows what was accepted or created to its end. @returns its last status */
  async finished(begun: Answer): Promise<Answer> {
    assert.ok([200, 201, 202].includes(begun.status), `not begun: ${begun.status} ${JSON.stringify(begun.body)}`)
    for (let polls = 0; polls < 60; polls++) {
      const status = await this.call('GET', begun.header('azure-asyncoperation'))
      assert.equal(status.status, 200, JSON.stringify(status.body))
      if (status.text('status') !== 'Inprogress') return status
      await this.advance('5s')
    }
    throw new Error('an operation did not come to its end')
  }

  /** Follows what was begun to a good end. @returns its last status */
  async succeeded(begun: Answer): Promise<Answer> {
    const status = await this.finished(begun)
    assert.equal(status.text('status'), 'Succeeded', JSON.stringify(status.body))
    return status
  }

  tryVault(name = 'vault', properties: Members = {}, document: Members = {}): Promise<Answer> {
    return this.call('PUT', backupVaultPath(name), {
      location: 'westeurope',
      identity: { type: 'SystemAssigned' },
      properties: {
        storageSettings: [{ datastoreType: 'VaultStore', type: 'LocallyRedundant' }],
        ...properties,
      },
      ...document,
    })
  }

  /** Makes a Backup vault with an identity of its own. @returns its path */
  async vault(name = 'vault', properties: Members = {}, document: Members = {}): Promise<string> {
    await this.succeeded(await this.tryVault(name, properties, document))
    return backupVaultPath(name)
  }

  /** The principal of a vault's own identity. */
  async principalOf(vault: string): Promise<string> {
    return (await this.call('GET', vault)).text('identity.principalId')
  }

  tryPolicy(vault: string, name: string, properties: Members): Promise<Answer> {
    return this.call('PUT', `${vault}/backupPolicies/${name}`, { properties })
  }

  async policy(vault: string, name = 'Disks', properties: Members = diskPolicy()): Promise<string> {
    const answer = await this.tryPolicy(vault, name, properties)
    assert.equal(answer.status, 200, JSON.stringify(answer.body))
    return name
  }

  /** Makes a resource group. @returns its id */
  async group(name: string, location = 'westeurope'): Promise<string> {
    const answer = await this.call('PUT', groupPath(name), { location })
    assert.ok([200, 201].includes(answer.status), JSON.stringify(answer.body))
    return groupPath(name)
  }

  /** Puts a managed disk into the inventory. @returns its id */
  disk(name: string, seed: Partial<DiskSeed> = {}): string {
    const [id] = this.world.emulator.seed({ disks: [{ resourceGroup: 'apps', name, diskSizeGB: 32, ...seed }] })
    assert.ok(id)
    return id
  }

  /** Gives the identity of a vault a role at a scope. @returns the id of the assignment */
  async grant(vault: string, role: DiskRole, scope: string): Promise<string> {
    const principalId = await this.principalOf(vault)
    const name = `${DISK_ROLES[role].slice(0, 24)}${String(this.#assignments++).padStart(12, '0')}`
    const id = `${scope}/providers/Microsoft.Authorization/roleAssignments/${name}`
    const answer = await this.call('PUT', `${id}?api-version=2022-04-01`, {
      properties: {
        principalId,
        principalType: 'ServicePrincipal',
        roleDefinitionId: `${scope.split('/').slice(0, 3).join('/')}/providers/Microsoft.Authorization/roleDefinitions/${DISK_ROLES[role]}`,
      },
    })
    assert.ok([200, 201].includes(answer.status), JSON.stringify(answer.body))
    return id
  }

  #assignments = 0

  tryProtect(
    vault: string,
    disk: string,
    policy = 'Disks',
    changes: Members = {},
    name = disk.slice(disk.lastIndexOf('/') + 1),
  ): Promise<Answer> {
    return this.call('PUT', `${vault}/backupInstances/${name}`, {
      properties: { ...instanceOf(vault, disk, policy), ...changes },
    })
  }

  /** The `properties` of an instance. */
  async instance({ path }: Pick<DiskInstance, 'path'>): Promise<Members> {
    const answer = await this.call('GET', path)
    assert.equal(answer.status, 200, JSON.stringify(answer.body))
    return members(answer.at('properties'))
  }

  /** Protects a disk and waits until it is configured, or has failed to be. */
  async protect(vault: string, disk: string, policy = 'Disks', changes: Members = {}): Promise<DiskInstance> {
    await this.succeeded(await this.tryProtect(vault, disk, policy, changes))
    const instance = { vault, path: `${vault}/backupInstances/${disk.slice(disk.lastIndexOf('/') + 1)}`, disk }
    for (let polls = 0; polls < 30; polls++) {
      if ((await this.instance(instance)).currentProtectionState !== 'ConfiguringProtection') return instance
      await this.advance('10s')
    }
    throw new Error('an instance did not come out of its configuration')
  }

  /** A vault, a disk, a group for its snapshots and all roles, and the disk protected. */
  async protectedDisk(
    policy: Members = diskPolicy(),
    seed: Partial<DiskSeed> = {},
    properties: Members = {},
  ): Promise<DiskInstance> {
    const disk = this.disk('disk1', seed)
    const vault = await this.vault('vault', properties)
    await this.policy(vault, 'Disks', policy)
    await this.group('snapshots')
    await this.grant(vault, 'Disk Backup Reader', disk)
    await this.grant(vault, 'Disk Snapshot Contributor', groupPath('snapshots'))
    return this.protect(vault, disk)
  }
}

/** Starts an emulator for a story about disks, on a manual clock. */
export const tellDiskStory = async (t: Test, options: StartOptions = {}): Promise<DiskStory> =>
  new DiskStory(await startTestEmulator(t, options))
