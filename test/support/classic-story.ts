import assert from 'node:assert/strict'
import type { Test } from 'tap'
import type { MachineSeed } from '../../src/domain/inventory/inventory-seeds.js'
import type { StartOptions } from '../../src/emulator.js'
import { type Answer, startTestEmulator } from './emulator.js'
import { type Members, members } from './seen.js'
import { type SeenClassicJob, type SeenClassicPoint, seenClassicJob, seenClassicPoint } from './seen-classic.js'
import { Stage } from './stage.js'
import { groupPath } from './story.js'

/** A machine as a classic vault knows it: container and item have one name. */
export interface ClassicItem {
  vault: string
  /** `iaasvmcontainer;<cloud service>;<machine>` */
  name: string
  /** Where it is registered. */
  container: string
  /** Where it is protected. */
  path: string
}

/** How a classic vault lists a machine. */
export interface SeenContainer {
  name: string
  friendlyName: string
  cloudService: string
  status: string
  health: string
}

/** How an operation of a classic vault went. */
export interface SeenOperation {
  status: string
  code: string
  message: string
  jobs: string[]
}

export const classicVaultPath = (name: string, group = 'backup') =>
  `${groupPath(group)}/providers/Microsoft.Backup/BackupVault/${name}`

/** A machine's names in a vault. @param cloudService what the portal made of one machine alone has its name */
export function classicItem(vault: string, machine: string, cloudService = machine): ClassicItem {
  const name = `iaasvmcontainer;${cloudService};${machine}`.toLowerCase()
  const container = `${vault}/registeredContainers/${encodeURIComponent(name)}`
  return { vault, name, container, path: `${container}/protectedItems/${encodeURIComponent(name)}` }
}

type Unit = 'Days' | 'Weeks' | 'Months' | 'Years'

/** How long a rule of a classic policy keeps its points. */
export const classicKeep = (time: string, Count: number, DurationType: Unit): Members => ({
  RetentionTimes: [`2026-01-01T${time}:00`],
  CSMRetentionDuration: { Count, DurationType },
})

/** A daily policy, kept for 30 days; `retention` and `schedule` go over it. */
export const classicPolicy = (time = '22:00', retention: Members = {}, schedule: Members = {}): Members => ({
  WorkloadType: 'IaasVM',
  BackupSchedule: {
    backupType: 'Full',
    scheduleRun: 'Daily',
    scheduleRunDays: [],
    scheduleRunTimes: [`2026-01-01T${time}:00`],
    ...schedule,
  },
  LTRRetentionPolicy: { DailySchedule: classicKeep(time, 30, 'Days'), ...retention },
})

/** A policy that backs up once a week, kept for some weeks. */
export const classicWeekly = (time: string, day: string, weeks: number): Members => ({
  ...classicPolicy(time, {}, { scheduleRun: 'Weekly', scheduleRunDays: [day] }),
  LTRRetentionPolicy: { WeeklySchedule: { DaysOfTheWeek: [day], ...classicKeep(time, weeks, 'Weeks') } },
})

/** What the calls of vaults themselves say; all others say 2014-09-01 (wire-classic.md 1). */
const VAULT_CALLS = /\/BackupVault\/[^/?]+(?:$|\?|\/(?:storageconfig|certificates|backupContainers)\b)/i

/** The steps of stories about classic vaults. Machines are small, so that a night is enough for their backups. */
export class ClassicStory extends Stage {
  /** Asks a classic vault with the api-version that its clients have. */
  ask(method: string, path: string, body?: unknown): Promise<Answer> {
    const version = VAULT_CALLS.test(path) ? '2015-03-15' : '2014-09-01'
    return this.call(method, `${path}${path.includes('?') ? '&' : '?'}api-version=${version}`, body)
  }

  /** A list of a vault, each value with its properties. */
  async list(vault: string, collection: string, filter?: string): Promise<Answer> {
    const answer = await this.ask(
      'GET',
      `${vault}/${collection}${filter ? `?$filter=${encodeURIComponent(filter)}` : ''}`,
    )
    assert.equal(answer.status, 200, JSON.stringify(answer.body))
    return answer
  }

  /** Puts a classic machine into the inventory, by itself in a cloud service of its name. @returns its id */
  override machine(name: string, seed: Partial<MachineSeed> = {}): string {
    const { cloudService = name, conditions = {}, ...more } = seed
    const small = { usedDataGB: 4, ...conditions }
    return super.machine(name, { resourceGroup: cloudService, cloudService, conditions: small, ...more })
  }

  tryVault(name: string, location = 'westeurope', tags: Members = {}): Promise<Answer> {
    return this.ask('PUT', classicVaultPath(name), { properties: { sku: { name: 'standard' } }, location, tags })
  }

  /** Makes a vault. @returns its path */
  async vault(name = 'vault', location?: string): Promise<string> {
    const answer = await this.tryVault(name, location)
    assert.equal(answer.status, 201, JSON.stringify(answer.body))
    return classicVaultPath(name)
  }

  /** The id of an operation that was accepted: its answer is nothing else. */
  operationId(accepted: Answer, status = 202): string {
    assert.equal(accepted.status, status, `not accepted: ${JSON.stringify(accepted.body)}`)
    assert.match(String(accepted.body), /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/)
    return String(accepted.body)
  }

  async operation(vault: string, id: string): Promise<SeenOperation> {
    const answer = await this.ask('GET', `${vault}/operationResults/${id}`)
    assert.equal(answer.status, 200, JSON.stringify(answer.body))
    return {
      status: answer.text('status'),
      code: answer.text('error.code'),
      message: answer.text('error.message'),
      jobs: [answer.at('jobList')].flat().map(String),
    }
  }

  /** Follows an operation to its end. */
  async settled(vault: string, id: string): Promise<SeenOperation> {
    for (let polls = 0; polls < 60; polls++) {
      const operation = await this.operation(vault, id)
      if (operation.status !== 'InProgress') return operation
      await this.advance('10s')
    }
    throw new Error('an operation did not come to its end')
  }

  /** The job of what was accepted, as soon as the operation names it. */
  async jobOf(vault: string, accepted: Answer): Promise<string> {
    const id = this.operationId(accepted)
    for (let polls = 0; polls < 10; polls++) {
      const { jobs, status } = await this.operation(vault, id)
      assert.ok(status === 'InProgress' || status === 'Succeeded', status)
      if (jobs[0] !== undefined) return jobs[0]
      await this.advance('1s')
    }
    throw new Error('an operation did not name its job')
  }

  /** Moves the clock until a job has ended, and answers the job. */
  async ended(vault: string, id: string): Promise<SeenClassicJob> {
    this.world.emulator.clock.advance({ untilJob: id })
    return this.job(vault, id)
  }

  /** Follows what was accepted to the end of its job. */
  private async done(vault: string, accepted: Promise<Answer>): Promise<SeenClassicJob> {
    return this.ended(vault, await this.jobOf(vault, await accepted))
  }

  /** Starts a discovery. @returns the id of its operation */
  async startDiscovery(vault: string): Promise<string> {
    return this.operationId(await this.ask('POST', `${vault}/refreshContainers`))
  }

  /** Discovers and waits for the end. */
  async discover(vault: string): Promise<SeenOperation> {
    return this.settled(vault, await this.startDiscovery(vault))
  }

  /** The machines that a vault knows of, by their names. */
  async containers(vault: string, filter?: string): Promise<SeenContainer[]> {
    const { values } = await this.list(vault, 'containers', filter)
    return values.map(({ name, properties }) => {
      const { friendlyName, status, healthStatus, parentContainerId } = members(properties)
      return {
        name: String(name),
        friendlyName: String(friendlyName),
        cloudService: String(parentContainerId).split('/').at(-1) ?? '',
        status: String(status),
        health: String(healthStatus),
      }
    })
  }

  /** The registration status of a machine in the list of its vault; undefined where it is not listed. */
  async registration({ vault, name }: ClassicItem): Promise<string | undefined> {
    return (await this.containers(vault)).find((container) => container.name === name)?.status
  }

  tryRegister({ container }: ClassicItem): Promise<Answer> {
    return this.ask('PUT', container)
  }

  /** @returns the id of the job */
  async startRegister(item: ClassicItem): Promise<string> {
    return this.jobOf(item.vault, await this.tryRegister(item))
  }

  /** Registers a machine that was discovered, and waits for the end. */
  register(item: ClassicItem): Promise<SeenClassicJob> {
    return this.done(item.vault, this.tryRegister(item))
  }

  unregister(item: ClassicItem): Promise<SeenClassicJob> {
    return this.done(item.vault, this.ask('DELETE', item.container))
  }

  /** A vault, and in it a machine that is registered. */
  async registeredMachine(seed: Partial<MachineSeed> = {}): Promise<ClassicItem & { machine: string }> {
    const machine = this.machine('vm1', seed)
    const vault = await this.vault()
    const item = classicItem(vault, 'vm1', seed.cloudService)
    assert.equal((await this.discover(vault)).status, 'Succeeded')
    assert.equal((await this.register(item)).status, 'Completed')
    return { ...item, machine }
  }

  putPolicy(vault: string, name: string, properties: Members): Promise<Answer> {
    const PolicyName = name
    return this.ask('PUT', `${vault}/protectionPolicies/${name}`, {
      properties: { PolicyName, ...properties },
      PolicyName,
    })
  }

  /** Makes a policy. @returns its name */
  async policy(vault: string, name: string, properties: Members): Promise<string> {
    const answer = await this.putPolicy(vault, name, properties)
    assert.equal(answer.status, 200, JSON.stringify(answer.body))
    return name
  }

  tryProtect({ vault, path }: ClassicItem, policy = 'DefaultPolicy'): Promise<Answer> {
    return this.ask('PUT', path, { properties: { policyId: `${vault}/protectionPolicies/${policy}` } })
  }

  /** Protects a registered machine and waits for the end of its configuration. */
  protect(item: ClassicItem, policy?: string): Promise<SeenClassicJob> {
    return this.done(item.vault, this.tryProtect(item, policy))
  }

  /** A vault, and in it a machine that is registered and protected. */
  async protectedMachine(
    seed: Partial<MachineSeed> = {},
    policy?: Members,
  ): Promise<ClassicItem & { machine: string }> {
    const item = await this.registeredMachine(seed)
    if (policy) await this.policy(item.vault, 'Custom', policy)
    assert.equal((await this.protect(item, policy ? 'Custom' : 'DefaultPolicy')).status, 'Completed')
    return item
  }

  tryStop({ path }: ClassicItem): Promise<Answer> {
    return this.ask('PATCH', path, { properties: { policyId: '' } })
  }

  /** Stops protection and keeps the data. */
  stop(item: ClassicItem): Promise<SeenClassicJob> {
    return this.done(item.vault, this.tryStop(item))
  }

  /** Stops protection and deletes the data. */
  deleteData(item: ClassicItem): Promise<SeenClassicJob> {
    return this.done(item.vault, this.ask('DELETE', item.path))
  }

  tryBackUp({ path }: ClassicItem): Promise<Answer> {
    return this.ask('POST', `${path}/backup`)
  }

  /** @returns the id of the job */
  async startBackUp(item: ClassicItem): Promise<string> {
    return this.jobOf(item.vault, await this.tryBackUp(item))
  }

  /** Backs up now and waits for the end. */
  backUp(item: ClassicItem): Promise<SeenClassicJob> {
    return this.done(item.vault, this.tryBackUp(item))
  }

  tryRestore({ path }: ClassicItem, point: string, InputStorageAccountName = 'staging'): Promise<Answer> {
    const inputs = {
      AffinityGroup: '',
      CloudServiceName: '',
      ContinueProtection: false,
      CreateNewCloudService: false,
      InputStorageAccountName,
      Region: 'westeurope',
      SubNetName: null,
      TargetVNet: null,
      VmName: '',
    }
    return this.ask('POST', `${path}/recoveryPoints/${point}/restore`, {
      properties: { typeOfRecovery: 'RestoreDisks', recoveryDSTypeSpecificInputs: JSON.stringify(inputs) },
    })
  }

  /** @returns the id of the job */
  async startRestore(item: ClassicItem, point: string): Promise<string> {
    return this.jobOf(item.vault, await this.tryRestore(item, point))
  }

  /** Restores the disks of a point to a storage account, and waits for the end. */
  restore(item: ClassicItem, point: string): Promise<SeenClassicJob> {
    return this.done(item.vault, this.tryRestore(item, point))
  }

  tryCancel(vault: string, job: string): Promise<Answer> {
    return this.ask('POST', `${vault}/jobs/${job}/cancel`)
  }

  /** A job with its details. */
  async job(vault: string, id: string): Promise<SeenClassicJob> {
    const answer = await this.ask('GET', `${vault}/jobs/${id}`)
    assert.equal(answer.status, 200, JSON.stringify(answer.body))
    return seenClassicJob(answer.body)
  }

  /** The jobs of one operation with their details, oldest first. */
  async jobs(vault: string, operation = 'Backup'): Promise<SeenClassicJob[]> {
    const { names } = await this.list(vault, 'jobs', `operation eq '${operation}'`)
    return Promise.all(names.reverse().map((id) => this.job(vault, String(id))))
  }

  /** Moves the clock minute by minute until a backup of the vault runs, and answers its job. */
  async running(vault: string): Promise<SeenClassicJob> {
    for (let minutes = 0; minutes < 60 * 48; minutes++) {
      const [name] = (await this.list(vault, 'jobs', "operation eq 'Backup' and status eq 'InProgress'")).names
      if (name !== undefined) return this.job(vault, String(name))
      await this.advance('1m')
    }
    throw new Error('no backup has begun')
  }

  /** The properties of a vault's protected items, by their names. */
  async items(vault: string, filter?: string): Promise<Record<string, Members>> {
    const { values } = await this.list(vault, 'protectedItems', filter)
    return Object.fromEntries(values.map(({ name, properties }) => [String(name), members(properties)]))
  }

  /** The properties of a protected item in the list of its vault; undefined where it is not there. */
  async item({ vault, name }: ClassicItem): Promise<Members | undefined> {
    return (await this.items(vault))[name]
  }

  /** What a vault offers for protection: the status of each registered machine, by their names. */
  async protectable(vault: string): Promise<Record<string, unknown>> {
    const { values } = await this.list(vault, 'items')
    return Object.fromEntries(values.map(({ name, properties }) => [String(name), members(properties).status]))
  }

  /** The recovery points of an item, oldest first. */
  async points({ path }: ClassicItem): Promise<SeenClassicPoint[]> {
    return (await this.list(path, 'recoveryPoints')).values.map(seenClassicPoint).reverse()
  }

  /** What the dashboard says of a vault. */
  async dashboard(vault: string): Promise<Members> {
    const answer = await this.call('GET', '/_recoverite/dashboard')
    const vaults = answer.at('vaults')
    assert.ok(Array.isArray(vaults))
    return members(vaults.map(members).find(({ id }) => id === vault))
  }
}

/** Starts an emulator for a story about classic vaults, on a manual clock. */
export const tellClassicStory = async (t: Test, options: StartOptions = {}): Promise<ClassicStory> =>
  new ClassicStory(await startTestEmulator(t, options))
