import type { RecoveryPoint } from '../backup/recovery-points.js'
import { errorName } from '../jobs/job-errors.js'
import type { Alert } from '../monitoring/alerts.js'
import { isDiskPolicy } from '../policies/policies.js'
import type { Policy } from '../policies/policy-book.js'
import { isStopped, type ProtectedItem, shownPolicy } from '../protection/protected-items.js'
import type { Vault } from '../vaults/vault.js'
import type { EventData, EventType, Happening } from './event-types.js'

/** What can be told by looking at a thing as it was and as it is. */
interface EventRules<T> {
  created: EventType
  deleted: EventType
  /** What every event of the thing says of it. */
  data: (thing: T) => EventData
  changed: readonly ChangeRule<T>[]
}

type ChangeRule<T> = readonly [
  type: EventType,
  when: (before: T, after: T) => boolean,
  /** What this event says beside that. */
  more?: (before: T, after: T) => EventData,
]

/** What happened to a thing that is kept as a whole; undefined stands for one that was not there, or is gone. */
export function eventsOf<T>(rules: EventRules<T>, before: T | undefined, after: T | undefined): Happening[] {
  if (!before) return after ? [[rules.created, rules.data(after)]] : []
  if (!after) return [[rules.deleted, rules.data(before)]]
  const happened: Happening[] = []
  for (const [type, when, more] of rules.changed) {
    if (when(before, after)) happened.push([type, { ...rules.data(after), ...more?.(before, after) }])
  }
  return happened
}

const differs = (before: unknown, after: unknown) =>
  before !== after && JSON.stringify(before) !== JSON.stringify(after)

export const ITEM_EVENTS: EventRules<ProtectedItem> = {
  created: 'item.created',
  deleted: 'item.deleted',
  data: (item) => ({
    workload: item.workload,
    friendlyName: item.friendlyName,
    policy: shownPolicy(item),
    state: item.state,
  }),
  changed: [
    ['item.configured', (before, after) => after.configuredAt !== before.configuredAt],
    [
      'item.failed',
      (before, after) => after.protectionError !== undefined && differs(before.protectionError, after.protectionError),
      (_, { protectionError }) => ({ error: protectionError && errorName(protectionError.error) }),
    ],
    ['item.resumed', (before, after) => isStopped(before) && !isStopped(after)],
    ['item.protected', (before, after) => before.state !== 'Protected' && after.state === 'Protected'],
    ['item.stopped', (before, after) => after.state !== before.state && isStopped(after) && !after.deleted],
    [
      'item.softDeleted',
      (before, after) => !before.deleted && after.deleted !== undefined,
      (_, { deleted }) => ({ until: deleted && isoTime(deleted.until) }),
    ],
    ['item.undeleted', (before, after) => before.deleted !== undefined && !after.deleted],
  ],
}

const isoTime = (instant: number) => new Date(instant).toISOString()

type Tier = 'instantTier' | 'vaultTier' | 'archiveTier'

/** A tier, as the service calls it, that has come, changed or gone. */
const tierRow = (member: Tier, tier: string): ChangeRule<RecoveryPoint> => [
  'recoveryPoint.tierChanged',
  (before, after) => before[member] !== after[member],
  (_, after) => ({ tier, status: after[member] ?? 'Invalid' }),
]

export const POINT_EVENTS: EventRules<RecoveryPoint> = {
  created: 'recoveryPoint.created',
  deleted: 'recoveryPoint.deleted',
  data: ({ consistency, jobId }) => ({ consistency, job: jobId }),
  changed: [
    tierRow('instantTier', 'InstantRP'),
    tierRow('vaultTier', 'HardenedRP'),
    tierRow('archiveTier', 'ArchivedRP'),
    [
      'recoveryPoint.retentionChanged',
      (before, after) => before.expiry !== after.expiry,
      (_, { expiry }) => ({ expiry: isoTime(expiry) }),
    ],
  ],
}

export const POLICY_EVENTS: EventRules<Policy> = {
  created: 'policy.created',
  deleted: 'policy.deleted',
  data: ({ properties }) =>
    isDiskPolicy(properties)
      ? { datasourceTypes: properties.datasourceTypes }
      : { backupManagementType: properties.backupManagementType },
  changed: [['policy.updated', (before, after) => differs(before.properties, after.properties)]],
}

/** What of a vault others look at; the rest is its own bookkeeping. */
const SHOWN = ['tags', 'sku', 'identity', 'settings', 'guard', 'dataMove', 'extendedInfo', 'conditions'] as const

const changedMembers = (before: Vault, after: Vault) => SHOWN.filter((name) => differs(before[name], after[name]))

export const VAULT_EVENTS: EventRules<Vault> = {
  created: 'vault.created',
  deleted: 'vault.deleted',
  data: ({ location }) => ({ location }),
  changed: [
    [
      'vault.updated',
      (before, after) => changedMembers(before, after).length > 0,
      (before, after) => ({ changed: changedMembers(before, after) }),
    ],
    ['vault.moved', (before, after) => before.id !== after.id && !before.deletion, (before) => ({ from: before.id })],
    [
      'vault.softDeleted',
      (before, after) => !before.deletion && after.deletion !== undefined,
      (_, { deletion }) => ({ deletedVault: deletion?.name, until: deletion && isoTime(deletion.keptUntil) }),
    ],
    ['vault.undeleted', (before, after) => before.deletion !== undefined && !after.deletion],
  ],
}

export const ALERT_EVENTS: EventRules<Alert> = {
  created: 'alert.fired',
  deleted: 'alert.expired',
  data: ({ rule, state, source }) => ({ rule, state, ...(source ? { sourceName: source.sourceName } : {}) }),
  changed: [
    ['alert.stateChanged', (before, after) => before.state !== after.state, (before) => ({ from: before.state })],
  ],
}
