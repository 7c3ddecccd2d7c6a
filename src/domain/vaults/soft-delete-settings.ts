import { Refusal } from '../errors.js'
import { oneOf } from './setting-values.js'
import type { VaultSettings } from './vault-settings.js'

/** Both soft delete and the security features have these states; AlwaysON is for good (domain.md 7). */
export type SoftDeleteState = 'Enabled' | 'Disabled' | 'AlwaysON'
const STATES: readonly SoftDeleteState[] = ['Enabled', 'Disabled', 'AlwaysON']

/** Soft delete keeps data for 14 to 180 days (domain.md 7). */
const SOFT_DELETE_DAYS = { least: 14, most: 180 } as const

type Input = Readonly<Record<string, unknown>>
type Stored = Pick<VaultSettings, 'softDelete' | 'enhancedSecurity' | 'softDeleteDays' | 'softDeleteSetByVault'>

/** What versions that know nothing else make of a vault: always on (wire-vm-more.md 2.6). */
const ALWAYS_ON = { softDelete: 'AlwaysON', enhancedSecurity: 'AlwaysON', softDeleteSetByVault: true } as const

/**
 * `softDeleteSettings` of a vault's document over what was.
 * @param known `isNew`: there was no vault before; `secureByDefault`: the caller's version takes nothing but AlwaysON
 * @throws Refusal InvalidParameter, BMSUserErrorSoftDeleteStateNotSetToAlwaysON, BMSUserErrorDisablingSoftDeleteStateNotAllowed
 */
export function readSoftDelete(
  input: Input | undefined,
  before: Stored,
  { isNew, secureByDefault }: { isNew: boolean; secureByDefault: boolean },
): Partial<Stored> {
  const start = isNew && secureByDefault ? { ...before, ...ALWAYS_ON } : before
  if (!input) return isNew && secureByDefault ? ALWAYS_ON : {}
  const softDelete = oneOf(input.softDeleteState, STATES, 'softDeleteState')
  const enhancedSecurity = oneOf(input.enhancedSecurityState, STATES, 'enhancedSecurityState')
  if (secureByDefault && [softDelete, enhancedSecurity].some((said) => said !== undefined && said !== 'AlwaysON')) {
    throw new Refusal(
      'BMSUserErrorSoftDeleteStateNotSetToAlwaysON',
      'Soft delete state and enhanced security state must be set to AlwaysON for this API version. Set both to AlwaysON, or leave softDeleteSettings out.',
    )
  }
  const days = input.softDeleteRetentionPeriodInDays ?? start.softDeleteDays
  const states = [softDelete ?? start.softDelete, enhancedSecurity ?? start.enhancedSecurity] as const
  return { ...checkSoftDelete(start, ...states, days), softDeleteSetByVault: true }
}

function checkSoftDelete(
  before: Stored,
  softDelete: SoftDeleteState,
  enhancedSecurity: SoftDeleteState,
  days: unknown,
): Pick<VaultSettings, 'softDelete' | 'enhancedSecurity' | 'softDeleteDays'> {
  const { least, most } = SOFT_DELETE_DAYS
  const off = softDelete === 'Disabled'
  if (typeof days !== 'number' || !Number.isInteger(days) || (!(off && days === 0) && (days < least || days > most))) {
    throw new Refusal(
      'InvalidParameter',
      `Soft delete cannot keep data for ${String(days)} days: use a whole number from ${least} to ${most}.`,
    )
  }
  const leaves = (from: SoftDeleteState, to: SoftDeleteState) => from === 'AlwaysON' && to !== 'AlwaysON'
  if (leaves(before.softDelete, softDelete) || leaves(before.enhancedSecurity, enhancedSecurity)) {
    throw new Refusal(
      'BMSUserErrorDisablingSoftDeleteStateNotAllowed',
      'Disabling soft delete or enhanced security state is not allowed for this vault: they are always on, which is for good. Make another vault, or leave them as they are.',
    )
  }
  // A vault without soft delete says 0 days, its configuration goes on saying 14 (golden backupconfig-vaultconfig-get-2024).
  return { softDelete, enhancedSecurity, softDeleteDays: days === 0 ? before.softDeleteDays : days }
}

/** Whether a change gives up what a resource guard watches over: soft delete, or the security features. */
export const givesUpSoftDelete = (before: Stored, after: Stored) =>
  turnsOff(before.softDelete, after.softDelete) || turnsOff(before.enhancedSecurity, after.enhancedSecurity)

export const turnsOff = (before: SoftDeleteState, after: SoftDeleteState) =>
  before !== 'Disabled' && after === 'Disabled'

/**
 * Settings after a change through `backupconfig`.
 * @param rules `enhancedSecurityStays`: the caller's version does not let the security features be switched off
 * @throws Refusal BMSUserErrorSoftDeleteUseVaultApi where the vault's own document has set soft delete;
 * BMSUserErrorDisablingSoftDeleteStateNotAllowed, UserErrorChangeEnhancedSecurityStateNotAllowed, InvalidParameter
 */
export function changeVaultConfig(
  before: VaultSettings,
  properties: Input,
  rules: { enhancedSecurityStays: boolean },
): VaultSettings {
  const softDelete = oneOf(properties.softDeleteFeatureState, STATES, 'softDeleteFeatureState') ?? before.softDelete
  const said = oneOf(properties.enhancedSecurityState, STATES, 'enhancedSecurityState')
  // What is always on is called Enabled here, so that this says nothing new.
  const staysOn = said === 'Enabled' && before.enhancedSecurity === 'AlwaysON'
  const enhancedSecurity = said === undefined || staysOn ? before.enhancedSecurity : said
  const days = properties.softDeleteRetentionPeriodInDays ?? before.softDeleteDays
  if (before.softDeleteSetByVault && (softDelete !== before.softDelete || days !== before.softDeleteDays)) {
    throw new Refusal(
      'BMSUserErrorSoftDeleteUseVaultApi',
      'The soft delete settings of this vault cannot be changed here: they were set through the vault itself. Use PATCH of the vault with securitySettings.softDeleteSettings.',
    )
  }
  if (rules.enhancedSecurityStays && turnsOff(before.enhancedSecurity, enhancedSecurity)) {
    throw new Refusal(
      'UserErrorChangeEnhancedSecurityStateNotAllowed',
      'Enhanced Security is enabled for this vault, and this API version cannot disable it again. Leave enhancedSecurityState as it is.',
      { target: null, details: null, innerError: null },
    )
  }
  return { ...before, ...checkSoftDelete(before, softDelete, enhancedSecurity, days) }
}
