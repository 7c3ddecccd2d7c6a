/**
 * What differs between api-versions, one row a family, the newest that isn't younger than the caller's applies.
 * Any well-formed version is taken (client-az.md 0); the value only picks the shape.
 */

/** Vaults (`Microsoft.RecoveryServices/vaults`): wire-vm.md 3, client-az.md 5.4. */
const VAULT_FAMILIES = [
  { from: '', asynchronous: false, settings: false, nullImmutability: false, sourceScan: false, regionOfChoice: false },
  {
    from: '2023',
    asynchronous: true,
    settings: true,
    nullImmutability: true,
    sourceScan: false,
    regionOfChoice: false,
  },
  {
    from: '2025',
    asynchronous: true,
    settings: true,
    nullImmutability: false,
    sourceScan: true,
    regionOfChoice: false,
  },
  { from: '2026', asynchronous: true, settings: true, nullImmutability: false, sourceScan: true, regionOfChoice: true },
] as const

/** Everything below a vault: wire-vm.md 7, 8, 9, wire-vm-more.md 10. */
const BACKUP_FAMILIES = [
  {
    from: '',
    named: false,
    itemHealths: true,
    itemTail: false,
    taskTimes: false,
    retentionOfPoints: false,
    charset: false,
  },
  {
    from: '2023',
    named: true,
    itemHealths: false,
    itemTail: true,
    taskTimes: true,
    retentionOfPoints: true,
    charset: false,
  },
  {
    from: '2024',
    named: true,
    itemHealths: false,
    itemTail: true,
    taskTimes: true,
    retentionOfPoints: true,
    charset: true,
  },
] as const

/** Recovery points say more from year to year: of threats, and of their own expiry (wire-vm.md 9, wire-vm-more.md 10). */
const POINT_FAMILIES = [
  { from: '', threat: undefined, immutability: false, zonelessExpiry: false },
  { from: '2023', threat: undefined, immutability: false, zonelessExpiry: true },
  { from: '2024', threat: 0, immutability: false, zonelessExpiry: true },
  { from: '2026', threat: 'Healthy', immutability: true, zonelessExpiry: false },
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
export const pointFamily = (version: string) => familyOf(POINT_FAMILIES, version)

/** `2024-04-01`, `2022-09-01-preview` */
export const isApiVersion = (text: string) => /^\d{4}-\d\d-\d\d(-[a-z0-9.]+)?$/i.test(text)

/** The version that jobs' and containers' status URLs always carry (wire-vm.md 2). */
export const STATUS_URL_VERSION = '2019-05-13-preview'
