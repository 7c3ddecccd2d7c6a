import type { RecoveryPoint } from './backup/recovery-points.js'
import type { Chance } from './chance.js'
import type { Webhook } from './events/webhooks.js'
import type { Faults } from './faults/faults.js'
import type { Conditions } from './inventory/conditions.js'
import type { Resource, ResourceGroup, Subscription } from './inventory/inventory.js'
import type { RoleAssignment } from './inventory/role-assignments.js'
import type { Job, JobOperation, JobQuery } from './jobs/jobs.js'
import type { Limits } from './limits.js'
import type { ActivityRecord } from './monitoring/activity-log.js'
import type { Alert } from './monitoring/alerts.js'
import type { Operation } from './operations.js'
import type { Policy } from './policies/policy-book.js'
import type { Instant } from './policies/schedule.js'
import type { ProtectionIntent } from './protection/intents.js'
import type { ProtectedItem } from './protection/protected-items.js'
import type { MachineRegistration } from './protection/registered-machines.js'
import type { StorageContainer } from './protection/storage-containers.js'
import type { DeletedVault } from './vaults/deleted-vaults.js'
import type { PrivateEndpoint } from './vaults/private-endpoints.js'
import type { RegisteredServer } from './vaults/registered-servers.js'
import type { Vault, VaultType } from './vaults/vault.js'
import type { VaultCredential } from './vaults/vault-credentials.js'

/**
 * Everything a rule may look at or change: handed in by whoever runs it, inside one transaction.
 * The repositories are the store's; keys are ARM ids in lower case (`keyOf`).
 */
export interface World {
  /** The instant of this request or event: stands still while it is handled. */
  readonly now: Instant
  readonly chance: Chance
  readonly limits: Limits
  /** Those of classic vaults. */
  readonly classicLimits: Limits
  /** Refuse what the lenient front door lets pass (design.md 5). */
  readonly strict: boolean
  readonly timeline: Timeline
  readonly subscriptions: Collection<Subscription>
  readonly groups: Collection<ResourceGroup> & { ofSubscription(subscriptionId: string): ResourceGroup[] }
  readonly resources: Resources
  /** Who may do what: of the vaults' identities it is looked at. */
  readonly roleAssignments: RoleAssignments
  readonly vaults: Vaults
  readonly policies: OfVault<Policy>
  /** Private endpoint connections. */
  readonly privateEndpoints: OfVault<PrivateEndpoint>
  /** Servers outside Azure that have registered with a vault, by host name. */
  readonly servers: OfVault<RegisteredServer>
  /** The certificates that servers register with a vault by. */
  readonly credentials: OfVault<VaultCredential>
  /** Machines that are to be protected, those that are not there yet too. */
  readonly intents: OfVault<ProtectionIntent>
  /** Machines registered with a classic vault, by container name. */
  readonly registrations: OfVault<MachineRegistration>
  /** Storage accounts registered with a vault, by container name. */
  readonly containers: OfVault<StorageContainer>
  readonly items: Items
  readonly points: RecoveryPoints
  readonly jobs: Jobs
  readonly operations: Collection<Operation> & { allOpen(): Operation[] }
  /** What is to go wrong on demand. */
  readonly faults: Faults
  /**
   * Runs something and takes its changes back unless they are to be kept; numbers that were drawn stay drawn.
   * @returns what it answered
   */
  tentatively<T>(run: () => T, keeps: (answer: T) => boolean): T
  readonly alerts: Collection<Alert> & {
    /** Those raised in a range of time, both ends included, newest first. */
    ofSubscription(subscriptionId: string, from: Instant, to: Instant): Alert[]
  }
  readonly activityLog: ActivityLog
  /** Where events are sent to. */
  readonly webhooks: Webhooks
  /** Numbers rows and things that the service numbers: 1, 2, 3 … kept with the world. */
  nextNumber(): number
}

/** Things by their key. What `get` answers may be frozen: `put` a changed copy. */
export interface Collection<T> {
  get(key: string): T | undefined
  put(value: T): void
  delete(key: string): void
  all(): T[]
}

export interface Resources extends Collection<Resource> {
  ofSubscription(subscriptionId: string, type?: string): Resource[]
  ofGroup(subscriptionId: string, group: string, type?: string): Resource[]
  /** What is nested in a resource: the shares of an account. */
  partsOf(key: string): Resource[]
  conditions(key: string): Conditions
  setConditions(key: string, conditions: Conditions): void
}

/** Role assignments by key; scopes are keys too, '' is everything. Lists are ordered by key. */
export interface RoleAssignments extends Collection<RoleAssignment> {
  /** Those of a principal at some scopes. */
  ofPrincipal(principalId: string, scopes: readonly string[]): RoleAssignment[]
  /** Those at some scopes. */
  at(scopes: readonly string[]): RoleAssignment[]
  /** Those at scopes that are in another. */
  below(scope: string): RoleAssignment[]
}

export interface Vaults extends Collection<Vault> {
  /** @param type those of one type; all where it is left out */
  ofSubscription(subscriptionId: string, type?: VaultType): Vault[]
  ofGroup(subscriptionId: string, group: string, type?: VaultType): Vault[]
  /** A subscription's deleted vaults, by name; none of the lists above has them. */
  deletedOf(subscriptionId: string): DeletedVault[]
  /** Gives a vault the key that the changed one has, and everything that is kept under its key with it. */
  move(fromKey: string, changed: Vault): void
  /** Takes a vault out, and everything that is kept under its key with it. */
  delete(key: string): void
  /** The machines that a vault's last discovery saw, as resource keys. */
  discovered(vaultKey: string): Set<string>
  setDiscovered(vaultKey: string, resourceKeys: Iterable<string>): void
}

/** What is known by its name under a vault. */
export interface VaultRecord {
  vaultKey: string
  name: string
}

/** Things of a vault by their name, in any casing. What `get` answers may be frozen: `put` a changed copy. */
export interface OfVault<T extends VaultRecord> {
  get(vaultKey: string, name: string): T | undefined
  put(value: T): void
  delete(vaultKey: string, name: string): void
  deleteAll(vaultKey: string): void
  /** By name. */
  ofVault(vaultKey: string): T[]
}

export interface Items {
  /** By row number. */
  get(id: number): ProtectedItem | undefined
  find(vaultKey: string, name: string): ProtectedItem | undefined
  put(item: ProtectedItem): void
  delete(id: number): void
  ofVault(vaultKey: string): ProtectedItem[]
  /** Whether a vault has any item at all. */
  any(vaultKey: string): boolean
  /** In whichever vault: a machine has one item at a time that counts. */
  ofSource(resourceKey: string): ProtectedItem[]
  /** How many items of a vault hang on a policy. */
  countOfPolicy(vaultKey: string, policyName: string): number
}

export interface RecoveryPoints {
  find(itemId: number, name: string): RecoveryPoint | undefined
  put(point: RecoveryPoint): void
  delete(itemId: number, name: string): void
  deleteAll(itemId: number): void
  /** Newest first. */
  ofItem(itemId: number): RecoveryPoint[]
  newest(itemId: number): RecoveryPoint | undefined
  count(itemId: number): number
  /** How many were taken after an instant. */
  countSince(itemId: number, after: Instant): number
  oldest(itemId: number): Instant | undefined
  /** Points with a tier that has run out at `until`, oldest first. */
  due(itemId: number, until: Instant): RecoveryPoint[]
  /** When the next tier of any point runs out. */
  nextDue(itemId: number): Instant | undefined
}

export interface Jobs {
  get(id: string): Job | undefined
  put(job: Job): void
  /** Newest first. */
  query(query: JobQuery): Job[]
  /** Jobs of an item that have not ended, oldest first. */
  open(itemId: number): Job[]
  /** Jobs of an item that began after an instant, oldest first. */
  ofItemSince(vaultKey: string, itemId: number, after: Instant): Job[]
  /** How many jobs of some operations a vault has had after an instant. */
  countSince(vaultKey: string, after: Instant, operations: readonly JobOperation[]): number
  /** Every job of the world that has not ended. */
  allOpen(): Job[]
}

/** What was asked, as it was answered. */
export interface ActivityLog {
  /** @returns the record's number, 1, 2, 3 … */
  add(record: ActivityRecord): number
  /** Forgets what is older. */
  prune(before: Instant): void
  /** Those of a range of time, both ends included, newest first. */
  ofSubscription(subscriptionId: string, from: Instant, to: Instant): (ActivityRecord & { id: number })[]
}

export interface Webhooks {
  /** In the order in which they were registered. */
  all(): Webhook[]
  put(webhook: Webhook): void
  delete(number: number): void
  /** The number of the next one; none is given out again. */
  nextNumber(): number
}

/** What is going to happen: rows with a due time, never timers (design, law 2). */
export interface Timeline {
  /**
   * @param due when, not before now
   * @param kind what runs, one of the kinds in domain/due.ts
   * @param subject whose transition it is: `job:<id>`, `operation:<id>`, `item:<n>`, `vault:<key>`
   */
  at(due: Instant, kind: DueKind, subject: string, payload?: unknown): void
  /** Takes back what was due for a subject, of one kind or of all. */
  cancel(subject: string, kind?: DueKind): void
  /** The next due time of a subject. */
  nextOf(subject: string): Instant | undefined
}

export type DueKind =
  | 'backup.scheduled'
  | 'backup.step'
  | 'restore.step'
  | 'job.end'
  | 'job.cancelled'
  | 'retention'
  | 'softDelete.purge'
  | 'operation.end'
  | 'policies.recreate'
  | 'files.end'
  | 'archive.end'
  | 'archive.due'
  | 'rehydration.end'
  | 'vault.purge'
  | 'alert.fire'
  | 'alert.expire'
  | 'softDelete.warning'
