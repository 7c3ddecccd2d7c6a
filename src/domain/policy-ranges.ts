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
  /** Hours between the runs of an hourly schedule. D: enhanced-policy.md; domain.md 13.4 */
  hourlyIntervals: [4, 6, 8, 12, 24],
  /** Hours that the window of an hourly schedule is open. C: azurerm; domain.md 5.2 has 24 as the portal's default */
  hourlyWindow: { min: 4, max: 24 },
  /** Minutes that a time of a policy is a multiple of. C: az.recoveryservices SchedulePolicy.Validate, azurerm */
  minuteStep: 30,
  /** How many weeks lie between two runs; 0 and 1 both mean every week. R: always 0 */
  weeklyFrequency: { min: 0, max: 1 },
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
