/**
 * Every limit and every list of names that backup policies of virtual machines know, once, with where it is from.
 * R recorded traffic, D documentation, C checked by an official client before it sends, I public issue or live report.
 */
export const POLICY_RANGES = {
  /** `retentionDuration.count`, in its own unit. C: az.recoveryservices PolicyConstants, azurerm; domain.md 13.3 */
  retentionCount: { min: 1, max: 9999 },
  /** Days that daily points are kept at least. D: VM backup FAQ; domain.md 3 */
  dailyRetentionDays: { min: 7 },
  /** `daysOfTheMonth[].date`; later days are only reached as the last one. C: PolicyConstants; domain.md 13.3 */
  dayOfMonth: { min: 1, max: 28 },
  /** Days that instant restore keeps a snapshot. D: SEED-50, domain.md 5.2 */
  instantDays: {
    standard: { min: 1, max: 5, preset: 2 },
    standardWeekly: { min: 5, max: 5, preset: 5 },
    enhanced: { min: 1, max: 30, preset: 7 },
  },
  /**
   * Snapshots of a machine that an enhanced policy may keep for instant restore: as many as 30 days of one every 12
   * hours. D: enhanced-policy.md names that pair and says that more of them a day mean fewer days; the days for other
   * intervals are derived. The 18 points of standard policies can't be meant: the default is 7 days of 6 a day.
   */
  instantSnapshots: 60,
  /** Hours between the runs of an hourly schedule. D: enhanced-policy.md; domain.md 13.4 */
  hourlyIntervals: [4, 6, 8, 12, 24],
  /** Hours that the window of an hourly schedule is open. C: azurerm; domain.md 5.2 has 24 as the portal's default */
  hourlyWindow: { min: 4, max: 24 },
  /** Minutes that a time of a policy is a multiple of. C: az.recoveryservices SchedulePolicy.Validate, azurerm */
  minuteStep: 30,
  /** How many weeks lie between two runs; 0 and 1 both mean every week. R: always 0 */
  weeklyFrequency: { min: 0, max: 1 },
  /**
   * What points need for the archive: 3 months in the vault and 6 more to live, in days for comparing a policy's rules.
   * D: archive-tier-support.md; C: az.recoveryservices (TierAfter at least 3 months, a monthly or yearly rule 6 more)
   */
  archive: { youngestDays: 90, leastLeftDays: 180 },
  /** Policies of file shares. */
  fileShares: {
    /** Hours between the runs of an hourly schedule. C: az.recoveryservices, azurerm; R: 1 (wire-files.md 6) */
    hourlyIntervals: [1, 4, 6, 8, 12],
    /** Hours that its window is open. R: 2 (wire-files.md 6); C: up to 24 in azurerm */
    hourlyWindow: { min: 1, max: 24 },
    /** D: azure-file-share-support-matrix.md */
    runsPerDay: 6,
    /**
     * How long snapshots are kept where nothing goes to the vault: a share has room for 200. D: the same; R: 120 months,
     * 10 years; C: PolicyConstants
     */
    snapshotTier: {
      dailyDays: { min: 1, max: 200 },
      longest: { Days: 200, Weeks: 200, Months: 120, Years: 10 },
    },
    /** How long the vault keeps points. D: the same; R: all four (wire-files.md 6) */
    vaultTier: {
      dailyDays: { min: 1, max: 9999 },
      longest: { Days: 9999, Weeks: 5163, Months: 1188, Years: 99 },
    },
    /** Days that snapshots are kept beside the vault. D: the same; R: 30; C: az.recoveryservices has 1 as the least */
    snapshotDays: { min: 1, max: 30 },
  },
  /** Policies of Backup vaults for managed disks. D: backup-managed-disks.md; domain.md 9 */
  disks: {
    datasourceType: 'Microsoft.Compute/disks',
    /** Hours between two backups; or once a day. */
    hours: [1, 2, 4, 6, 8, 12],
    /** The lower wins; no page says a range. */
    priority: { min: 0, max: 2_147_483_647 },
    /** Which backups get a tag: how many days a marker stands for. */
    absoluteCriteria: ['AllBackup', 'FirstOfDay', 'FirstOfWeek', 'FirstOfMonth', 'FirstOfYear'],
    daysOfMarker: { AllBackup: 0, FirstOfDay: 1, FirstOfWeek: 7, FirstOfMonth: 30, FirstOfYear: 365 },
    /** Days that a backup is kept at most, a year, and what the units of a duration count as. */
    longestDays: 366,
    daysOf: { Days: 1, Weeks: 7, Months: 30.5, Years: 366 },
  },
  /** Characters of prefix and suffix of the restore points' resource group together. D: domain.md 13.5 */
  restoreGroupName: { max: 74 },
  /** Days that a backup on demand is kept when no date is given. D: domain.md 5.4 */
  onDemandDays: 30,
  /** Milliseconds after its scheduled time within which a backup starts. D: VM backup FAQ; domain.md 3 */
  startDelay: { max: 2 * 3_600_000 },
  /** Days a unit counts when two retentions are compared. C: PolicyConstants; domain.md 13.3 */
  daysOf: { Days: 1, Weeks: 7, Months: 31, Years: 366 },

  managementTypes: ['AzureIaasVM', 'AzureWorkload', 'AzureStorage', 'AzureSql', 'MAB', 'GenericProtectionPolicy'],
  policyTypes: ['V1', 'V2'],
  consistencyTypes: ['OnlyCrashConsistent'],
  daysOfTheWeek: ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'],
  weeksOfTheMonth: ['First', 'Second', 'Third', 'Fourth', 'Last'],
  monthsOfYear: [
    ...(['January', 'February', 'March', 'April', 'May', 'June'] as const),
    ...(['July', 'August', 'September', 'October', 'November', 'December'] as const),
  ],
  durationTypes: ['Days', 'Weeks', 'Months', 'Years'],
  formatTypes: ['Daily', 'Weekly'],
  tieringModes: ['TierRecommended', 'TierAfter', 'DoNotTier'],
} as const

type Names<List extends readonly string[]> = List[number]
type Ranges = typeof POLICY_RANGES

export type ManagementType = Names<Ranges['managementTypes']>
export type PolicyType = Names<Ranges['policyTypes']>
export type DayOfWeek = Names<Ranges['daysOfTheWeek']>
export type WeekOfMonth = Names<Ranges['weeksOfTheMonth']>
export type MonthOfYear = Names<Ranges['monthsOfYear']>
export type DurationType = Names<Ranges['durationTypes']>
