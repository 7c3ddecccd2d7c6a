import { Refusal } from '../errors.js'
import { oneOf } from './setting-values.js'
import type { VaultSettings } from './vault-settings.js'

export type Redundancy = 'GeoRedundant' | 'LocallyRedundant' | 'ZoneRedundant'
const REDUNDANCIES: readonly Redundancy[] = ['GeoRedundant', 'LocallyRedundant', 'ZoneRedundant']

type Stored = Pick<VaultSettings, 'redundancy' | 'crossRegionRestore' | 'redundancySetByVault'>

/**
 * `redundancySettings` of a vault's document over what was.
 * @param locked the vault holds items
 * @throws Refusal InvalidParameter, UserErrorStorageTypeModificationNotAllowed
 */
export function readRedundancy(
  input: Readonly<Record<string, unknown>> | undefined,
  before: Stored,
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

/**
 * SEED-43: redundancy stays as it is once the vault holds items. Cross-region restore may still be switched on
 * (golden backupstorageconfig-put-crr-on-locked-200), and then stays on: there is no way back after the first
 * protection (documentation of cross-region restore).
 */
function checkRedundancy(before: Stored, redundancy: Redundancy, crossRegionRestore: boolean, locked: boolean): void {
  if (locked && redundancy !== before.redundancy) {
    throw new Refusal(
      'UserErrorStorageTypeModificationNotAllowed',
      `The storage redundancy of this vault is ${before.redundancy} and is locked, since the vault holds protected items. Make another vault with the redundancy that you need.`,
    )
  }
  if (locked && before.crossRegionRestore && !crossRegionRestore) {
    throw new Refusal(
      'UserErrorStorageTypeModificationNotAllowed',
      'Cross-region restore of this vault cannot be switched off, since the vault holds protected items. Make another vault without it.',
    )
  }
  if (crossRegionRestore && redundancy !== 'GeoRedundant') {
    throw new Refusal(
      'InvalidParameter',
      'Cross-region restore needs a geo-redundant vault. Set the redundancy to GeoRedundant, or crossRegionRestore to Disabled.',
    )
  }
}

/**
 * Settings after a change through `backupstorageconfig`.
 * @throws Refusal BMSUserErrorRedundancySettingsUseVaultApi where the vault's own document has set them, and as `readRedundancy`
 */
export function changeStorageConfig(
  before: VaultSettings,
  properties: Readonly<Record<string, unknown>>,
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
  const crossRegionRestore = properties.crossRegionRestoreFlag ?? before.crossRegionRestore
  if (typeof crossRegionRestore !== 'boolean') {
    throw new Refusal(
      'InvalidParameter',
      `'${String(crossRegionRestore)}' is not a value of crossRegionRestoreFlag. Use true or false.`,
    )
  }
  checkRedundancy(before, redundancy, crossRegionRestore, locked)
  return { ...before, redundancy, crossRegionRestore }
}
