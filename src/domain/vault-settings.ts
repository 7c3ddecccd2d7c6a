import { Refusal } from './errors.js'
import type { IdentityInput } from './vault-identity.js'

export type Redundancy = 'GeoRedundant' | 'LocallyRedundant' | 'ZoneRedundant'
export type SoftDeleteState = 'Enabled' | 'Disabled' | 'AlwaysON'

/** What a vault's own document and its two configurations say: one state, three views of it. */
export interface VaultSettings {
  redundancy: Redundancy
  crossRegionRestore: boolean
  /** Set through the vault's own document: from then on the older storage configuration refuses (wire-vm-more.md 2.6). */
  redundancySetByVault: boolean
  softDelete: SoftDeleteState
  enhancedSecurity: SoftDeleteState
  softDeleteDays: number
  softDeleteSetByVault: boolean
  immutability?: string
  publicNetworkAccess: 'Enabled' | 'Disabled'
  crossSubscriptionRestore: string
  monitoring?: Record<string, unknown>
  encryption?: Record<string, unknown>
}

export interface VaultInput {
  location?: string
  tags?: Record<string, string>
  sku?: Record<string, unknown>
  identity?: IdentityInput
  properties?: Record<string, unknown>
}

/** SEED-43: geo-redundant until told otherwise; soft delete is on for every new vault, 14 days (domain.md 7). */
const DEFAULTS: VaultSettings = {
  redundancy: 'GeoRedundant',
  crossRegionRestore: false,
  redundancySetByVault: false,
  softDelete: 'Enabled',
  enhancedSecurity: 'Enabled',
  softDeleteDays: 14,
  softDeleteSetByVault: false,
  publicNetworkAccess: 'Enabled',
  crossSubscriptionRestore: 'Enabled',
}

/** Soft delete keeps data for 14 to 180 days (domain.md 7). */
export const SOFT_DELETE_DAYS = { least: 14, most: 180, default: 14 } as const

const record = (value: unknown): Record<string, unknown> | undefined =>
  value && typeof value === 'object' && !Array.isArray(value) ? (value as Record<string, unknown>) : undefined

function oneOf<T extends string>(value: unknown, values: readonly T[], name: string): T | undefined {
  if (value === undefined || value === null) return undefined
  const found = typeof value === 'string' && values.find((v) => v.toLowerCase() === value.toLowerCase())
  if (found) return found
  throw new Refusal(
    'InvalidParameter',
    `'${String(value)}' is not a value of ${name}. Use one of: ${values.join(', ')}.`,
  )
}

const REDUNDANCIES: readonly Redundancy[] = ['GeoRedundant', 'LocallyRedundant', 'ZoneRedundant']
const SOFT_DELETE_STATES: readonly SoftDeleteState[] = ['Enabled', 'Disabled', 'AlwaysON']

/**
 * Settings after a PUT or PATCH of a vault: what the body names, over what was.
 * @param known the settings so far, and whether items lock the redundancy
 * @throws Refusal InvalidParameter, UserErrorStorageTypeModificationNotAllowed
 */
export function readVaultSettings(
  input: VaultInput,
  known: { before?: VaultSettings; locked?: boolean } = {},
): VaultSettings {
  const before = known.before ?? DEFAULTS
  const properties = input.properties ?? {}
  const security = record(properties.securitySettings)
  const restore = record(record(properties.restoreSettings)?.crossSubscriptionRestoreSettings)
  const immutability = oneOf(
    record(security?.immutabilitySettings)?.state,
    ['Disabled', 'Unlocked', 'Locked'],
    'immutabilitySettings.state',
  )
  const monitoring = record(properties.monitoringSettings)
  const encryption = record(properties.encryption)
  return {
    ...before,
    ...readRedundancy(record(properties.redundancySettings), before, known.locked ?? false),
    ...readSoftDelete(record(security?.softDeleteSettings), before),
    ...(immutability ? { immutability } : {}),
    publicNetworkAccess:
      oneOf(properties.publicNetworkAccess, ['Enabled', 'Disabled'], 'publicNetworkAccess') ??
      before.publicNetworkAccess,
    crossSubscriptionRestore:
      oneOf(
        restore?.crossSubscriptionRestoreState,
        ['Enabled', 'Disabled', 'PermanentlyDisabled'],
        'crossSubscriptionRestoreState',
      ) ?? before.crossSubscriptionRestore,
    ...(monitoring ? { monitoring: { ...before.monitoring, ...monitoring } } : {}),
    ...(encryption ? { encryption: { ...before.encryption, ...encryption } } : {}),
  }
}

function readRedundancy(
  input: Record<string, unknown> | undefined,
  before: VaultSettings,
  locked: boolean,
): Partial<VaultSettings> {
  if (!input) return {}
  const redundancy =
    oneOf(input.standardTierStorageRedundancy, REDUNDANCIES, 'standardTierStorageRedundancy') ?? before.redundancy
  const crossRegion = oneOf(input.crossRegionRestore, ['Enabled', 'Disabled'], 'crossRegionRestore')
  const crossRegionRestore = crossRegion === undefined ? before.crossRegionRestore : crossRegion === 'Enabled'
  checkRedundancy(before, redundancy, crossRegionRestore, locked)
  return { redundancy, crossRegionRestore, redundancySetByVault: true }
}

/** SEED-43: redundancy stays as it is once the vault holds items. Cross-region restore may still be switched on. */
export function checkRedundancy(
  before: VaultSettings,
  redundancy: Redundancy,
  crossRegionRestore: boolean,
  locked: boolean,
): void {
  if (locked && redundancy !== before.redundancy) {
    throw new Refusal(
      'UserErrorStorageTypeModificationNotAllowed',
      `The storage redundancy of this vault is ${before.redundancy} and is locked, since the vault holds protected items. Make another vault with the redundancy that you need.`,
    )
  }
  if (crossRegionRestore && redundancy !== 'GeoRedundant') {
    throw new Refusal(
      'InvalidParameter',
      'Cross-region restore needs a geo-redundant vault. Set the redundancy to GeoRedundant, or crossRegionRestore to Disabled.',
    )
  }
}

function readSoftDelete(input: Record<string, unknown> | undefined, before: VaultSettings): Partial<VaultSettings> {
  if (!input) return {}
  const softDelete = oneOf(input.softDeleteState, SOFT_DELETE_STATES, 'softDeleteState') ?? before.softDelete
  const enhancedSecurity =
    oneOf(input.enhancedSecurityState, SOFT_DELETE_STATES, 'enhancedSecurityState') ?? before.enhancedSecurity
  const days = input.softDeleteRetentionPeriodInDays ?? before.softDeleteDays
  return { ...checkSoftDelete(before, softDelete, enhancedSecurity, days), softDeleteSetByVault: true }
}

/** @throws Refusal InvalidParameter for a period outside 14 to 180 days, or a way back from always-on */
export function checkSoftDelete(
  before: VaultSettings,
  softDelete: SoftDeleteState,
  enhancedSecurity: SoftDeleteState,
  days: unknown,
): Pick<VaultSettings, 'softDelete' | 'enhancedSecurity' | 'softDeleteDays'> {
  const { least, most } = SOFT_DELETE_DAYS
  const off = softDelete === 'Disabled'
  if (typeof days !== 'number' || !Number.isInteger(days) || (!(off && days === 0) && (days < least || days > most))) {
    throw new Refusal(
      'InvalidParameter',
      `softDeleteRetentionPeriodInDays is ${String(days)}: use a whole number from ${least} to ${most}.`,
    )
  }
  if (before.softDelete === 'AlwaysON' && softDelete !== 'AlwaysON') {
    throw new Refusal('InvalidParameter', 'Soft delete is always on for this vault and can no longer be turned off.')
  }
  // A vault without soft delete says 0 days, its configuration goes on saying 14 (golden backupconfig-vaultconfig-get-2024).
  return { softDelete, enhancedSecurity, softDeleteDays: days === 0 ? before.softDeleteDays : days }
}

/**
 * The security marks that follow from the settings (wire-vm.md 3, wire-vm-more.md 2.4).
 * Columns: soft delete, immutability, secureScore, bcdrSecurityLevel; the first row that fits.
 */
const SCORES: readonly (readonly [string, string, string, string])[] = [
  ['AlwaysON', '-', 'Adequate', 'Good'],
  ['Enabled', 'Locked', 'Adequate', 'Good'],
  ['Enabled', 'Unlocked', 'Minimum', 'Fair'],
  ['-', '-', 'None', 'Poor'],
]

export function scoresOf(settings: VaultSettings): { secureScore: string; bcdrSecurityLevel: string } {
  const fits = (cell: string, value: string | undefined) => cell === '-' || cell === value
  const row = SCORES.find(
    ([soft, immutability]) => fits(soft, settings.softDelete) && fits(immutability, settings.immutability),
  )
  return { secureScore: row?.[2] ?? 'None', bcdrSecurityLevel: row?.[3] ?? 'Poor' }
}

/**
 * Settings after a change through `backupstorageconfig`.
 * @throws Refusal BMSUserErrorRedundancySettingsUseVaultApi where the vault's own document has set them
 */
export function changeStorageConfig(
  before: VaultSettings,
  properties: Record<string, unknown>,
  locked: boolean,
): VaultSettings {
  if (before.redundancySetByVault) {
    throw new Refusal(
      'BMSUserErrorRedundancySettingsUseVaultApi',
      'The redundancy settings of this vault cannot be changed here: they were set through the vault itself. Use PATCH of the vault with redundancySettings.',
    )
  }
  const redundancy =
    oneOf(properties.storageModelType ?? properties.storageType, REDUNDANCIES, 'storageModelType') ?? before.redundancy
  const flag = properties.crossRegionRestoreFlag
  const crossRegionRestore = typeof flag === 'boolean' ? flag : before.crossRegionRestore
  checkRedundancy(before, redundancy, crossRegionRestore, locked)
  return { ...before, redundancy, crossRegionRestore }
}

/**
 * Settings after a change through `backupconfig`.
 * @throws Refusal BMSUserErrorSoftDeleteUseVaultApi where the vault's own document has set soft delete
 */
export function changeVaultConfig(before: VaultSettings, properties: Record<string, unknown>): VaultSettings {
  const softDelete =
    oneOf(properties.softDeleteFeatureState, SOFT_DELETE_STATES, 'softDeleteFeatureState') ?? before.softDelete
  const enhancedSecurity =
    oneOf(properties.enhancedSecurityState, SOFT_DELETE_STATES, 'enhancedSecurityState') ?? before.enhancedSecurity
  const days = properties.softDeleteRetentionPeriodInDays ?? before.softDeleteDays
  const changed = { ...before, ...checkSoftDelete(before, softDelete, enhancedSecurity, days) }
  const changes = changed.softDelete !== before.softDelete || changed.softDeleteDays !== before.softDeleteDays
  if (before.softDeleteSetByVault && changes) {
    throw new Refusal(
      'BMSUserErrorSoftDeleteUseVaultApi',
      'The soft delete settings of this vault cannot be changed here: they were set through the vault itself. Use PATCH of the vault with securitySettings.softDeleteSettings.',
    )
  }
  return changed
}
