export { defaultPolicies } from './built-in-policies.js'

import { Refusal } from './errors.js'
import { readRetention, readSchedule } from './policy-input.js'
import { type ManagementType, POLICY_RANGES, type PolicyType } from './policy-ranges.js'
import { invalidPolicy, PolicyReader, REFUSAL_EXTRA } from './policy-reader.js'
import { durationDays, type LongTermRetentionPolicy, type Retained, retentionDays, type TagName } from './retention.js'
import type { Instant, SchedulePolicy } from './schedule.js'
import { offsetOf } from './time-zones.js'

/** Name pattern of the resource group that the restore points' collections go to (domain.md 13.5). */
export interface InstantRPDetails {
  azureBackupRGNamePrefix?: string
  azureBackupRGNameSuffix?: string
}

export interface TieringPolicy {
  tieringMode: (typeof POLICY_RANGES.tieringModes)[number]
  duration: number
  durationType: (typeof POLICY_RANGES.durationTypes)[number] | 'Invalid'
}

/**
 * The stored `properties` of a policy for virtual machines, members in the order of the wire (wire-vm.md 5).
 * `protectedItemsCount` is counted when the policy is shown and is not stored.
 */
export interface VmPolicy extends Retained {
  backupManagementType: 'AzureIaasVM'
  snapshotConsistencyType?: (typeof POLICY_RANGES.consistencyTypes)[number]
  /** As it was sent; absent means V1. */
  policyType?: PolicyType
  instantRPDetails: InstantRPDetails
  tieringPolicy?: Record<string, TieringPolicy>
}

/** The stored `properties` of a policy for anything else: kept as sent, nothing is scheduled by it. */
export interface WorkloadPolicy {
  backupManagementType: Exclude<ManagementType, 'AzureIaasVM'>
  [member: string]: unknown
}

/** A policy that something is backed up by here. */
export type ProtectionPolicy = VmPolicy

export type PolicyProperties = VmPolicy | WorkloadPolicy

/** What a policy is for, in the service's spelling; undefined where the discriminator is missing or unknown. */
export function policyKind(
  properties: Readonly<Record<string, unknown>> | PolicyProperties,
): ManagementType | undefined {
  const kind = properties.backupManagementType
  if (typeof kind !== 'string') return undefined
  return POLICY_RANGES.managementTypes.find((known) => known.toLowerCase() === kind.toLowerCase())
}

/** Whether a policy is one for virtual machines, whose schedule and retention are read here. */
export const isVmPolicy = (properties: PolicyProperties): properties is VmPolicy =>
  policyKind(properties) === 'AzureIaasVM'

export interface PolicyContext {
  /** Gives bare times of day their date (azurerm sends `23:00:00Z`); without it they get 1970-01-01. */
  now?: Instant
  /** The policy that is being replaced: azurerm leaves unchanged instant restore days out (client-terraform.md 4.3). */
  stored?: VmPolicy
}

/**
 * Reads the `properties` of a PUT body and gives their stored form: members in the order of the wire, names in the
 * service's spelling, times as `YYYY-MM-DDTHH:mm:ssZ`, absent values by default, nulls and unknown members left out
 * (wire-vm.md 5, client-az.md 4.2, domain.md 5).
 * @throws Refusal BMSUserErrorInvalidPolicyInput for what can't be a policy, BMSUserErrorPolicyRetentionInvalid,
 *   BMSUserErrorInstantRPRetentionExceedsVaultedRetention
 */
export function readVmPolicy(properties: Readonly<Record<string, unknown>>, context: PolicyContext = {}): VmPolicy {
  const policy = new PolicyReader(properties, context.now ?? 0)
  const backupManagementType = policy.choice('backupManagementType', ['AzureIaasVM'])
  const policyType = policy.optionalChoice('policyType', POLICY_RANGES.policyTypes)
  const type = policyType ?? 'V1'
  const snapshotConsistencyType = policy.optionalChoice('snapshotConsistencyType', POLICY_RANGES.consistencyTypes)
  if (snapshotConsistencyType && type === 'V1') {
    policy.refuse('snapshotConsistencyType', 'needs an enhanced policy', 'Set policyType to V2 or leave it out')
  }
  const schedulePolicy = readSchedule(policy, type)
  const retentionPolicy = readRetention(policy, schedulePolicy)
  const tiering = policy.optionalObject('tieringPolicy')
  return {
    backupManagementType,
    ...(snapshotConsistencyType && { snapshotConsistencyType }),
    ...(policyType && { policyType }),
    instantRPDetails: readInstantDetails(policy),
    schedulePolicy,
    retentionPolicy,
    ...(tiering && { tieringPolicy: readTiering(tiering) }),
    instantRpRetentionRangeInDays: readInstantDays(policy, type, schedulePolicy, retentionPolicy, context.stored),
    timeZone: readTimeZone(policy),
  }
}

function readTimeZone(policy: PolicyReader): string {
  const zone = policy.optionalText('timeZone') ?? 'UTC'
  if (offsetOf(zone) !== undefined) return zone
  return policy.refuse('timeZone', `'${zone}' is not a Windows time zone`, "Use e.g. 'UTC' or 'Pacific Standard Time'")
}

/** Snapshots must go before the daily points in the vault do (wire-vm-more.md 9), and never outlive weekly ones. */
function readInstantDays(
  policy: PolicyReader,
  type: PolicyType,
  schedule: SchedulePolicy,
  { dailySchedule, weeklySchedule }: LongTermRetentionPolicy,
  stored: VmPolicy | undefined,
): number {
  const { enhanced, standard, standardWeekly } = POLICY_RANGES.instantDays
  const weekly = schedule.scheduleRunFrequency === 'Weekly'
  const range = type === 'V2' ? enhanced : weekly ? standardWeekly : standard
  const before = stored?.instantRpRetentionRangeInDays ?? range.preset
  const unsaid = before >= range.min && before <= range.max ? before : range.preset
  const member = 'instantRpRetentionRangeInDays'
  const days = policy.has(member) ? policy.integer(member, range) : unsaid

  const vaulted = dailySchedule ?? weeklySchedule
  const longest = vaulted ? durationDays(vaulted.retentionDuration) - (dailySchedule ? 1 : 0) : days
  if (days <= longest) return days
  throw new Refusal(
    'BMSUserErrorInstantRPRetentionExceedsVaultedRetention',
    `Instant restore would keep snapshots for ${days} days, which is not shorter than the vault keeps the backups. Set ${member} to ${longest} or less, or raise the retention.`,
    { ...REFUSAL_EXTRA },
  )
}

const GROUP_NAME = /^[\w.()-]*$/

function readInstantDetails(policy: PolicyReader): InstantRPDetails {
  const details = policy.optionalObject('instantRPDetails')
  const prefix = details?.optionalText('azureBackupRGNamePrefix')
  const suffix = details?.optionalText('azureBackupRGNameSuffix')
  const name = `${prefix ?? ''}${suffix ?? ''}`
  const { max } = POLICY_RANGES.restoreGroupName
  if (suffix && !prefix) {
    throw invalidPolicy('instantRPDetails has a suffix without a prefix', 'Set azureBackupRGNamePrefix too')
  }
  if (!GROUP_NAME.test(name) || suffix?.endsWith('.') || name.length > max) {
    const rule = `at most ${max} letters, digits and . _ - ( ), with no period at the end`
    throw invalidPolicy(`instantRPDetails '${name}' can't name a resource group`, `Use ${rule}`)
  }
  return {
    ...(prefix && { azureBackupRGNamePrefix: prefix }),
    ...(suffix && { azureBackupRGNameSuffix: suffix }),
  }
}

/** `{ArchivedRP: {tieringMode, duration, durationType}}`: only TierAfter has a duration (wire-vm.md 5). */
function readTiering(tiering: PolicyReader): Record<string, TieringPolicy> {
  const rules = tiering.names().map((name): [string, TieringPolicy] => {
    const rule = tiering.object(name, 'Give a tiering rule')
    const tieringMode = rule.choice('tieringMode', POLICY_RANGES.tieringModes)
    if (tieringMode !== 'TierAfter') return [name, { tieringMode, duration: 0, durationType: 'Invalid' }]
    const duration = rule.integer('duration', POLICY_RANGES.retentionCount)
    return [name, { tieringMode, duration, durationType: rule.choice('durationType', POLICY_RANGES.durationTypes) }]
  })
  return Object.fromEntries(rules)
}

/**
 * Whether a change makes a policy keep points for a shorter time: a rule is gone or counts fewer days than before
 * (domain.md 5.3, 13.3). Which days a rule is for is not compared.
 */
export function reducesRetention(before: VmPolicy, after: VmPolicy): boolean {
  const left = retentionDays(after)
  const rules = Object.entries(retentionDays(before)) as [TagName, number][]
  return rules.some(([name, days]) => (left[name] ?? 0) < days)
}
