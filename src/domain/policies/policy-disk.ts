import { invalidInput } from '../user-facing-refusal.js'
import type { BackupRule, DiskPolicy, RetentionRule, TaggingCriterion } from './policies.js'
import { checkRules } from './policy-disk-rules.js'
import { POLICY_RANGES } from './policy-ranges.js'
import { PolicyReader, type PolicySpelling, storedTime } from './policy-reader.js'
import { readRepetition } from './repetition.js'
import { DAY, HOUR } from './schedule.js'
import { lifetimeOf } from './tagging.js'

const { disks, daysOfTheWeek, weeksOfTheMonth, monthsOfYear } = POLICY_RANGES

/** Policies of Backup vaults are read as all others are, and refused as Backup vaults refuse. */
const SPELLING: PolicySpelling = {
  names: {},
  presets: {},
  refusal: (problem, remedy) => invalidInput(problem, `${remedy}.`),
}

/**
 * Reads the `properties` of a PUT body for managed disks and gives their stored form: members in the order of the wire,
 * nulls and unknown members left out, each tag with its id (golden disk/05, 06).
 * @param mostSnapshots how many a policy may keep of a disk
 * @throws Refusal BMSUserErrorInvalidInput
 */
export function readDiskPolicy(properties: Readonly<Record<string, unknown>>, mostSnapshots: number): DiskPolicy {
  const policy = new PolicyReader(properties, { now: 0 }, 'properties', SPELLING)
  policy.choice('objectType', ['BackupPolicy'])
  for (const type of policy.list('datasourceTypes'))
    if (typeof type !== 'string' || type.toLowerCase() !== disks.datasourceType.toLowerCase())
      policy.refuse('datasourceTypes', `has ${JSON.stringify(type)}`, `Use ["${disks.datasourceType}"]`)
  const rules = policy.objects('policyRules').map(readRule)
  const read: DiskPolicy = {
    policyRules: rules,
    datasourceTypes: [disks.datasourceType],
    objectType: 'BackupPolicy',
  }
  checkRules(policy, read, mostSnapshots)
  return read
}

function readRule(rule: PolicyReader): BackupRule | RetentionRule {
  const kind = rule.choice('objectType', ['AzureBackupRule', 'AzureRetentionRule'])
  const name = nameOf(rule, 'name')
  return kind === 'AzureBackupRule' ? readBackupRule(rule, name) : readRetentionRule(rule, name)
}

/** @throws Refusal BMSUserErrorInvalidInput where there is none */
const nameOf = (reader: PolicyReader, member: string): string =>
  reader.optionalText(member)?.trim() || reader.refuse(member, 'is missing', 'Give a name')

/** Disks are kept in snapshots of their own subscription, and nowhere else (domain.md 9). */
function readStore(reader: PolicyReader, member: string) {
  const store = reader.object(member, 'Use {"dataStoreType":"OperationalStore","objectType":"DataStoreInfoBase"}')
  const dataStoreType = store.choice('dataStoreType', ['OperationalStore'])
  return { dataStoreType, objectType: store.choice('objectType', ['DataStoreInfoBase']) }
}

function readBackupRule(rule: PolicyReader, name: string): BackupRule {
  const parameters = rule.object(
    'backupParameters',
    'Use {"backupType":"Incremental","objectType":"AzureBackupParams"}',
  )
  const backupType = parameters.choice('backupType', ['Incremental'])
  const backupParameters = { backupType, objectType: parameters.choice('objectType', ['AzureBackupParams']) }
  const trigger = rule.object('trigger', 'Say when backups run')
  const objectType = trigger.choice('objectType', ['ScheduleBasedTriggerContext'])
  const schedule = trigger.object('schedule', 'Give repeatingTimeIntervals')
  const timeZone = schedule.optionalText('timeZone')
  const repeatingTimeIntervals = schedule.list('repeatingTimeIntervals').map((text) => readInterval(schedule, text))
  return {
    backupParameters,
    trigger: {
      schedule: { repeatingTimeIntervals, ...(timeZone === undefined ? {} : { timeZone }) },
      taggingCriteria: trigger.objects('taggingCriteria').map(readCriterion),
      objectType,
    },
    dataStore: readStore(rule, 'dataStore'),
    name,
    objectType: 'AzureBackupRule',
  }
}

const HOURS: readonly number[] = disks.hours

/** The text is kept as it was sent (wire-disk.md 3). */
function readInterval(schedule: PolicyReader, text: unknown): string {
  const member = 'repeatingTimeIntervals'
  const read = typeof text === 'string' ? readRepetition(text) : undefined
  if (!read || typeof text !== 'string')
    return schedule.refuse(
      member,
      `has ${JSON.stringify(text)}`,
      'Give R/<date and time>/<period>, for example R/2026-01-01T02:00:00+00:00/PT4H',
    )
  if (read.period === DAY || HOURS.includes(read.period / HOUR)) return text
  const hours = disks.hours.map((hours) => `PT${hours}H`).join(', ')
  return schedule.refuse(member, `has the period of '${text}'`, `Use one of ${hours}, or P1D`)
}

function readCriterion(criterion: PolicyReader): TaggingCriterion {
  const info = criterion.object('tagInfo', 'Give a tagName')
  const tagName = nameOf(info, 'tagName')
  const isDefault = criterion.flag('isDefault')
  const criteria = criterion.has('criteria') ? criterion.objects('criteria').map(readCriteria) : undefined
  if (isDefault && criteria) criterion.refuse('criteria', 'is given for the default tag', 'Leave it out there')
  if (!isDefault && !criteria)
    criterion.refuse('criteria', `is missing for the tag '${tagName}'`, 'Say which backups get the tag')
  return {
    tagInfo: { tagName, id: `${tagName}_` },
    taggingPriority: criterion.integer('taggingPriority', disks.priority),
    isDefault,
    ...(criteria ? { criteria } : {}),
  }
}

/** Which backups get a tag, members in the order of the published definition. */
function readCriteria(reader: PolicyReader): Record<string, unknown> {
  const objectType = reader.choice('objectType', ['ScheduleBasedBackupCriteria'])
  const some = <T>(member: string, read: () => T) => (reader.has(member) ? { [member]: read() } : {})
  const criteria = {
    ...some('absoluteCriteria', () => reader.choices('absoluteCriteria', disks.absoluteCriteria)),
    ...some('daysOfMonth', () =>
      reader.objects('daysOfMonth').map((day) => ({
        ...(day.has('date') ? { date: day.integer('date', POLICY_RANGES.dayOfMonth) } : {}),
        isLast: day.flag('isLast'),
      })),
    ),
    ...some('daysOfTheWeek', () => reader.choices('daysOfTheWeek', daysOfTheWeek)),
    ...some('monthsOfYear', () => reader.choices('monthsOfYear', monthsOfYear)),
    ...some('scheduleTimes', () => reader.list('scheduleTimes').map((time) => readTime(reader, time))),
    ...some('weeksOfTheMonth', () => reader.choices('weeksOfTheMonth', weeksOfTheMonth)),
  }
  if (Object.keys(criteria).length > 0) return { ...criteria, objectType }
  return reader.refuse('absoluteCriteria', 'is missing', `Use one of ${disks.absoluteCriteria.join(', ')}`)
}

function readTime(reader: PolicyReader, time: unknown): string {
  if (typeof time === 'string' && storedTime(time, { now: 0 }) !== undefined) return time
  return reader.refuse('scheduleTimes', `has ${JSON.stringify(time)}`, 'Give date-times')
}

function readRetentionRule(rule: PolicyReader, name: string): RetentionRule {
  const lifecycles = rule.objects('lifecycles')
  if (lifecycles.length > 1) rule.refuse('lifecycles', 'has more than one entry', 'Backups of disks have one store')
  return {
    lifecycles: lifecycles.map((lifecycle) => {
      const after = lifecycle.object('deleteAfter', 'Say how long backups are kept')
      const objectType = after.choice('objectType', ['AbsoluteDeleteOption'])
      const duration = after.optionalText('duration') ?? ''
      if (!lifetimeOf(duration))
        after.refuse('duration', `is '${duration}'`, 'Give days, weeks, months or years, for example P7D')
      return {
        deleteAfter: { objectType, duration },
        sourceDataStore: readStore(lifecycle, 'sourceDataStore'),
        ...copiesOf(lifecycle),
      }
    }),
    isDefault: rule.flag('isDefault'),
    name,
    objectType: 'AzureRetentionRule',
  }
}

/** Nothing of a disk is copied to another store; clients send an empty list. */
function copiesOf(lifecycle: PolicyReader): { targetDataStoreCopySettings?: [] } {
  const member = 'targetDataStoreCopySettings'
  const copies = lifecycle.value(member)
  if (copies === undefined) return {}
  if (Array.isArray(copies) && copies.length === 0) return { targetDataStoreCopySettings: [] }
  return lifecycle.refuse(member, 'is not empty', 'Backups of disks stay in the operational store: leave it out')
}
