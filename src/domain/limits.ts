/** The state of the service that is emulated: Azure's limits changed over the years (design.md 6). */
export type Profile = '2015' | '2016' | 'present'
export const PROFILES: readonly Profile[] = ['2015', '2016', 'present']

/**
 * Every limit of the service, once. A row: figure in 2015, in 2016, today, and where it is from.
 * `Infinity` stands for "no limit was stated".
 */
const TABLE = {
  vaultsPerRegion: [25, 25, 500, 'SEED-66; domain.md 3'],
  vmsPerVault: [200, 200, 1000, 'SEED-67; domain.md 3'],
  itemsPerVault: [Infinity, Infinity, 2000, 'domain.md 3: of all workloads'],
  configurationsPerVaultPerDay: [Infinity, Infinity, 1000, 'domain.md 3: in any 24 hours'],
  policiesPerVault: [Infinity, Infinity, 200, 'domain.md 3'],
  policyWritesPerDay: [Infinity, Infinity, 50, 'domain.md 3: of one vault'],
  recoveryPointsPerItem: [Infinity, Infinity, 9999, 'SEED-86; domain.md 3'],
  vaultsPerMove: [0, 0, 1, 'SEED-78; of one region, backup-azure-move-recovery-services-vault.md'],
  privateEndpointsPerVault: [12, 12, 12, 'documentation of private endpoints for Azure Backup'],
  agentsPerVault: [50, 50, 50, 'SEED-67; domain.md 3: servers that back up their own files'],
  enginesPerVault: [50, 50, 50, 'SEED-67; domain.md 3: servers of DPM or Azure Backup Server'],
  agentSchedulesPerDay: [3, 3, 3, 'SEED-69; domain.md 3: of servers that back up their own files'],
  engineSchedulesPerDay: [2, 2, 2, 'SEED-69; domain.md 3: of DPM and Azure Backup Server'],
  vaultCredentialHours: [48, 48, 240, 'SEED-68; domain.md 12'],
  dataDisksPerVm: [5, 16, 32, 'SEED-13; domain.md 2.4, 3'],
  dataDisksPerOlderVm: [5, 16, 16, 'SEED-13; domain.md 2.4, 3: of classic machines and unmanaged disks'],
  diskSizeGB: [1023, 1023, 32_768, 'domain.md 3'],
  disksOfVmGB: [Infinity, Infinity, 262_144, 'domain.md 3: 256 TB'],
  leastCoresOfVm: [1, 1, 1, 'domain.md 3 says 2; recordings protect Standard_DS1_v2, which has one'],
  leastMemoryOfVmGB: [0, 0, 0, 'domain.md 3 says 1; Basic_A0 has less and can be had (S-backupValidateFeatures)'],
  onDemandBackupsPerVmPerDay: [Infinity, Infinity, 3, 'domain.md 3: in any 24 hours, beside the schedule'],
  onDemandAttemptsPerVmPerDay: [Infinity, Infinity, 9, 'domain.md 3: in any 24 hours, with those that failed'],
  snapshotsPerVm: [18, 18, 18, 'domain.md 3: of standard policies'],
  protectableItemsPerPage: [200, 200, 200, 'domain.md 3'],
  restorePointCollectionsPerGroup: [600, 600, 600, 'domain.md 13.5'],
  restoresPerVmPerDay: [Infinity, Infinity, 10, 'SEED-86; domain.md 3: in any 24 hours'],
  tagsRestored: [50, 50, 50, 'domain.md 3'],
  fileSharesPerVault: [Infinity, Infinity, 2000, 'azure-file-share-support-matrix.md'],
  storageAccountsPerVault: [Infinity, Infinity, 200, 'azure-file-share-support-matrix.md'],
  storageAccountsPerVaultPerDay: [Infinity, Infinity, 50, 'azure-file-share-support-matrix.md: in any 24 hours'],
  snapshotsPerShare: [Infinity, Infinity, 200, 'azure-file-share-support-matrix.md; troubleshoot-azure-files.md'],
  onDemandBackupsPerSharePerDay: [
    Infinity,
    Infinity,
    10,
    'azure-file-share-support-matrix.md: in any 24 hours, with those that failed',
  ],
  instancesPerBackupVault: [Infinity, Infinity, 5000, 'domain.md 9'],
  policiesPerBackupVault: [Infinity, Infinity, 5000, 'domain.md 9'],
  snapshotsPerDiskPolicy: [Infinity, Infinity, 450, 'domain.md 9: 50 of the 500 of a disk are for backups on demand'],
  snapshotsPerDisk: [Infinity, Infinity, 500, 'domain.md 9'],
  onDemandBackupsPerDiskPerDay: [Infinity, Infinity, 10, 'domain.md 9: in any 24 hours'],
  restoresPerDiskPerDay: [Infinity, Infinity, 10, 'domain.md 9: in any 24 hours'],
  restoresPerSharePerDay: [Infinity, Infinity, 20, 'azure-file-share-support-matrix.md: in any 24 hours'],
  filesPerRestore: [Infinity, Infinity, 99, 'azure-file-share-support-matrix.md: of a file share'],
  // Of classic vaults alone; what else holds for them too is in the columns of 2015 and 2016.
  classicVaultsPerSubscription: [25, 25, 25, 'SEED-66'],
  classicRetentionDays: [30, 366, 366, 'SEED-21; domain.md 13.2'],
  classicRetentionWeeks: [4, 260, 260, 'SEED-21: within the 30 days; domain.md 13.2'],
  classicRetentionMonths: [0, 120, 120, 'SEED-21: within the 30 days; domain.md 13.2'],
  classicRetentionYears: [0, 99, 99, 'SEED-21: within the 30 days; domain.md 13.2'],
  classicBackupsNow: [0, Infinity, Infinity, 'SEED-24; domain.md 2.4: whether it backs up on demand at all'],
  classicCancellations: [0, Infinity, Infinity, 'SEED-33; domain.md 8.1: whether its jobs can be cancelled at all'],
  nicsPerClassicVm: [1, Infinity, Infinity, 'SEED-14; domain.md 8.1: in 2016 only premium disks are refused'],
  loadBalancersPerClassicVm: [0, Infinity, Infinity, 'SEED-14; domain.md 8.1'],
  premiumDisksPerClassicVm: [0, 0, 0, 'SEED-14; domain.md 2.4'],
  requestBodyBytes: [4_194_304, 4_194_304, 4_194_304, 'ARM takes 4 MB'],
  importedWorldBytes: [1_073_741_824, 1_073_741_824, 1_073_741_824, 'what SQLite lets a world in memory grow to'],
  // What throttling counts, where it is on: of one subscription.
  readsPerHour: [15_000, 15_000, 12_000, 'ARM, request-limits-and-throttling.md; wire-vm.md 2.3'],
  writesPerHour: [1200, 1200, 1200, 'ARM, request-limits-and-throttling.md; wire-vm.md 2.3'],
  deletesPerHour: [15_000, 15_000, 15_000, 'ARM, request-limits-and-throttling.md; wire-vm.md 2.3'],
  jobReadsPerHour: [Infinity, Infinity, 150, 'wire-vm-more.md 9: of jobs, and of the status of operations, each'],
} as const satisfies Record<string, readonly [number, number, number, string]>

export type LimitName = keyof typeof TABLE
export type Limits = Readonly<Record<LimitName, number>>
export const LIMIT_NAMES = Object.keys(TABLE) as LimitName[]

/**
 * The limits of a profile.
 * @param lowered figures to put in place of the profile's (`--limit vmsPerVault=3`), so that a test reaches them
 */
export function limitsOf(profile: Profile, lowered: Partial<Record<LimitName, number>> = {}): Limits {
  const column = PROFILES.indexOf(profile)
  const entries = LIMIT_NAMES.map((name) => [name, lowered[name] ?? (TABLE[name][column] as number)])
  return Object.fromEntries(entries) as Limits
}

/**
 * The limits that hold for classic vaults: those end at their state of 2016 (design.md 6), whatever the profile is.
 * @param lowered as in `limitsOf`
 */
export const classicLimitsOf = (profile: Profile, lowered: Partial<Record<LimitName, number>> = {}): Limits =>
  limitsOf(profile === 'present' ? '2016' : profile, lowered)
