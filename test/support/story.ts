import assert from 'node:assert/strict'
import type { Test } from 'tap'
import { FIRST_SUBSCRIPTION } from '../../src/domain/inventory/inventory.js'
import type { MachineSeed } from '../../src/domain/inventory/inventory-seeds.js'
import type { StartOptions } from '../../src/emulator.js'
import { type Answer, startTestEmulator } from './emulator.js'
import { type Members, members, type SeenJob, type SeenPoint, seenJob, seenPoint } from './seen.js'
import { Stage } from './stage.js'

/** A protected item as a story speaks of it: the vault's path and the item's own. */
export interface Item {
  vault: string
  path: string
}

const ROOT = `/subscriptions/${FIRST_SUBSCRIPTION}`
export const groupPath = (group: string) => `${ROOT}/resourceGroups/${group}`
/** Machines of stories live in a group of their own, away from the vaults. */
export const machinePath = (name: string, group = 'apps') =>
  `${groupPath(group)}/providers/Microsoft.Compute/virtualMachines/${name}`
export const vaultPath = (name: string) => `${groupPath('backup')}/providers/Microsoft.RecoveryServices/vaults/${name}`

/** Where a vault keeps the item of a machine. */
export function itemOf(vault: string, machine: string): Item {
  const [, group, name] = /resourceGroups\/([^/]+)\/.*\/([^/]+)$/i.exec(machine) ?? []
  const bare = `iaasvmcontainerv2;${group};${name}`.toLowerCase()
  const container = `IaasVMContainer;${bare}`
  return { vault, path: `${vault}/backupFabrics/Azure/protectionContainers/${container}/protectedItems/VM;${bare}` }
}

/** The body that protects a machine by a policy of a vault. */
export const protection = (vault: string, machine: string, policy: string) => ({
  properties: {
    protectedItemType: 'Microsoft.Compute/virtualMachines',
    sourceResourceId: machine,
    policyId: `${vault}/backupPolicies/${policy}`,
  },
})

/** A standard daily policy, kept for 30 days; `changes` go over it. */
export function dailyPolicy(time = '22:00', changes: Members = {}): Members {
  const times = [`2026-01-01T${time}:00Z`]
  return {
    backupManagementType: 'AzureIaasVM',
    schedulePolicy: {
      schedulePolicyType: 'SimpleSchedulePolicy',
      scheduleRunFrequency: 'Daily',
      scheduleRunTimes: times,
    },
    retentionPolicy: { retentionPolicyType: 'LongTermRetentionPolicy', dailySchedule: keep(time, 30, 'Days') },
    timeZone: 'UTC',
    ...changes,
  }
}

/** How long a rule of a policy keeps its points. */
export const keep = (time: string, count: number, durationType: 'Days' | 'Weeks' | 'Months' | 'Years') => ({
  retentionTimes: [`2026-01-01T${time}:00Z`],
  retentionDuration: { count, durationType },
})

/** The steps that stories are made of: what somebody does with the service, over HTTP, on the virtual clock. */
export class Story extends Stage {
  /** Moves the clock until a job has ended, and answers the job. */
  async ended(vault: string, id: string): Promise<SeenJob> {
    this.world.emulator.clock.advance({ untilJob: id })
    return this.job(vault, id)
  }

  /** Follows what was accepted to its end. @returns its last status */
  async finished(accepted: Answer): Promise<Answer> {
    assert.equal(accepted.status, 202, `not accepted: ${JSON.stringify(accepted.body)}`)
    for (let polls = 0; polls < 40; polls++) {
      const status = await this.call('GET', accepted.header('azure-asyncoperation'))
      if (status.text('status') !== 'InProgress') return status
      await this.advance('5s')
    }
    throw new Error('an operation did not come to its end')
  }

  /** Makes a vault. @returns its path */
  async vault(name = 'vault', properties: Members = {}, location = 'westeurope'): Promise<string> {
    const path = vaultPath(name)
    const answer = await this.call('PUT', path, { location, sku: { name: 'Standard' }, properties })
    assert.equal(answer.status, 201, JSON.stringify(answer.body))
    await this.advance('10s')
    return path
  }

  putPolicy(vault: string, name: string, properties: Members): Promise<Answer> {
    return this.call('PUT', `${vault}/backupPolicies/${name}`, { properties })
  }

  /** Makes a policy or changes it, for its items too. */
  async policy(vault: string, name: string, properties: Members): Promise<string> {
    const answer = await this.putPolicy(vault, name, properties)
    if (answer.status === 202) assert.equal((await this.finished(answer)).text('status'), 'Succeeded')
    else assert.equal(answer.status, 200, JSON.stringify(answer.body))
    return name
  }

  tryProtect(vault: string, machine: string, policy = 'DefaultPolicy'): Promise<Answer> {
    return this.call('PUT', itemOf(vault, machine).path, protection(vault, machine, policy))
  }

  /** Protects a machine and waits for the end of its configuration. */
  async protect(vault: string, machine: string, policy = 'DefaultPolicy'): Promise<Item> {
    const done = await this.finished(await this.tryProtect(vault, machine, policy))
    assert.equal(done.text('status'), 'Succeeded')
    return itemOf(vault, machine)
  }

  /** A vault, a machine, and the machine protected. */
  async protectedMachine(seed: Partial<MachineSeed> = {}, policy?: Members): Promise<Item & { machine: string }> {
    const machine = this.machine('vm1', seed)
    const vault = await this.vault()
    if (policy) await this.policy(vault, 'Custom', policy)
    return { ...(await this.protect(vault, machine, policy ? 'Custom' : 'DefaultPolicy')), machine }
  }

  /** Stops protection and keeps the data. */
  async stop(item: Item): Promise<void> {
    const sourceResourceId = (await this.item(item)).sourceResourceId
    const properties = {
      protectedItemType: 'Microsoft.Compute/virtualMachines',
      sourceResourceId,
      policyId: '',
      protectionState: 'ProtectionStopped',
    }
    await this.finished(await this.call('PUT', item.path, { properties }))
  }

  /** Stops protection and deletes the data. */
  async deleteData(item: Item): Promise<void> {
    await this.finished(await this.call('DELETE', item.path))
  }

  async undelete(item: Item): Promise<void> {
    const sourceResourceId = (await this.item(item)).sourceResourceId
    const properties = {
      protectedItemType: 'Microsoft.Compute/virtualMachines',
      sourceResourceId,
      policyId: '',
      protectionState: 'ProtectionStopped',
      isRehydrate: true,
    }
    await this.finished(await this.call('PUT', item.path, { properties }))
  }

  tryBackUp(item: Item, expiry?: string): Promise<Answer> {
    return this.call('POST', `${item.path}/backup`, {
      properties: {
        objectType: 'IaasVMBackupRequest',
        ...(expiry ? { recoveryPointExpiryTimeInUTC: expiry } : {}),
      },
    })
  }

  /** Starts a backup on demand. @returns the id of its job */
  async startBackUp(item: Item, expiry?: string): Promise<string> {
    const started = await this.finished(await this.tryBackUp(item, expiry))
    const id = started.text('properties.jobId')
    assert.notEqual(id, '')
    return id
  }

  /** Backs up on demand and waits for the end. */
  async backUp(item: Item, expiry?: string): Promise<SeenJob> {
    return this.ended(item.vault, await this.startBackUp(item, expiry))
  }

  /** Moves the clock in steps of 20 s until the tasks of a job are in the given states. */
  async phase(vault: string, id: string, ...tasks: string[]): Promise<SeenJob> {
    for (let steps = 0; steps < 60; steps++) {
      const job = await this.job(vault, id)
      if (job.tasks.join() === tasks.join()) return job
      await this.advance('20s')
    }
    throw new Error(`job ${id} did not come to ${tasks.join(', ')}`)
  }

  async job(vault: string, id: string): Promise<SeenJob> {
    return seenJob((await this.call('GET', `${vault}/backupJobs/${id}`)).body)
  }

  /** The jobs of one operation in full, oldest first. */
  async jobs(vault: string, operation = 'Backup'): Promise<SeenJob[]> {
    const ids = (await this.jobList(vault, `operation eq '${operation}'`)).map((job) => job.id)
    return Promise.all(ids.map((id) => this.job(vault, id)))
  }

  /** The jobs of a list, without tasks, oldest first. */
  async jobList(vault: string, filter: string): Promise<SeenJob[]> {
    const answer = await this.call('GET', `${vault}/backupJobs?$filter=${encodeURIComponent(filter)}`)
    assert.equal(answer.status, 200)
    return answer.values.map(seenJob).reverse()
  }

  /** The recovery points of an item, oldest first. */
  async points(item: Item): Promise<SeenPoint[]> {
    const answer = await this.call('GET', `${item.path}/recoveryPoints`)
    assert.equal(answer.status, 200)
    return answer.values.map(seenPoint).reverse()
  }

  /** The properties of an item with its extended information. */
  async item({ path }: Item): Promise<Members> {
    const filter = encodeURIComponent("expand eq 'extendedinfo'")
    const answer = await this.call('GET', `${path}?$filter=${filter}`)
    assert.equal(answer.status, 200, JSON.stringify(answer.body))
    return members(answer.at('properties'))
  }

  /** The names of the machines that a vault offers for protection, after a new discovery. */
  async protectable(vault: string): Promise<string[]> {
    const found = await this.call('POST', `${vault}/backupFabrics/Azure/refreshContainers`)
    assert.equal(found.status, 202)
    await this.advance('30s')
    const answer = await this.call('GET', `${vault}/backupProtectableItems`)
    return answer.values.map((value) => String(members(value.properties).friendlyName)).sort()
  }

  /** Restores the disks of a point. @returns the id of the job */
  async startRestore(item: Item, point: string, machine: string, targetGroup = 'restored'): Promise<string> {
    const accepted = await this.call('POST', `${item.path}/recoveryPoints/${point}/restore`, {
      properties: {
        objectType: 'IaasVMRestoreRequest',
        recoveryPointId: point,
        recoveryType: 'RestoreDisks',
        sourceResourceId: machine,
        targetResourceGroupId: groupPath(targetGroup),
        storageAccountId: `${groupPath('backup')}/providers/Microsoft.Storage/storageAccounts/staging`,
        region: 'westeurope',
      },
    })
    return (await this.finished(accepted)).text('properties.jobId')
  }
}

/** Starts an emulator for a story, on a manual clock. */
export const tellStory = async (t: Test, options: StartOptions = {}): Promise<Story> =>
  new Story(await startTestEmulator(t, options))
