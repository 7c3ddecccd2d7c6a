export { reducesRetention, reducesVaultRetention } from './retention.js'

import { type ManagementType, POLICY_RANGES, type PolicyType } from './policy-ranges.js'
import type { LongTermRetentionPolicy, VaultRetentionPolicy } from './retention.js'
import type { Instant, Scheduled, SimpleSchedulePolicy } from './schedule.js'

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
export interface VmPolicy extends Scheduled {
  backupManagementType: 'AzureIaasVM'
  snapshotConsistencyType?: (typeof POLICY_RANGES.consistencyTypes)[number]
  /** As it was sent; absent means V1. */
  policyType?: PolicyType
  instantRPDetails: InstantRPDetails
  retentionPolicy: LongTermRetentionPolicy
  tieringPolicy?: Record<string, TieringPolicy>
  instantRpRetentionRangeInDays: number
}

interface FileShareSchedule extends Scheduled {
  backupManagementType: 'AzureStorage'
  workLoadType: 'AzureFileShare'
  schedulePolicy: SimpleSchedulePolicy
}

/**
 * The stored `properties` of a policy for file shares, members in the order of the wire (wire-files.md 6): it keeps
 * snapshots alone by `retentionPolicy`, or sends points to the vault by `vaultRetentionPolicy`.
 */
export type FileSharePolicy = FileShareSchedule &
  ({ retentionPolicy: LongTermRetentionPolicy } | { vaultRetentionPolicy: VaultRetentionPolicy })

/** How a rule says when it strikes, and which tags its points get. */
export interface BackupRule {
  objectType: 'AzureBackupRule'
  name: string
  trigger: {
    schedule: { repeatingTimeIntervals: string[]; timeZone?: string }
    taggingCriteria: TaggingCriterion[]
    [member: string]: unknown
  }
  [member: string]: unknown
}

/** Which points get a tag: all of them where it has no criteria; of several the lower priority wins. */
export interface TaggingCriterion {
  isDefault: boolean
  taggingPriority: number
  tagInfo: { tagName: string; [member: string]: unknown }
  criteria?: { absoluteCriteria?: string[]; [member: string]: unknown }[]
  [member: string]: unknown
}

/** For how long points of a tag are kept: its name is the tag's. */
export interface RetentionRule {
  objectType: 'AzureRetentionRule'
  name: string
  isDefault: boolean
  lifecycles: { deleteAfter: { duration: string; [member: string]: unknown }; [member: string]: unknown }[]
  [member: string]: unknown
}

/** The stored `properties` of a policy of a Backup vault, members in the order of the wire (wire-disk.md 3). */
export interface DiskPolicy {
  datasourceTypes: string[]
  objectType: 'BackupPolicy'
  policyRules: (BackupRule | RetentionRule)[]
}

/** A policy of a Recovery Services vault or a classic one that something is backed up by. */
export type VaultPolicy = VmPolicy | FileSharePolicy

/** A policy that something is backed up by here. */
export type ProtectionPolicy = VaultPolicy | DiskPolicy

/** The stored `properties` of a policy for anything else: kept as sent, nothing is scheduled by it. */
export interface WorkloadPolicy {
  backupManagementType: Exclude<ManagementType, VaultPolicy['backupManagementType']>
  [member: string]: unknown
}

export type PolicyProperties = ProtectionPolicy | WorkloadPolicy

/** What a policy is for, in the service's spelling; undefined where the discriminator is missing or unknown. */
export function policyKind(
  properties: Readonly<Record<string, unknown>> | PolicyProperties,
): ManagementType | undefined {
  const kind = 'backupManagementType' in properties ? properties.backupManagementType : undefined
  if (typeof kind !== 'string') return undefined
  return POLICY_RANGES.managementTypes.find((known) => known.toLowerCase() === kind.toLowerCase())
}

/** Whether a policy is one for virtual machines. */
export const isVmPolicy = (properties: PolicyProperties): properties is VmPolicy =>
  policyKind(properties) === 'AzureIaasVM'

/** Whether a policy is one for file shares. */
export const isFileSharePolicy = (properties: PolicyProperties): properties is FileSharePolicy =>
  policyKind(properties) === 'AzureStorage'

/** Whether a policy is one of a Backup vault. */
export const isDiskPolicy = (properties: PolicyProperties): properties is DiskPolicy => 'policyRules' in properties

/** Standard (V1) or enhanced (V2, SEED-54); whatever says nothing is standard. */
export const policyTypeOf = (properties: PolicyProperties | undefined): PolicyType =>
  (properties && isVmPolicy(properties) ? properties.policyType : undefined) ?? 'V1'

/** What a policy's body is read with. */
export interface PolicyContext {
  /** Gives bare times of day their date (azurerm sends `23:00:00Z`); without it they get 1970-01-01. */
  now?: Instant
  /** The policy that is being replaced: azurerm leaves unchanged instant restore days out (client-terraform.md 4.3). */
  stored?: PolicyProperties
}
