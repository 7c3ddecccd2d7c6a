import t from 'tap'
import type { RecoveryPoint } from '../../../src/domain/backup/recovery-points.js'
import { type Change, happeningsOf, type Known, placeOf } from '../../../src/domain/events/changes.js'
import { clockEvents } from '../../../src/domain/events/clock-events.js'
import { EVENT_TYPES } from '../../../src/domain/events/event-types.js'
import type { Job, Task } from '../../../src/domain/jobs/jobs.js'
import type { Alert } from '../../../src/domain/monitoring/alerts.js'
import type { Policy } from '../../../src/domain/policies/policy-book.js'
import type { ProtectedItem } from '../../../src/domain/protection/protected-items.js'
import { CLASSIC_VAULT_TYPE, VAULT_TYPE, type Vault } from '../../../src/domain/vaults/vault.js'

/** Things with just what these rules look at. */
const item = (changes: Partial<ProtectedItem> = {}) =>
  ({
    id: 7,
    vaultKey: 'v',
    workload: 'VM',
    container: 'C;vm1',
    name: 'VM;vm1',
    friendlyName: 'vm1',
    policyName: 'Daily',
    state: 'IRPending',
    configuring: true,
    ...changes,
  }) as ProtectedItem
const task = (name: string, status: Task['status']): Task => ({ name, status })
const job = (changes: Partial<Job> = {}) =>
  ({
    id: 'j1',
    vaultKey: 'v',
    workload: 'VM',
    operation: 'Backup',
    friendlyName: 'vm1',
    status: 'InProgress',
    tasks: [task('Take Snapshot', 'NotStarted'), task('Transfer data to vault', 'NotStarted')],
    ...changes,
  }) as Job
const point = (changes: Partial<RecoveryPoint> = {}) =>
  ({
    itemId: 7,
    name: '123',
    consistency: 'AppConsistent',
    jobId: 'j1',
    expiry: 1000,
    instantTier: 'Valid',
    ...changes,
  }) as RecoveryPoint
const policy = (changes: Partial<Policy> = {}) =>
  ({ vaultKey: 'v', name: 'Daily', properties: { backupManagementType: 'AzureIaasVM' }, ...changes }) as Policy
const vault = (changes: Partial<Vault> = {}) =>
  ({ key: 'v', id: '/V', type: VAULT_TYPE, location: 'westeurope', settings: {}, ...changes }) as Vault
const alert = (changes: Partial<Alert> = {}) =>
  ({ id: 'a1', rule: 'backupFailure', state: 'New', target: { id: '/V' }, ...changes }) as unknown as Alert

const change = <C extends Change['of']>(of: C, before: unknown, after: unknown) => ({ of, before, after }) as Change
const deletion = { name: 'rg_1', at: 0, purgeAt: 0, keptUntil: 86_400_000 }
const [snapshot, transfer] = ['Take Snapshot', 'Transfer data to vault'] as const
const half = [task(snapshot, 'Completed'), task(transfer, 'InProgress')]

/** A change, and what is told of it: types, or types with what they say. */
const ROWS: readonly (readonly [what: string, change: Change, told: readonly (string | [string, object])[]])[] = [
  ['an item appears', change('item', undefined, item()), ['item.created']],
  [
    'its first configuration ends',
    change('item', item(), item({ configuring: false, configuredAt: 5 })),
    [['item.configured', { workload: 'VM', friendlyName: 'vm1', policy: 'Daily', state: 'IRPending' }]],
  ],
  ['its first backup is there', change('item', item(), item({ state: 'Protected' })), ['item.protected']],
  ['what it remembers of a backup', change('item', item(), item({ lastBackupTime: 5, backupHealth: 'Failed' })), []],
  [
    'it is stopped',
    change('item', item({ state: 'Protected' }), item({ state: 'ProtectionStopped', policyName: '' })),
    [['item.stopped', { workload: 'VM', friendlyName: 'vm1', policy: '', state: 'ProtectionStopped' }]],
  ],
  [
    'it is suspended instead',
    change('item', item({ state: 'ProtectionStopped' }), item({ state: 'BackupsSuspended' })),
    ['item.stopped'],
  ],
  [
    'it is resumed',
    change('item', item({ state: 'ProtectionStopped' }), item({ state: 'IRPending', configuredAt: 9 })),
    ['item.configured', 'item.resumed'],
  ],
  [
    'it could not be configured',
    change(
      'item',
      item(),
      item({
        configuring: false,
        state: 'ProtectionError',
        protectionError: { error: 'CloudInternalError', activityId: 'a' },
      }),
    ),
    [
      [
        'item.failed',
        {
          workload: 'VM',
          friendlyName: 'vm1',
          policy: 'Daily',
          state: 'ProtectionError',
          error: 'CloudInternalError',
        },
      ],
    ],
  ],
  [
    'its data is deleted, kept for a while',
    change('item', item(), item({ state: 'ProtectionStopped', deleted: { at: 0, until: 86_400_000, days: 1 } })),
    [
      [
        'item.softDeleted',
        {
          workload: 'VM',
          friendlyName: 'vm1',
          policy: '',
          state: 'ProtectionStopped',
          until: '1970-01-02T00:00:00.000Z',
        },
      ],
    ],
  ],
  ['it is undeleted', change('item', item({ deleted: { at: 0, until: 1, days: 1 } }), item()), ['item.undeleted']],
  ['it goes', change('item', item(), undefined), ['item.deleted']],
  ['it comes and goes at once', change('item', undefined, undefined), []],

  [
    'a job begins',
    change('job', undefined, job()),
    [['job.started', { operation: 'Backup', workload: 'VM', friendlyName: 'vm1' }]],
  ],
  [
    'a job begins and fails at once',
    change(
      'job',
      undefined,
      job({ status: 'Failed', tasks: [task(snapshot, 'Failed'), task(transfer, 'NotStarted')] }),
    ),
    ['job.started', 'task.ended', 'job.failed'],
  ],
  [
    'a task begins',
    change('job', job(), job({ tasks: [task(snapshot, 'InProgress'), task(transfer, 'NotStarted')] })),
    [['task.started', { operation: 'Backup', friendlyName: 'vm1', task: snapshot, status: 'InProgress' }]],
  ],
  [
    'the first task ends as the second begins',
    change('job', job({ tasks: [task(snapshot, 'InProgress'), task(transfer, 'NotStarted')] }), job({ tasks: half })),
    ['task.ended', 'task.started'],
  ],
  ['nothing that is told', change('job', job({ tasks: half }), job({ tasks: half, work: { sizeMB: 4 } })), []],
  [
    'it ends with warnings',
    change(
      'job',
      job({ tasks: half }),
      job({
        tasks: [task(snapshot, 'Completed'), task(transfer, 'Failed')],
        status: 'CompletedWithWarnings',
        error: 'UserErrorVmNotFoundV2',
      }),
    ),
    [
      ['task.ended', { operation: 'Backup', friendlyName: 'vm1', task: transfer, status: 'Failed' }],
      [
        'job.completed',
        {
          operation: 'Backup',
          friendlyName: 'vm1',
          status: 'CompletedWithWarnings',
          error: 'UserErrorVmNotFoundV2',
        },
      ],
    ],
  ],
  [
    'it is being cancelled',
    change(
      'job',
      job({ tasks: half }),
      job({ status: 'Cancelling', tasks: [task(snapshot, 'Cancelling'), task(transfer, 'Cancelling')] }),
    ),
    ['job.cancelling'],
  ],
  [
    'it is cancelled',
    change(
      'job',
      job({ status: 'Cancelling', tasks: [task(snapshot, 'Cancelling'), task(transfer, 'Cancelling')] }),
      job({ status: 'Cancelled', tasks: [task(snapshot, 'Cancelled'), task(transfer, 'Cancelled')] }),
    ),
    ['task.ended', 'task.ended', 'job.cancelled'],
  ],
  [
    'a task is put in front of others',
    change('job', job({ tasks: half }), job({ tasks: [task('Rehydrate', 'InProgress'), ...half] })),
    [['task.started', { operation: 'Backup', friendlyName: 'vm1', task: 'Rehydrate', status: 'InProgress' }]],
  ],

  [
    'a point is taken',
    change('point', undefined, point()),
    [['recoveryPoint.created', { consistency: 'AppConsistent', job: 'j1' }]],
  ],
  [
    'it reaches the vault',
    change('point', point(), point({ vaultTier: 'Valid' })),
    [['recoveryPoint.tierChanged', { consistency: 'AppConsistent', job: 'j1', tier: 'HardenedRP', status: 'Valid' }]],
  ],
  [
    'its snapshot goes',
    change('point', point({ vaultTier: 'Valid' }), point({ vaultTier: 'Valid', instantTier: 'Deleted' })),
    [['recoveryPoint.tierChanged', { consistency: 'AppConsistent', job: 'j1', tier: 'InstantRP', status: 'Deleted' }]],
  ],
  [
    'it goes to the archive',
    change('point', point({ vaultTier: 'Valid' }), point({ vaultTier: 'Deleted', archiveTier: 'Valid' })),
    ['recoveryPoint.tierChanged', 'recoveryPoint.tierChanged'],
  ],
  [
    'it is kept longer',
    change('point', point(), point({ expiry: 86_400_000 })),
    [
      [
        'recoveryPoint.retentionChanged',
        { consistency: 'AppConsistent', job: 'j1', expiry: '1970-01-02T00:00:00.000Z' },
      ],
    ],
  ],
  ['it is only not the newest any more', change('point', point({ due: null }), point({ due: 5 })), []],
  ['it goes', change('point', point(), undefined), ['recoveryPoint.deleted']],

  [
    'a policy is made',
    change('policy', undefined, policy()),
    [['policy.created', { backupManagementType: 'AzureIaasVM' }]],
  ],
  ['it is written as it was', change('policy', policy(), policy()), []],
  [
    'it is written anew',
    change(
      'policy',
      policy(),
      policy({ properties: { backupManagementType: 'AzureIaasVM', timeZone: 'UTC' } as never }),
    ),
    ['policy.updated'],
  ],
  ['it is deleted', change('policy', policy(), undefined), ['policy.deleted']],

  ['a vault is made', change('vault', undefined, vault()), [['vault.created', { location: 'westeurope' }]]],
  ['it counts a write of a policy', change('vault', vault(), vault({ policyWrites: [1], changedAt: 4 })), []],
  [
    'its tags and its identity change',
    change('vault', vault(), vault({ tags: { a: 'b' }, identity: { type: 'SystemAssigned' } as never })),
    [['vault.updated', { location: 'westeurope', changed: ['tags', 'identity'] }]],
  ],
  [
    'it is moved',
    change('vault', vault(), vault({ id: '/W' })),
    [['vault.moved', { location: 'westeurope', from: '/V' }]],
  ],
  [
    'it is put away',
    change('vault', vault(), vault({ deletion })),
    [['vault.softDeleted', { location: 'westeurope', deletedVault: 'rg_1', until: '1970-01-02T00:00:00.000Z' }]],
  ],
  [
    'it is undeleted into another group',
    change('vault', vault({ deletion }), vault({ id: '/W' })),
    ['vault.undeleted'],
  ],
  ['it goes', change('vault', vault(), undefined), ['vault.deleted']],

  [
    'an alert comes up',
    change('alert', undefined, alert()),
    [['alert.fired', { rule: 'backupFailure', state: 'New' }]],
  ],
  [
    'it is closed',
    change('alert', alert(), alert({ state: 'Closed' })),
    [['alert.stateChanged', { rule: 'backupFailure', state: 'Closed', from: 'New' }]],
  ],
  ['it is kept no longer', change('alert', alert(), undefined), ['alert.expired']],
]

t.test('what a change is told as', async (t) => {
  for (const [what, change, told] of ROWS) {
    const happened = happeningsOf(change)
    const expected = told.map((row, at) => (typeof row === 'string' ? [row, happened[at]?.[1]] : row))
    t.same(happened, expected, `${change.of}: ${what}`)
  }
})

t.test('the clock', async (t) => {
  const at = (now: number, settings = { mode: 'manual', rate: 1 }) => ({ now, settings })
  t.same(clockEvents(at(0), at(0)), [], 'a clock that is left alone')
  t.same(clockEvents(at(0), at(1000)), [
    ['clock.advanced', { from: '1970-01-01T00:00:00.000Z', to: '1970-01-01T00:00:01.000Z' }],
  ])
  t.same(
    clockEvents(at(0), at(1000, { mode: 'live', rate: 60 })).map(([type]) => type),
    ['clock.changed', 'clock.advanced'],
  )
})

t.test('every type of event comes of some change', async (t) => {
  const told = new Set(ROWS.flatMap(([, change]) => happeningsOf(change).map(([type]) => type)))
  const ofTheClock = ['clock.advanced', 'clock.changed']
  t.same(
    Object.keys(EVENT_TYPES).filter((type) => !told.has(type as never)),
    ofTheClock,
  )
})

t.test('where a changed thing is', async (t) => {
  const known: Known = {
    vault: (key) => ({ v: { id: '/V', type: VAULT_TYPE }, c: { id: '/C', type: CLASSIC_VAULT_TYPE } })[key] as never,
    item: (id) => (id === 7 ? item() : undefined),
  }
  const rows: [Change, string | undefined, string][] = [
    [change('vault', vault(), undefined), '/V', ''],
    [change('job', undefined, job()), '/V', '/backupJobs/j1'],
    [change('job', undefined, job({ vaultKey: 'c' })), '/C', '/jobs/j1'],
    [change('item', undefined, item()), '/V', '/backupFabrics/Azure/protectionContainers/C;vm1/protectedItems/VM;vm1'],
    [change('item', item({ vaultKey: 'c' }), undefined), '/C', '/registeredContainers/C;vm1/protectedItems/VM;vm1'],
    [
      change('point', point(), undefined),
      '/V',
      '/backupFabrics/Azure/protectionContainers/C;vm1/protectedItems/VM;vm1/recoveryPoints/123',
    ],
    [change('policy', undefined, policy()), '/V', '/backupPolicies/Daily'],
    [change('policy', undefined, policy({ vaultKey: 'c' })), '/C', '/protectionPolicies/Daily'],
    [change('alert', undefined, alert()), '/V', '/providers/Microsoft.AlertsManagement/alerts/a1'],
  ]
  for (const [change, vault, path] of rows) t.same(placeOf(change, known), { vault, path }, path)
})
