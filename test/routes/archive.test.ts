import assert from 'node:assert/strict'
import t, { type Test } from 'tap'
import type { Answer } from '../support/emulator.js'
import { type Members, members } from '../support/seen.js'
import { tellShareStory } from '../support/share-story.js'
import {
  dailyPolicy,
  groupPath,
  type Item,
  itemOf,
  keep,
  machinePath,
  type Story,
  tellStory,
} from '../support/story.js'

const TIME = '02:00'
const onTheFirst = {
  retentionScheduleFormatType: 'Daily',
  retentionScheduleDaily: { daysOfTheMonth: [{ date: 1, isLast: false }] },
}

/** Daily backups kept for a week, those of the first of each month for as long as is said. */
const monthly = (months = 24, changes: Members = {}) =>
  dailyPolicy(TIME, {
    retentionPolicy: {
      retentionPolicyType: 'LongTermRetentionPolicy',
      dailySchedule: keep(TIME, 7, 'Days'),
      monthlySchedule: { ...onTheFirst, ...keep(TIME, months, 'Months') },
    },
    ...changes,
  })

const tiering = (tieringMode: string, duration = 0, durationType = 'Invalid') => ({
  tieringPolicy: { ArchivedRP: { tieringMode, duration, durationType } },
})

interface Seen {
  name: string
  day: string
  tiers: Record<string, string>
  ready: boolean
  why: string
}

function seen(body: Members): Seen {
  const point = members(body.properties)
  const details = (point.recoveryPointTierDetails as Members[]).map(({ type, status }) => [type, status])
  const { isReadyForMove, additionalInfo } = members(members(point.recoveryPointMoveReadinessInfo).ArchivedRP)
  return {
    name: String(body.name),
    day: String(point.recoveryPointTime).slice(0, 10),
    tiers: Object.fromEntries(details),
    ready: isReadyForMove === true,
    why: String(additionalInfo),
  }
}

async function pointsOf(story: Story, item: Item, filter = ''): Promise<Seen[]> {
  const answer = await story.call('GET', `${item.path}/recoveryPoints?$filter=${encodeURIComponent(filter)}`)
  assert.equal(answer.status, 200, JSON.stringify(answer.body))
  return answer.values.map(seen)
}

async function pointOf(story: Story, item: Item, day: string): Promise<Seen> {
  const found = (await pointsOf(story, item)).find((point) => point.day === day)
  assert.ok(found, `there is no point of ${day}`)
  return found
}

/** A machine on a policy since Monday 5 January 2026; its first monthly point is that of 1 February. */
async function told(t: Test, policy = monthly(), seed: Parameters<Story['protectedMachine']>[0] = {}) {
  const story = await tellStory(t)
  const item = await story.protectedMachine(seed, policy)
  return { story, item }
}

const MOVE = { objectType: 'MoveRPAcrossTiersRequest', sourceTierType: 'HardenedRP', targetTierType: 'ArchivedRP' }
const move = (story: Story, item: Item, point: string, body: Members = MOVE) =>
  story.call('POST', `${item.path}/recoveryPoints/${point}/move`, body)

async function archived(story: Story, item: Item, day: string): Promise<Seen> {
  const { name } = await pointOf(story, item, day)
  const accepted = await move(story, item, name)
  assert.equal(accepted.status, 202, JSON.stringify(accepted.body))
  story.world.emulator.clock.advance({ until: 'idle' })
  return pointOf(story, item, day)
}

const restoreBody = (properties: Members = {}) => ({
  properties: {
    objectType: 'IaasVMRestoreRequest',
    recoveryType: 'RestoreDisks',
    sourceResourceId: machinePath('vm1'),
    targetResourceGroupId: groupPath('restored'),
    storageAccountId: `${groupPath('backup')}/providers/Microsoft.Storage/storageAccounts/staging`,
    region: 'westeurope',
    ...properties,
  },
})
const withRehydration = (rehydrationPriority?: string, rehydrationRetentionDuration?: string) =>
  restoreBody({
    objectType: 'IaasVMRestoreWithRehydrationRequest',
    recoveryPointRehydrationInfo: { rehydrationPriority, rehydrationRetentionDuration },
  })
const restore = (story: Story, item: Item, point: string, body: Members) =>
  story.call('POST', `${item.path}/recoveryPoints/${point}/restore`, body)

async function refused(story: Story, call: () => Promise<Answer>, code: string, t: Test): Promise<void> {
  const before = story.world.emulator.digest()
  const answer = await call()
  t.equal(answer.status, 400)
  t.equal(answer.code, code)
  t.equal(story.world.emulator.digest(), before, `nothing has changed: ${code}`)
}

t.test('a monthly point can be moved from three months on, while six more are left', async (t) => {
  const { story, item } = await told(t, monthly(10))
  await story.reach('2026-02-01T12:00:00Z')
  const young = await pointOf(story, item, '2026-02-01')
  t.equal(young.ready, false)
  t.match(young.why, /three months/)
  const daily = await pointOf(story, item, '2026-01-31')
  t.match(daily.why, /monthly or yearly/)
  await refused(story, () => move(story, item, young.name), 'MinLifeSpanInStandardRequiredForArchive', t)
  await refused(story, () => move(story, item, daily.name), 'RecoveryPointTypeNotEligibleForArchive', t)

  await story.reach('2026-05-01T01:00:00Z')
  t.equal((await pointOf(story, item, '2026-02-01')).ready, false)
  await story.reach('2026-05-01T05:00:00Z')
  const ripe = await pointOf(story, item, '2026-02-01')
  t.same([ripe.ready, ripe.why], [true, ''])
  t.same(
    (await pointsOf(story, item, "moveReadyRPOnly eq 'true'")).map(({ day }) => day),
    ['2026-02-01'],
    'the list is filtered by it',
  )

  await story.reach('2026-06-01T05:00:00Z')
  const late = await pointOf(story, item, '2026-02-01')
  t.equal(late.ready, false, 'of ten months less than six are left')
  t.match(late.why, /remaining lifespan/)
  await refused(story, () => move(story, item, late.name), 'MinRemainingLifeSpanInArchiveRequired', t)
})

t.test('daily rules that still keep a point, and rules that keep it too briefly, are in the way', async (t) => {
  const longDays = {
    retentionPolicy: {
      retentionPolicyType: 'LongTermRetentionPolicy',
      dailySchedule: keep(TIME, 120, 'Days'),
      monthlySchedule: { ...onTheFirst, ...keep(TIME, 24, 'Months') },
    },
  }
  const { story, item } = await told(t, dailyPolicy(TIME, longDays))
  await story.reach('2026-05-02T05:00:00Z')
  const kept = await pointOf(story, item, '2026-02-01')
  t.match(kept.why, /active dependencies/)
  await refused(story, () => move(story, item, kept.name), 'RecoveryPointHaveActiveDependencies', t)
  await story.reach('2026-06-02T05:00:00Z')
  t.equal((await pointOf(story, item, '2026-02-01')).ready, true)

  await story.policy(item.vault, 'Custom', monthly(8))
  await story.advance('10m')
  const brief = await pointOf(story, item, '2026-02-01')
  t.match(brief.why, /insufficient retention/)
  await refused(story, () => move(story, item, brief.name), 'RPMoveNotSupportedDueToInsufficientRetention', t)
})

t.test('a move is a job, after which the archive alone has the data', async (t) => {
  const { story, item } = await told(t)
  await story.reach('2026-06-01T12:00:00Z')
  const { name } = await pointOf(story, item, '2026-02-01')
  const accepted = await story.call('POST', `${item.path}/recoveryPoints/${name}/move`, MOVE)
  t.equal(accepted.status, 202)
  t.match(accepted.header('azure-asyncoperation'), /\/protectedItems\/[^/]+\/operationsStatus\//)
  t.match(accepted.header('location'), /\/protectedItems\/[^/]+\/operationResults\//)
  const running = await story.call('GET', accepted.header('azure-asyncoperation'))
  t.equal(running.text('status'), 'InProgress', 'it is over when its job is')
  await refused(story, () => move(story, item, name), 'BMSUserErrorObjectLocked', t)
  t.equal((await pointOf(story, item, '2026-02-01')).tiers.HardenedRP, 'Valid')

  story.world.emulator.clock.advance({ until: 'idle' })
  const done = await story.call('GET', accepted.header('azure-asyncoperation'))
  t.equal(done.text('status'), 'Succeeded')
  const id = done.text('properties.jobId')
  t.equal(id, done.text('id'), 'the operation is the job')
  const job = await story.job(item.vault, id)
  t.match(job, { operation: 'MoveRecoveryPoint', status: 'Completed', taskNames: [], tasks: [] })
  t.match(String(job.bag['Recovery Point Time']), /^01\/02\/2026 02:/)
  t.equal((await story.call('GET', accepted.header('location'))).status, 204)
  t.equal((await story.call('POST', `${item.vault}/backupJobs/${id}/cancel`)).code, 'UserErrorJobNotCancellable')

  const point = await pointOf(story, item, '2026-02-01')
  t.same(point.tiers, { InstantRP: 'Deleted', ArchivedRP: 'Valid' })
  t.match(point.why, /already been moved to archive tier/)
  await refused(story, () => move(story, item, name), 'UserErrorRecoveryPointAlreadyInArchiveTier', t)
  const old = await story.call('GET', `${item.path}/recoveryPoints/${name}?api-version=2021-10-01`)
  t.same(old.at('properties.recoveryPointTierDetails'), [
    { type: 1, status: 3 },
    { type: 3, status: 1 },
  ])
})

t.test('what cannot be moved is refused', async (t) => {
  const { story, item } = await told(t)
  await story.reach('2026-06-01T12:00:00Z')
  const { name } = await pointOf(story, item, '2026-02-01')
  const wrong = (tiers: Members) => move(story, item, name, { ...MOVE, ...tiers })
  const code = 'UserErrorRecoveryPointIsNotEligibleForArchiveMove'
  await refused(story, () => wrong({ sourceTierType: 'InstantRP' }), code, t)
  await refused(story, () => wrong({ targetTierType: 'HardenedRP' }), code, t)
  t.equal((await move(story, item, '123')).code, 'UserErrorRecoveryPointNotFound')
  t.equal((await move(story, item, name, { objectType: 'MoveRPAcrossTiersRequest' })).status, 400)

  await story.finished(
    await story.call('POST', `${item.path}/recoveryPoints/${name}/provisionInstantItemRecovery`, {
      properties: { objectType: 'IaasVMILRRegistrationRequest' },
    }),
  )
  await refused(story, () => move(story, item, name), 'RecoveryPointHaveActiveDependencies', t)
  await story.advance('12h')

  await story.startRestore(item, name, machinePath('vm1'))
  await refused(story, () => move(story, item, name), 'RecoveryPointHaveActiveDependencies', t)
  story.world.emulator.clock.advance({ until: 'idle' })

  await story.stop(item)
  t.equal((await pointOf(story, item, '2026-02-01')).ready, true, 'points of a stopped item can be moved')
  await story.deleteData(item)
  await refused(story, () => move(story, item, name), 'UserErrorItemIsSoftDeleted', t)
})

t.test('a point in the archive is restored after its data has come back', async (t) => {
  const { story, item } = await told(t)
  await story.reach('2026-06-01T12:00:00Z')
  const { name } = await archived(story, item, '2026-02-01')
  const other = await pointOf(story, item, '2026-03-01')
  await refused(story, () => restore(story, item, name, restoreBody()), 'UserErrorRecoveryPointNotRehydrated', t)
  await refused(
    story,
    () => restore(story, item, other.name, withRehydration('High')),
    'UserErrorRecoveryPointRehydrationNotAllowed',
    t,
  )
  const invalid = 'UserErrorInvalidRestoreRequest'
  await refused(story, () => restore(story, item, name, withRehydration('Urgent')), invalid, t)
  await refused(story, () => restore(story, item, name, withRehydration('High', 'P31D')), invalid, t)
  await refused(story, () => restore(story, item, name, withRehydration('High', 'PT10H')), invalid, t)

  const started = story.now
  const accepted = await restore(story, item, name, withRehydration('High', 'P10D'))
  t.equal(accepted.status, 202)
  const id = (await story.finished(accepted)).text('properties.jobId')
  const running = await story.job(item.vault, id)
  t.match(running, {
    operation: 'RestoreWithRehydrate',
    status: 'InProgress',
    taskNames: ['Rehydrate from Archive storage', 'Transfer data from vault'],
    tasks: ['InProgress', 'NotStarted'],
    bag: { 'Rehydration Priority': 'High', 'Rehydrated Recovery Point Retention': 'P10D' },
  })
  await refused(
    story,
    () => restore(story, item, name, withRehydration('High')),
    'UserErrorRecoveryPointRehydrationAlreadyInProgress',
    t,
  )

  await story.advance('1h')
  const rehydrated = await pointOf(story, item, '2026-02-01')
  t.same(rehydrated.tiers, { InstantRP: 'Deleted', HardenedRP: 'Valid', ArchivedRP: 'Rehydrated' })
  const job = await story.ended(item.vault, id)
  t.equal(job.status, 'Completed')
  t.ok(job.hours > 0.5 && job.hours < 2, `${job.hours} hours`)
  t.ok((job.end ?? 0) > started)
  const disks = await story.call('GET', `${groupPath('restored')}/providers/Microsoft.Compute/disks`)
  t.equal(disks.values.length, 1)

  await refused(
    story,
    () => restore(story, item, name, withRehydration('High')),
    'UserErrorRecoveryPointAlreadyRehydrated',
    t,
  )
  t.equal((await restore(story, item, name, restoreBody())).status, 202, 'it is read as any point in the vault')
  await story.advance('9d')
  t.equal((await pointOf(story, item, '2026-02-01')).tiers.ArchivedRP, 'Rehydrated')
  await story.advance('1d')
  t.same((await pointOf(story, item, '2026-02-01')).tiers, { InstantRP: 'Deleted', ArchivedRP: 'Valid' })
})

t.test('without haste the archive takes up to fifteen hours, and keeps the copy for fifteen days', async (t) => {
  const { story, item } = await told(t)
  await story.reach('2026-06-01T12:00:00Z')
  const { name } = await archived(story, item, '2026-02-01')
  const accepted = await restore(story, item, name, restoreBody({ objectType: 'IaasVMRestoreWithRehydrationRequest' }))
  const id = (await story.finished(accepted)).text('properties.jobId')
  const { bag } = await story.job(item.vault, id)
  t.match(bag, { 'Rehydration Priority': 'Standard', 'Rehydrated Recovery Point Retention': 'P15D' })
  const { hours } = await story.ended(item.vault, id)
  t.ok(hours > 9 && hours < 16, `${hours} hours`)
})

t.test('a restore can be cancelled while its data comes back', async (t) => {
  const { story, item } = await told(t)
  await story.reach('2026-06-01T12:00:00Z')
  const { name } = await archived(story, item, '2026-02-01')
  const again = () => restore(story, item, name, withRehydration('Standard', 'P10D'))
  const id = (await story.finished(await again())).text('properties.jobId')
  await story.advance('5h')
  t.equal((await story.call('POST', `${item.vault}/backupJobs/${id}/cancel`)).status, 202)
  await story.advance('1m')
  t.equal((await story.job(item.vault, id)).status, 'Cancelled')
  await story.advance('1d')
  t.equal((await pointOf(story, item, '2026-02-01')).tiers.ArchivedRP, 'Valid', 'nothing has come back')
  t.equal((await again()).status, 202)
})

t.test('files of an archived point cannot be recovered', async (t) => {
  const { story, item } = await told(t)
  await story.reach('2026-06-01T12:00:00Z')
  const { name } = await archived(story, item, '2026-02-01')
  const provision = () =>
    story.call('POST', `${item.path}/recoveryPoints/${name}/provisionInstantItemRecovery`, {
      properties: { objectType: 'IaasVMILRRegistrationRequest' },
    })
  await refused(story, provision, 'UserErrorItemLevelRecoveryNotSupported', t)
})

t.test('an archived point goes when its retention ends', async (t) => {
  const { story, item } = await told(t, monthly(12))
  await story.reach('2026-06-01T12:00:00Z')
  await archived(story, item, '2026-02-01')
  await story.reach('2027-01-31T12:00:00Z')
  t.equal((await pointOf(story, item, '2026-02-01')).tiers.ArchivedRP, 'Valid')
  await story.advance('2d')
  t.notOk((await pointsOf(story, item)).some(({ day }) => day === '2026-02-01'))
})

const recommended = async (story: Story, item: Item, body?: Members) => {
  const answer = await story.call('POST', `${item.path}/recoveryPointsRecommendedForMove`, body)
  assert.equal(answer.status, 200, JSON.stringify(answer.body))
  return answer.values.map(seen)
}

t.test('points of machines that change much are recommended, of those that change little not', async (t) => {
  const { story, item } = await told(t)
  const quiet = story.machine('quiet', { conditions: { usedDataGB: 100, dailyChurnGB: 0.1 } })
  await story.protect(item.vault, quiet, 'Custom')
  await story.reach('2026-06-02T12:00:00Z')
  const before = story.world.emulator.digest()
  const points = await recommended(story, item)
  t.same(
    points.map(({ day }) => day),
    ['2026-03-01', '2026-02-01'],
  )
  t.ok(points.every(({ ready }) => ready))
  t.same(
    (await recommended(story, item, { excludedRPList: [points[0]?.name] })).map(({ day }) => day),
    ['2026-02-01'],
  )
  const other = itemOf(item.vault, quiet)
  t.equal((await pointOf(story, other, '2026-02-01')).ready, true, 'they can be moved all the same')
  t.same(await recommended(story, other), [])
  t.equal(story.world.emulator.digest(), before, 'asking changes nothing')
})

t.test('a policy moves points by itself after its time', async (t) => {
  const { story, item } = await told(t, monthly(24, tiering('TierAfter', 4, 'Months')))
  await story.reach('2026-05-31T12:00:00Z')
  t.equal((await pointOf(story, item, '2026-02-01')).ready, true, 'it could be moved since May')
  t.same(await story.jobs(item.vault, 'MoveRecoveryPoint'), [])
  await story.reach('2026-06-01T12:00:00Z')
  t.equal((await pointOf(story, item, '2026-02-01')).tiers.ArchivedRP, 'Valid')
  await story.reach('2026-09-02T12:00:00Z')
  const points = await pointsOf(story, item)
  const inArchive = points.filter(({ tiers }) => tiers.ArchivedRP).map(({ day }) => day)
  t.same(inArchive, ['2026-05-01', '2026-04-01', '2026-03-01', '2026-02-01'])
  const jobs = await story.jobs(item.vault, 'MoveRecoveryPoint')
  t.equal(jobs.length, 4)
  t.ok(jobs.every(({ status }) => status === 'Completed'))
})

t.test('a policy moves what is recommended, and nothing of what is not', async (t) => {
  const { story, item } = await told(t, monthly(24, tiering('TierRecommended')))
  const quiet = story.machine('quiet', { conditions: { usedDataGB: 100, dailyChurnGB: 0.1 } })
  await story.protect(item.vault, quiet, 'Custom')
  await story.reach('2026-06-03T12:00:00Z')
  const archivedOf = async (which: Item) =>
    (await pointsOf(story, which)).filter(({ tiers }) => tiers.ArchivedRP).map(({ day }) => day)
  t.same(await archivedOf(item), ['2026-03-01', '2026-02-01'])
  t.same(await archivedOf(itemOf(item.vault, quiet)), [])
})

t.test('a policy that begins to move points moves those that are old enough at once', async (t) => {
  const { story, item } = await told(t)
  await story.reach('2026-06-03T12:00:00Z')
  await story.policy(item.vault, 'Custom', monthly(24, tiering('TierAfter', 3, 'Months')))
  await story.advance('2h')
  t.equal((await pointOf(story, item, '2026-02-01')).tiers.ArchivedRP, 'Valid')
  t.equal((await pointOf(story, item, '2026-03-01')).tiers.ArchivedRP, 'Valid')
  await story.policy(item.vault, 'Custom', monthly(24, tiering('DoNotTier')))
  await story.reach('2026-08-03T12:00:00Z')
  t.equal((await pointOf(story, item, '2026-04-01')).tiers.ArchivedRP, undefined)
})

async function costs(story: Story, item: Item, body: Members): Promise<Answer> {
  const tiers = { sourceTierType: 'HardenedRP', targetTierType: 'ArchivedRP' }
  const accepted = await story.call('POST', `${item.vault}/backupTieringCost/default/fetchTieringCost`, {
    ...tiers,
    ...body,
  })
  if (accepted.status !== 202) return accepted
  const status = await story.call('GET', accepted.header('azure-asyncoperation'))
  assert.equal(status.text('status'), 'Succeeded')
  assert.match(accepted.header('azure-asyncoperation'), /\/backupTieringCost\/default\/operationsStatus\//)
  return story.call('GET', accepted.header('location'))
}

const GB = 1024 ** 3

t.test('what the archive saves is worked out from the points', async (t) => {
  const { story, item } = await told(t, monthly(), { conditions: { usedDataGB: 100, dailyChurnGB: 2 } })
  const names = {
    containerName: 'IaasVMContainer;iaasvmcontainerv2;apps;vm1',
    protectedItemName: 'VM;iaasvmcontainerv2;apps;vm1',
  }
  const nothing = await costs(story, item, { objectType: 'FetchTieringCostSavingsInfoForVaultRequest' })
  t.match(nothing.body, { sourceTierSizeReductionInBytes: 0, targetTierSizeIncreaseInBytes: 0 })

  await story.reach('2026-06-02T12:00:00Z')
  const savings = await costs(story, item, { objectType: 'FetchTieringCostSavingsInfoForVaultRequest' })
  t.equal(savings.text('objectType'), 'TieringCostSavingInfo')
  // Two points of 100 GB each; 2 GB change a day, and the nearest neighbours are 28 days away.
  t.equal(savings.at('targetTierSizeIncreaseInBytes'), 200 * GB)
  const freed = Number(savings.at('sourceTierSizeReductionInBytes')) / GB
  t.ok(Math.abs(freed - 112) < 1, `${freed} GB`)
  t.same(
    [savings.at('retailSourceTierCostPerGBPerMonth'), savings.at('retailTargetTierCostPerGBPerMonth')],
    [0.02, 0.003],
  )
  t.same(
    (await costs(story, item, { objectType: 'FetchTieringCostSavingsInfoForProtectedItemRequest', ...names })).body,
    savings.body,
  )
  t.same(
    (await costs(story, item, { objectType: 'FetchTieringCostSavingsInfoForPolicyRequest', policyName: 'Custom' }))
      .body,
    savings.body,
  )
  const other = await costs(story, item, {
    objectType: 'FetchTieringCostSavingsInfoForPolicyRequest',
    policyName: 'DefaultPolicy',
  })
  t.equal(other.at('targetTierSizeIncreaseInBytes'), 0)

  const rehydration = {
    objectType: 'FetchTieringCostInfoForRehydrationRequest',
    ...names,
    recoveryPointId: (await pointOf(story, item, '2026-02-01')).name,
    rehydrationPriority: 'High',
  }
  await refused(story, () => costs(story, item, rehydration), 'UserErrorRecoveryPointRehydrationNotAllowed', t)
  await archived(story, item, '2026-02-01')
  const back = await costs(story, item, rehydration)
  t.match(back.body, { objectType: 'TieringCostRehydrationInfo', rehydrationSizeInBytes: 100 * GB })

  t.equal((await costs(story, item, { objectType: 'Unknown' })).status, 400)
  const policy = { objectType: 'FetchTieringCostSavingsInfoForPolicyRequest', policyName: 'none' }
  t.equal((await costs(story, item, policy)).code, 'BMSUserErrorPolicyNotFound')
  const never = `${item.vault}/backupTieringCost/default/operationResults/${'0'.repeat(8)}`
  t.equal((await story.call('GET', never)).code, 'BMSUserErrorOperationNotFound')
  const moved = await story.jobs(item.vault, 'MoveRecoveryPoint')
  const notCosts = `${item.vault}/backupTieringCost/default/operationResults/${moved[0]?.id}`
  t.equal((await story.call('GET', notCosts)).code, 'BMSUserErrorOperationNotFound')
})

t.test('points of file shares have no way to the archive', async (t) => {
  const story = await tellShareStory(t)
  const item = await story.protectedShare()
  await story.backUp(item)
  const point = await story.newest(item)
  await refused(
    story,
    () => story.call('POST', `${item.path}/recoveryPointsRecommendedForMove`),
    'UserErrorDatasourceTypeIsNotSupportedForRecommendationApi',
    t,
  )
  await refused(story, () => move(story, item, point), 'UserErrorRecoveryPointIsNotEligibleForArchiveMove', t)
})
