import type { RecoveryPoint } from '../backup/recovery-points.js'
import type { Job } from '../jobs/jobs.js'
import { isShown } from '../jobs/shown-jobs.js'
import type { Alert } from '../monitoring/alerts.js'
import type { Policy } from '../policies/policy-book.js'
import type { ProtectedItem } from '../protection/protected-items.js'
import { BACKUP_VAULT_TYPE, CLASSIC_VAULT_TYPE, VAULT_TYPE, type Vault, type VaultType } from '../vaults/vault.js'
import type { Happening } from './event-types.js'
import { jobEvents } from './job-events.js'
import { ALERT_EVENTS, eventsOf, ITEM_EVENTS, POINT_EVENTS, POLICY_EVENTS, VAULT_EVENTS } from './thing-events.js'

/** The things whose changes are told. */
export interface Things {
  item: ProtectedItem
  job: Job
  point: RecoveryPoint
  policy: Policy
  vault: Vault
  alert: Alert
}

/** A thing as it was before a request or a due event, and as it is after it; undefined where it was not there, or is gone. */
type ChangeOf<K extends keyof Things> = { of: K; before: Things[K] | undefined; after: Things[K] | undefined }

export type Change = { [K in keyof Things]: ChangeOf<K> }[keyof Things]

/** What happened to a thing, in the order in which it is to be told. */
export function happeningsOf(change: Change): Happening[] {
  switch (change.of) {
    case 'job':
      return change.after && isShown(change.after) ? jobEvents(change.before, change.after) : []
    case 'item':
      return eventsOf(ITEM_EVENTS, change.before, change.after)
    case 'point':
      return eventsOf(POINT_EVENTS, change.before, change.after)
    case 'policy':
      return eventsOf(POLICY_EVENTS, change.before, change.after)
    case 'vault':
      return eventsOf(VAULT_EVENTS, change.before, change.after)
    case 'alert':
      return eventsOf(ALERT_EVENTS, change.before, change.after)
  }
}

/** What is needed of a vault and of an item to say which one is meant. */
export type KnownVault = Pick<Vault, 'id' | 'type'>
export type KnownItem = Pick<ProtectedItem, 'vaultKey' | 'container' | 'name'>

/** How the ids below a vault begin: each kind of vault has its own (wire-classic.md 4, wire-disk.md 5). */
const PLACES: Record<VaultType, { item: (item: KnownItem) => string; job: string; policy: string }> = {
  [VAULT_TYPE]: {
    item: ({ container, name }) => `/backupFabrics/Azure/protectionContainers/${container}/protectedItems/${name}`,
    job: '/backupJobs/',
    policy: '/backupPolicies/',
  },
  [CLASSIC_VAULT_TYPE]: {
    item: ({ container, name }) => `/registeredContainers/${container}/protectedItems/${name}`,
    job: '/jobs/',
    policy: '/protectionPolicies/',
  },
  [BACKUP_VAULT_TYPE]: {
    item: ({ name }) => `/backupInstances/${name}`,
    job: '/backupJobs/',
    policy: '/backupPolicies/',
  },
}

/** The things beside the changed one that its place depends on, those that have just gone too. */
export interface Known {
  vault(key: string): KnownVault | undefined
  item(id: number): KnownItem | undefined
}

/** Where a thing is found: the id of its vault, and its path below that; '' for the vault itself. */
export interface Place {
  vault: string | undefined
  path: string
}

type Places = (typeof PLACES)[VaultType]

function below(known: Known, vaultKey: string, path: (places: Places) => string): Place {
  const vault = known.vault(vaultKey)
  return { vault: vault?.id, path: path(PLACES[vault?.type ?? VAULT_TYPE]) }
}

/** Where a changed thing is, or was. */
export function placeOf(change: Change, known: Known): Place {
  if (change.of === 'vault') return { vault: (change.after ?? change.before)?.id, path: '' }
  if (change.of === 'alert') {
    const { id, target } = thingOf(change)
    return { vault: target.id, path: `/providers/Microsoft.AlertsManagement/alerts/${id}` }
  }
  if (change.of === 'point') {
    const { itemId, name } = thingOf(change)
    const item = known.item(itemId)
    return item
      ? below(known, item.vaultKey, (places) => `${places.item(item)}/recoveryPoints/${name}`)
      : { vault: undefined, path: `/recoveryPoints/${name}` }
  }
  if (change.of === 'item') {
    const item = thingOf(change)
    return below(known, item.vaultKey, (places) => places.item(item))
  }
  if (change.of === 'job') {
    const { vaultKey, id } = thingOf(change)
    return below(known, vaultKey, (places) => places.job + id)
  }
  const { vaultKey, name } = thingOf(change)
  return below(known, vaultKey, (places) => places.policy + name)
}

function thingOf<T>({ before, after }: { before: T | undefined; after: T | undefined }): T {
  const thing = after ?? before
  if (thing === undefined) throw new Error('a change of nothing')
  return thing
}
