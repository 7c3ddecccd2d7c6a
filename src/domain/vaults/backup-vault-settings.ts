import { listOf, type Members, membersOf, merge, withoutNulls } from '../documents.js'
import { Refusal } from '../errors.js'
import { invalidInput } from '../user-facing-refusal.js'
import { oneOf } from './setting-values.js'
import type { SoftDeleteState } from './soft-delete-settings.js'
import type { Vault } from './vault.js'
import { staysCustomerManaged } from './vault-encryption.js'
import type { IdentityInput, VaultIdentity } from './vault-identity.js'
import { readVaultSettings, scoresOf, type VaultSettings } from './vault-settings.js'

/** A Backup vault's document as clients send it. */
export interface BackupVaultInput {
  location?: string
  tags?: Record<string, string>
  identity?: IdentityInput
  properties?: Members
}

/** What of a Backup vault its `properties` decide. */
export type BackupVaultProperties = Pick<Vault, 'settings' | 'datastore' | 'sent'>

/** What Backup vaults call the states of soft delete (wire-disk.md 2). */
const SOFT_DELETE: Record<SoftDeleteState, string> = { Enabled: 'On', Disabled: 'Off', AlwaysON: 'AlwaysOn' }
const STATES = Object.keys(SOFT_DELETE) as SoftDeleteState[]

const DATASTORES = ['VaultStore', 'OperationalStore', 'ArchiveStore'] as const

/**
 * What a Backup vault is after a PUT or PATCH: what the body names, over what was. Its rules are those of Recovery
 * Services vaults; it calls them otherwise.
 * @param before the vault so far; undefined for a new one
 * @param known the identities after the same body, whether the vault holds items, and whether the body is a PATCH
 * @throws Refusal BMSUserErrorInvalidInput and what settings of vaults are refused with
 */
export function readBackupVault(
  properties: Members,
  before: Vault | undefined,
  known: { identity: VaultIdentity | undefined; locked: boolean; patches?: boolean },
): BackupVaultProperties {
  const said = membersOf(withoutNulls(properties))
  const { datastore, type } = readStorage(said.storageSettings, before, known.patches ?? false)
  const security = membersOf(said.securitySettings)
  const features = membersOf(said.featureSettings)
  const settings = readVaultSettings(
    {
      properties: {
        ...inTheirWords(security, features, type, before?.settings),
        monitoringSettings: said.monitoringSettings,
      },
    },
    { ...(before ? { before: before.settings } : {}), ...known, locksAtOnce: true },
  )
  refuseCrossRegionOff(before?.settings, settings)
  return {
    settings,
    datastore,
    sent: {
      ...before?.sent,
      ...(said.securitySettings
        ? { securitySettings: membersOf(merge(before?.sent?.securitySettings, security)) }
        : {}),
      ...(said.featureSettings ? { featureSettings: membersOf(merge(before?.sent?.featureSettings, features)) } : {}),
    },
  }
}

/** `storageSettings`: one store and its redundancy. A PATCH needs none, and what a vault stores in stays. */
function readStorage(
  value: unknown,
  before: Vault | undefined,
  patches: boolean,
): { datastore: string; type: unknown } {
  if (value === undefined && before && patches) return { datastore: before.datastore ?? DATASTORES[0], type: undefined }
  const entries = listOf(value)
  const [entry] = entries
  if (!entry || entries.length > 1)
    throw invalidInput(
      `storageSettings has ${entries.length} entries`,
      'Give one entry with its datastoreType and its type.',
    )
  const datastore = oneOf(entry.datastoreType, DATASTORES, 'storageSettings.datastoreType')
  if (datastore === undefined) throw invalidInput('storageSettings has no datastoreType', 'Use VaultStore.')
  if (entry.type === undefined) throw invalidInput('storageSettings has no type', 'Use LocallyRedundant or another.')
  if (before?.datastore !== undefined && before.datastore !== datastore) {
    throw invalidInput(
      `the datastoreType of vault '${before.name}' is ${before.datastore} and stays so`,
      'Leave it as it is, or make another vault.',
    )
  }
  return { datastore, type: entry.type }
}

/** The settings as the document of a Recovery Services vault would have them. */
function inTheirWords(
  security: Members,
  features: Members,
  redundancy: unknown,
  before: VaultSettings | undefined,
): Members {
  const { state, retentionDurationInDays } = membersOf(security.softDeleteSettings)
  const named = oneOf(state, Object.values(SOFT_DELETE), 'softDeleteSettings.state')
  const crossRegionRestore = membersOf(features.crossRegionRestoreSettings).state
  return {
    ...(redundancy === undefined && crossRegionRestore === undefined
      ? {}
      : { redundancySettings: { standardTierStorageRedundancy: redundancy, crossRegionRestore } }),
    securitySettings: {
      immutabilitySettings: security.immutabilitySettings,
      ...(security.softDeleteSettings
        ? {
            softDeleteSettings: {
              softDeleteState: STATES.find((state) => SOFT_DELETE[state] === named),
              softDeleteRetentionPeriodInDays: retentionDurationInDays,
            },
          }
        : {}),
    },
    restoreSettings: {
      crossSubscriptionRestoreSettings: {
        crossSubscriptionRestoreState: membersOf(features.crossSubscriptionRestoreSettings).state,
      },
    },
    encryption: readEncryptionSettings(security.encryptionSettings, before),
  }
}

/** A key of the customer's; without one, or with `state` Disabled, nothing is said. */
function readEncryptionSettings(value: unknown, before: VaultSettings | undefined): Members | undefined {
  const { state, keyVaultProperties, kekIdentity, infrastructureEncryption } = membersOf(value)
  const said = oneOf(state, ['Enabled', 'Disabled'], 'encryptionSettings.state')
  if (said === 'Disabled' && before?.encryption) throw staysCustomerManaged('encryptionSettings.state is Enabled')
  if (value === undefined || said === 'Disabled') return undefined
  const { identityType, identityId } = membersOf(kekIdentity)
  const kind = oneOf(identityType, ['SystemAssigned', 'UserAssigned'], 'kekIdentity.identityType')
  const identity = {
    ...(kind === 'SystemAssigned' ? { useSystemAssignedIdentity: true } : {}),
    ...(kind === 'UserAssigned' ? { userAssignedIdentity: identityId } : {}),
  }
  return {
    ...(keyVaultProperties ? { keyVaultProperties } : {}),
    kekIdentity: identity,
    ...(infrastructureEncryption ? { infrastructureEncryption } : {}),
  }
}

/** Cross-region restore of a Backup vault is for good, with items in it and without (wire-disk.md 2). */
function refuseCrossRegionOff(before: VaultSettings | undefined, after: VaultSettings): void {
  if (!before?.crossRegionRestore || after.crossRegionRestore) return
  throw new Refusal(
    'UserErrorStorageTypeModificationNotAllowed',
    'Cross-region restore of this vault is Enabled and cannot be switched off again. Leave it on, or make another vault without it.',
  )
}

/** The state of soft delete as the wire has it: in the client's spelling, where it has said one (wire-disk.md 2). */
export function softDeleteOf({ settings, sent }: Pick<Vault, 'settings' | 'sent'>): { state: string; days: number } {
  const { state, retentionDurationInDays } = membersOf(sent?.securitySettings?.softDeleteSettings)
  const off = settings.softDelete === 'Disabled'
  return {
    state: typeof state === 'string' ? state : SOFT_DELETE[settings.softDelete],
    days: !off ? settings.softDeleteDays : typeof retentionDurationInDays === 'number' ? retentionDurationInDays : 0,
  }
}

/**
 * How far a Backup vault survives the loss of a region: Poor and Good are recorded (golden disk/03; wire-disk.md 2), what
 * lies between is not.
 */
const CONTINUITY: Record<VaultSettings['redundancy'], string> = {
  LocallyRedundant: 'Poor',
  ZoneRedundant: 'Fair',
  GeoRedundant: 'Fair',
}

/** The marks that follow from the settings of a Backup vault. */
export const backupScoresOf = (settings: VaultSettings) => ({
  secureScore: scoresOf(settings).secureScore,
  bcdrSecurityLevel: settings.crossRegionRestore ? 'Good' : CONTINUITY[settings.redundancy],
})
