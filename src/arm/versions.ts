/**
 * What differs between api-versions, one row a family, the newest that isn't younger than the caller's applies.
 * Any well-formed version is taken (client-az.md 0); the value only picks the shape.
 */

/** Vaults (`Microsoft.RecoveryServices/vaults`): wire-vm.md 3, client-az.md 5.4. */
const VAULT_FAMILIES = [
  {
    from: '',
    asynchronous: false,
    settings: false,
    nullImmutability: false,
    sourceScan: false,
    regionOfChoice: false,
    secureByDefault: false,
    keepsDeleted: false,
    signIn: 'AccessControlService',
  },
  {
    from: '2023',
    asynchronous: true,
    settings: true,
    nullImmutability: true,
    sourceScan: false,
    regionOfChoice: false,
    secureByDefault: false,
    keepsDeleted: false,
    signIn: 'AzureActiveDirectory',
  },
  {
    from: '2025',
    asynchronous: true,
    settings: true,
    nullImmutability: false,
    sourceScan: true,
    regionOfChoice: false,
    secureByDefault: false,
    keepsDeleted: true,
    signIn: 'AzureActiveDirectory',
  },
  {
    from: '2026',
    asynchronous: true,
    settings: true,
    nullImmutability: false,
    sourceScan: true,
    regionOfChoice: true,
    secureByDefault: true,
    keepsDeleted: true,
    signIn: 'AzureActiveDirectory',
  },
] as const

/** Everything below a vault: wire-vm.md 7, 8, 9, wire-vm-more.md 10. */
const BACKUP_FAMILIES = [
  {
    from: '',
    firstItems: true,
    named: false,
    itemHealths: true,
    itemTail: false,
    taskTimes: false,
    retentionOfPoints: false,
    charset: false,
  },
  {
    from: '2016-06',
    firstItems: false,
    named: false,
    itemHealths: true,
    itemTail: false,
    taskTimes: false,
    retentionOfPoints: false,
    charset: false,
  },
  {
    from: '2023',
    firstItems: false,
    named: true,
    itemHealths: false,
    itemTail: true,
    taskTimes: true,
    retentionOfPoints: true,
    charset: false,
  },
  {
    from: '2024',
    firstItems: false,
    named: true,
    itemHealths: false,
    itemTail: true,
    taskTimes: true,
    retentionOfPoints: true,
    charset: true,
  },
] as const

/** Until soft delete came, whoever had switched the security features on kept them (golden backupconfig-patch-400-disable-enhanced-security). */
const CONFIG_FAMILIES = [
  { from: '', enhancedSecurityStays: true },
  { from: '2019', enhancedSecurityStays: false },
] as const

/**
 * Policies of file shares: wire-files.md 6. Recorded are 2021 and 2024; what lies between counts as the newer.
 * Those of machines look the same in all versions.
 */
const FILE_POLICY_FAMILIES = [
  { from: '', workload: false, counted: false },
  { from: '2022', workload: true, counted: true },
] as const

/** Recovery points say more from year to year: of tiers, of threats, and of their own expiry (wire-vm.md 9, wire-vm-more.md 10). */
const POINT_FAMILIES = [
  { from: '', early: false, threat: undefined, immutability: false, zonelessExpiry: false },
  { from: '2016', early: true, threat: undefined, immutability: false, zonelessExpiry: false },
  { from: '2016-12', early: false, threat: undefined, immutability: false, zonelessExpiry: false },
  { from: '2023', early: false, threat: undefined, immutability: false, zonelessExpiry: true },
  { from: '2024', early: false, threat: 0, immutability: false, zonelessExpiry: true },
  { from: '2026', early: false, threat: 'Healthy', immutability: true, zonelessExpiry: false },
] as const

/**
 * Since 2026-08-01 the script of an item-level recovery has a call of its own, and the operation no longer hands it out
 * (azure-rest-api-specs 44639).
 */
const RECOVERY_FAMILIES = [
  { from: '', scriptsInStatus: true },
  { from: '2026-08-01', scriptsInStatus: false },
] as const

/** File shares and the accounts that they are in (wire-files.md 4, 7.1, 9, 10, 11). */
const SHARE_FAMILIES = [
  { from: '', escaped: false, lock: false, tiers: false, protocol: false, pointEnd: false, identity: false },
  { from: '2021-12', escaped: false, lock: true, tiers: false, protocol: false, pointEnd: false, identity: false },
  { from: '2023', escaped: true, lock: true, tiers: true, protocol: false, pointEnd: false, identity: false },
  { from: '2025', escaped: true, lock: true, tiers: true, protocol: true, pointEnd: true, identity: false },
  { from: '2026-08', escaped: true, lock: true, tiers: true, protocol: true, pointEnd: true, identity: true },
] as const

/**
 * Backup vaults (`Microsoft.DataProtection`): wire-disk.md 1.1, 2, 9. `statusAt` is where operations are polled, of a
 * vault's deletion too: the vault itself is going away. The first versions knew no soft delete and no guards; `scores`
 * counts what a vault says of its security.
 */
const BACKUP_VAULT_FAMILIES = [
  { from: '', statusAt: 'location', deletionAt: 'location', early: true, scores: 0 },
  { from: '2022', statusAt: 'vault', deletionAt: 'groupLocation', early: false, scores: 0 },
  { from: '2023-11', statusAt: 'vault', deletionAt: 'groupLocation', early: false, scores: 1 },
  { from: '2024-04', statusAt: 'vault', deletionAt: 'groupLocation', early: false, scores: 2 },
] as const
/** Since when deleted Backup vaults are kept for a while: the version that published them. */
export const keepsDeletedBackupVaults = (version: string) => version >= '2025-09'

/** Jobs of Backup vaults: wire-disk.md 6, 9. `transferred` is spelled as it was then, and so is what is not set. */
const DISK_JOB_FAMILIES = [
  { from: '', transferred: 'dataTransferedInBytes', unset: '0001-01-01T00:00:00', tiers: false, details: false },
  { from: '2023', transferred: 'dataTransferredInBytes', unset: '0001-01-01T00:00:00Z', tiers: true, details: false },
  { from: '2024-04', transferred: 'dataTransferredInBytes', unset: '0001-01-01T00:00:00Z', tiers: true, details: true },
] as const

/** Recovery points of Backup vaults: wire-disk.md 7, 9. */
const DISK_POINT_FAMILIES = [
  { from: '', ownName: false, expiry: false },
  { from: '2023', ownName: true, expiry: false },
  { from: '2023-11', ownName: true, expiry: true },
] as const

/** The newest row that is not younger than a version; rows are in the order of their age. */
function familyOf<T extends { from: string }>(rows: readonly T[], version: string): T {
  for (let at = rows.length - 1; at >= 0; at--) {
    const row = rows[at]
    if (row && row.from <= version) return row
  }
  throw new Error('a table of families starts with an empty version')
}

export const vaultFamily = (version: string) => familyOf(VAULT_FAMILIES, version)
export const backupFamily = (version: string) => familyOf(BACKUP_FAMILIES, version)
export const configFamily = (version: string) => familyOf(CONFIG_FAMILIES, version)
export const filePolicyFamily = (version: string) => familyOf(FILE_POLICY_FAMILIES, version)
export const recoveryFamily = (version: string) => familyOf(RECOVERY_FAMILIES, version)
export const shareFamily = (version: string) => familyOf(SHARE_FAMILIES, version)
export const backupVaultFamily = (version: string) => familyOf(BACKUP_VAULT_FAMILIES, version)
export const diskJobFamily = (version: string) => familyOf(DISK_JOB_FAMILIES, version)
export const diskPointFamily = (version: string) => familyOf(DISK_POINT_FAMILIES, version)
export const pointFamily = (version: string) => familyOf(POINT_FAMILIES, version)

/**
 * The versions that ask the paired region for the items and points of a vault, at the vault's own path
 * (wire-vm-more.md 7; backup-azure-arm-userestapi-restoreazurevms.md). No client asks the vault itself with them.
 */
const SECONDARY_VERSIONS = ['2018-12-20', '2021-11-15']
export const asksSecondary = (version: string) => SECONDARY_VERSIONS.includes(version)

/** The shape of what the paired region answers, whatever the version (golden crr-*). */
export const SECONDARY_SHAPE = '2024-04-01'

/** `2024-04-01`, `2022-09-01-preview` */
export const isApiVersion = (text: string) => /^\d{4}-\d\d-\d\d(-[a-z0-9.]+)?$/i.test(text)

/** The version that jobs' and containers' status URLs always carry (wire-vm.md 2). */
export const STATUS_URL_VERSION = '2019-05-13-preview'
