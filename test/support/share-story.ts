import assert from 'node:assert/strict'
import type { Test } from 'tap'
import type { ShareSeed, StorageAccountSeed } from '../../src/domain/inventory/storage-seeds.js'
import type { StartOptions } from '../../src/emulator.js'
import { type Answer, startTestEmulator } from './emulator.js'
import { type Members, members, type SeenJob } from './seen.js'
import { groupPath, type Item, keep, Story } from './story.js'

export const accountPath = (name: string, group = 'apps') =>
  `${groupPath(group)}/providers/Microsoft.Storage/storageAccounts/${name}`
export const containerPath = (vault: string, account: string, group = 'apps') =>
  `${vault}/backupFabrics/Azure/protectionContainers/StorageContainer;Storage;${group};${account}`
export const AFS_FILTER = `$filter=${encodeURIComponent("backupManagementType eq 'AzureStorage'")}`

/** A policy that keeps snapshots for 30 days, of one backup a day. */
export const snapshotPolicy = (changes: Members = {}): Members => ({
  backupManagementType: 'AzureStorage',
  workLoadType: 'AzureFileShare',
  schedulePolicy: {
    schedulePolicyType: 'SimpleSchedulePolicy',
    scheduleRunFrequency: 'Daily',
    scheduleRunTimes: ['2026-01-01T20:00:00Z'],
  },
  retentionPolicy: { retentionPolicyType: 'LongTermRetentionPolicy', dailySchedule: keep('20:00', 30, 'Days') },
  timeZone: 'UTC',
  ...changes,
})

/** A policy that sends the last backup of a day to the vault: three a day, snapshots for 5 days, 30 days in the vault. */
export function vaultPolicy(): Members {
  const { retentionPolicy, ...policy } = snapshotPolicy()
  return {
    ...policy,
    schedulePolicy: {
      schedulePolicyType: 'SimpleSchedulePolicy',
      scheduleRunFrequency: 'Hourly',
      hourlySchedule: {
        interval: 4,
        scheduleWindowStartTime: '2026-01-01T08:00:00Z',
        scheduleWindowDuration: 8,
      },
    },
    vaultRetentionPolicy: {
      vaultRetention: { retentionPolicyType: 'LongTermRetentionPolicy', dailySchedule: keep('16:00', 30, 'Days') },
      snapshotRetentionInDays: 5,
    },
  }
}

export interface ShareItem extends Item {
  account: string
  share: string
  /** The path of its container. */
  container: string
}

/** A story about file shares: accounts live in the group `apps`, away from the vault. */
export class ShareStory extends Story {
  /** Puts an account with shares into the inventory. @returns its id */
  account(name: string, shares: (string | ShareSeed)[] = ['share1'], seed: Partial<StorageAccountSeed> = {}): string {
    const fileShares = shares.map((share) => (typeof share === 'string' ? { name: share } : share))
    const [id] = this.world.emulator.seed({ storageAccounts: [{ resourceGroup: 'apps', name, fileShares, ...seed }] })
    assert.ok(id)
    return id
  }

  tryRegister(vault: string, account: string, changes: Members = {}): Promise<Answer> {
    return this.call('PUT', containerPath(vault, account), {
      properties: {
        containerType: 'StorageContainer',
        backupManagementType: 'AzureStorage',
        sourceResourceId: accountPath(account),
        ...changes,
      },
    })
  }

  /** Registers an account and waits for the end. @returns the path of its container */
  async register(vault: string, account: string): Promise<string> {
    await this.finished(await this.tryRegister(vault, account))
    return containerPath(vault, account)
  }

  async inquire(container: string): Promise<void> {
    await this.finished(await this.call('POST', `${container}/inquire`))
  }

  /** The shares that a vault offers for protection: item names by the shares' own. */
  async offered(vault: string): Promise<Record<string, string>> {
    const answer = await this.call('GET', `${vault}/backupProtectableItems?${AFS_FILTER}`)
    assert.equal(answer.status, 200)
    return Object.fromEntries(
      answer.values.map((value) => [String(members(value.properties).friendlyName), String(value.name)]),
    )
  }

  tryProtectShare(container: string, item: string, policy: string, changes: Members = {}): Promise<Answer> {
    const vault = container.slice(0, container.indexOf('/backupFabrics'))
    const account = container.slice(container.lastIndexOf(';') + 1)
    return this.call('PUT', `${container}/protectedItems/${item}`, {
      properties: {
        protectedItemType: 'AzureFileShareProtectedItem',
        sourceResourceId: accountPath(account),
        policyId: `${vault}/backupPolicies/${policy}`,
        ...changes,
      },
    })
  }

  /** Protects a share of a registered account by the name that a list gave it. */
  async protectShare(container: string, share: string, policy: string): Promise<ShareItem> {
    const vault = container.slice(0, container.indexOf('/backupFabrics'))
    const name = (await this.offered(vault))[share]
    assert.ok(name, `'${share}' is not offered`)
    // As az does, with all names as the list has them.
    const listed = container.replace('StorageContainer;Storage', 'storagecontainer;storage')
    const done = await this.finished(await this.tryProtectShare(listed, name, policy))
    assert.equal(done.text('status'), 'Succeeded')
    const account = container.slice(container.lastIndexOf(';') + 1)
    return { vault, path: `${container}/protectedItems/${name}`, account, share, container }
  }

  /** A vault, an account and one of its shares, protected. */
  async protectedShare(policy: Members = snapshotPolicy(), share: ShareSeed = { name: 'share1' }): Promise<ShareItem> {
    this.account('account1', [share])
    const vault = await this.vault()
    await this.policy(vault, 'Shares', policy)
    return this.protectShare(await this.register(vault, 'account1'), share.name, 'Shares')
  }

  override tryBackUp(item: Item, expiry?: string): Promise<Answer> {
    return this.call('POST', `${item.path}/backup`, {
      properties: {
        objectType: 'AzureFileShareBackupRequest',
        ...(expiry ? { recoveryPointExpiryTimeInUTC: expiry } : {}),
      },
    })
  }

  override async stop(item: Item): Promise<void> {
    const properties = {
      protectedItemType: 'AzureFileShareProtectedItem',
      sourceResourceId: (await this.item(item)).sourceResourceId,
      policyId: '',
      protectionState: 'ProtectionStopped',
    }
    await this.finished(await this.call('PUT', item.path, { properties }))
  }

  override async undelete(item: Item): Promise<void> {
    const properties = {
      protectedItemType: 'AzureFileShareProtectedItem',
      sourceResourceId: (await this.item(item)).sourceResourceId,
      protectionState: 'ProtectionStopped',
      isRehydrate: true,
    }
    await this.finished(await this.call('PUT', item.path, { properties }))
  }

  tryRestore(item: ShareItem, point: string, changes: Members = {}): Promise<Answer> {
    return this.call('POST', `${item.path}/recoveryPoints/${point}/restore`, {
      properties: {
        objectType: 'AzureFileShareRestoreRequest',
        recoveryType: 'OriginalLocation',
        sourceResourceId: accountPath(item.account),
        copyOptions: 'Overwrite',
        restoreRequestType: 'FullShareRestore',
        ...changes,
      },
    })
  }

  /** Restores and waits for the end. */
  async restore(item: ShareItem, point: string, changes: Members = {}): Promise<SeenJob & { properties: Members }> {
    const started = await this.finished(await this.tryRestore(item, point, changes))
    const job = await this.ended(item.vault, started.text('properties.jobId'))
    const { body } = await this.call('GET', `${item.vault}/backupJobs/${job.id}`)
    return { ...job, properties: members(members(body).properties) }
  }

  /** The newest point of an item. */
  async newest(item: Item): Promise<string> {
    const name = (await this.points(item)).at(-1)?.name
    assert.ok(name)
    return name
  }
}

/** Starts an emulator for a story about file shares, on a manual clock. */
export const tellShareStory = async (t: Test, options: StartOptions = {}): Promise<ShareStory> =>
  new ShareStory(await startTestEmulator(t, options))
