import type { PolicyProperties, VmPolicy, WorkloadPolicy } from './policies.js'
import type { LongTermRetentionPolicy } from './retention.js'
import type { Instant, SimpleSchedulePolicy } from './schedule.js'

/**
 * The UTC time at which the built-in policies of a region run. Recorded are westus and southeastasia (wire-vm.md 5);
 * the others are derived from the latter, where it is four in the morning.
 */
const NIGHTS: Readonly<Record<string, readonly string[]>> = {
  '00:00': ['uaenorth', 'uaecentral'],
  '01:00': ['qatarcentral'],
  '02:00': ['israelcentral', 'southafricanorth', 'southafricawest'],
  '03:00': [
    ...['westeurope', 'francecentral', 'francesouth', 'germanywestcentral', 'germanynorth', 'switzerlandnorth'],
    ...['switzerlandwest', 'norwayeast', 'norwaywest', 'swedencentral', 'swedensouth', 'polandcentral'],
    ...['italynorth', 'spaincentral'],
  ],
  '04:00': ['northeurope', 'uksouth', 'ukwest'],
  '07:00': ['brazilsouth'],
  '09:00': ['eastus', 'eastus2', 'eastus2euap', 'canadacentral', 'canadaeast'],
  '10:00': ['centralus', 'northcentralus', 'southcentralus', 'centraluseuap'],
  '11:00': ['westcentralus', 'westus3'],
  '12:00': ['westus2'],
  '18:00': ['australiaeast', 'australiasoutheast', 'australiacentral', 'australiacentral2'],
  '19:00': ['japaneast', 'japanwest', 'koreacentral', 'koreasouth'],
  '20:00': ['southeastasia', 'eastasia'],
  '22:30': ['centralindia', 'southindia', 'westindia'],
  '23:30': ['westus'],
}
const OTHER_NIGHT = '22:00'

function nightOf(location: string): string {
  const region = location.replace(/\s+/g, '').toLowerCase()
  return Object.keys(NIGHTS).find((time) => NIGHTS[time]?.includes(region)) ?? OTHER_NIGHT
}

const keepDaily = (retentionTimes: string[]): LongTermRetentionPolicy => ({
  retentionPolicyType: 'LongTermRetentionPolicy',
  dailySchedule: { retentionTimes, retentionDuration: { count: 30, durationType: 'Days' } },
})

const runDaily = (scheduleRunTimes: string[]): SimpleSchedulePolicy => ({
  schedulePolicyType: 'SimpleSchedulePolicy',
  scheduleRunFrequency: 'Daily',
  scheduleRunTimes,
  scheduleWeeklyFrequency: 0,
})

/** SEED-44: once a day, kept for 30 days, snapshots for 2. */
const standard = (night: string): VmPolicy => ({
  backupManagementType: 'AzureIaasVM',
  instantRPDetails: {},
  schedulePolicy: runDaily([night]),
  retentionPolicy: keepDaily([night]),
  instantRpRetentionRangeInDays: 2,
  timeZone: 'UTC',
})

const enhanced = (morning: string): VmPolicy => ({
  backupManagementType: 'AzureIaasVM',
  policyType: 'V2',
  instantRPDetails: {},
  schedulePolicy: {
    schedulePolicyType: 'SimpleSchedulePolicyV2',
    scheduleRunFrequency: 'Hourly',
    hourlySchedule: { interval: 4, scheduleWindowStartTime: morning, scheduleWindowDuration: 12 },
  },
  retentionPolicy: keepDaily([morning]),
  instantRpRetentionRangeInDays: 2,
  timeZone: 'UTC',
})

const hourlyLogs = (night: string): WorkloadPolicy => ({
  backupManagementType: 'AzureWorkload',
  workLoadType: 'SQLDataBase',
  settings: { timeZone: 'UTC', issqlcompression: false, isCompression: false },
  subProtectionPolicy: [
    { policyType: 'Full', schedulePolicy: runDaily([night]), retentionPolicy: keepDaily([night]) },
    {
      policyType: 'Log',
      schedulePolicy: { schedulePolicyType: 'LogSchedulePolicy', scheduleFrequencyInMins: 60 },
      retentionPolicy: {
        retentionPolicyType: 'SimpleRetentionPolicy',
        retentionDuration: { count: 30, durationType: 'Days' },
      },
    },
  ],
})

/** When DefaultPolicy of a classic vault runs, in UTC (golden 21; other recordings have 00:30 and 06:30). */
const CLASSIC_NIGHT = '05:00'

/** The policy that every new classic vault has: daily, kept for 30 days, without instant restore (wire-classic.md 7). */
export function classicDefaultPolicies(createdAt: Instant): { name: string; properties: PolicyProperties }[] {
  const night = `${new Date(createdAt).toISOString().slice(0, 10)}T${CLASSIC_NIGHT}:00Z`
  return [{ name: 'DefaultPolicy', properties: { ...standard(night), instantRpRetentionRangeInDays: 0 } }]
}

/**
 * The three policies that every new vault has, in the order of the recorded list, with the UTC day of its creation as
 * the date of their times (wire-vm.md 5, golden policies-list-defaults). They can't be removed for good (domain.md 3).
 * @param location the vault's region, as name or display name
 */
export function defaultPolicies(
  createdAt: Instant,
  location: string,
): { name: string; properties: PolicyProperties }[] {
  const day = new Date(createdAt).toISOString().slice(0, 10)
  const night = `${day}T${nightOf(location)}:00Z`
  return [
    { name: 'HourlyLogBackup', properties: hourlyLogs(night) },
    { name: 'DefaultPolicy', properties: standard(night) },
    { name: 'EnhancedPolicy', properties: enhanced(`${day}T08:00:00Z`) },
  ]
}
