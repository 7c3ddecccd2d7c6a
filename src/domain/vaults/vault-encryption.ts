import { type Members, membersOf } from '../documents.js'
import { Refusal } from '../errors.js'
import { same } from '../names.js'
import { oneOf } from './setting-values.js'
import type { VaultIdentity } from './vault-identity.js'
import type { VaultSettings } from './vault-settings.js'

/** A key of the customer's, and by which of the vault's identities it is read (wire-vm-more.md 2.3). */
export interface VaultEncryption {
  keyUri: string
  /** An identity of a user's; null for the vault's own. */
  userAssignedIdentity: string | null
  infrastructureEncryption: 'Enabled' | 'Disabled'
}

/** `https://<vault>.vault.azure.net/keys/<key>[/<version>]` */
const KEY_URI = /^https:\/\/[^/\s]+\/keys\/[^/\s]+(\/[^/\s]*)?$/i

const invalid = (what: string) => new Refusal('InvalidRestApiParameter', what)

/**
 * How a vault is encrypted after a body named `encryption`: what it says, over what was. Without anything said of the
 * identity that stays.
 * @param identity the vault's identities after the same body
 * @throws Refusal InvalidRestApiParameter, InvalidParameter, UserErrorCMKKeyVaultAuthFailure
 */
export function readEncryption(
  input: Members,
  before: VaultEncryption | undefined,
  identity: VaultIdentity | undefined,
): VaultEncryption {
  const keyUri = membersOf(input.keyVaultProperties).keyUri ?? before?.keyUri
  if (typeof keyUri !== 'string' || !KEY_URI.test(keyUri)) {
    throw invalid(
      `keyVaultProperties.keyUri is '${String(keyUri ?? '')}': give the URI of a key, https://<key vault>/keys/<key>.`,
    )
  }
  const state = oneOf(input.infrastructureEncryption, ['Enabled', 'Disabled'] as const, 'infrastructureEncryption')
  if (before && state !== undefined && state !== before.infrastructureEncryption) {
    throw invalid(
      `infrastructureEncryption is ${before.infrastructureEncryption} and stays so: it can only be chosen together with the first key of a vault.`,
    )
  }
  const userAssignedIdentity = readKeyIdentity(membersOf(input.kekIdentity), before)
  checkIdentity(userAssignedIdentity, identity)
  return {
    keyUri,
    userAssignedIdentity,
    infrastructureEncryption: before?.infrastructureEncryption ?? state ?? 'Disabled',
  }
}

/** Both at once is what the service refuses as an invalid `cmkIdentity` (hashicorp/terraform-provider-azurerm 24087). */
function readKeyIdentity(input: Members, before: VaultEncryption | undefined): string | null {
  const user = input.userAssignedIdentity ? String(input.userAssignedIdentity) : undefined
  const own = input.useSystemAssignedIdentity === true
  if (user !== undefined && own) {
    throw invalid(
      'The cmkIdentity parameter is invalid: kekIdentity names an identity of a user and the own one of the vault. Choose one.',
    )
  }
  if (user !== undefined) return user
  if (own) return null
  if (before) return before.userAssignedIdentity
  throw invalid(
    'The cmkIdentity parameter is invalid: say by which identity the key is read, kekIdentity with useSystemAssignedIdentity or userAssignedIdentity.',
  )
}

/** Keys are read by an identity that the vault has; what rights it has on them is not emulated. */
function checkIdentity(user: string | null, identity: VaultIdentity | undefined): void {
  const has =
    user === null
      ? identity?.principalId !== undefined
      : Object.keys(identity?.userAssigned ?? {}).some((id) => same(id, user))
  if (has) return
  throw new Refusal(
    'UserErrorCMKKeyVaultAuthFailure',
    user === null
      ? 'The vault has no identity of its own that could read the key. Give it one (identity.type SystemAssigned) first.'
      : `The identity '${user}' is not one of the vault's, so it cannot read the key. Add it to the vault first.`,
  )
}

/** There is no way back from a key of the customer's. @param what the state, as a sentence has it */
export const staysCustomerManaged = (what: string) =>
  invalid(`${what} and stays so: a vault does not go back to the keys of Microsoft.`)

/** What a body of `backupEncryptionConfigs` says: the same state by other names. */
export interface EncryptionConfigInput {
  encryptionAtRestType?: string
  keyUri?: string
  useSystemAssignedIdentity?: boolean
  userAssignedIdentity?: string
  infrastructureEncryptionState?: string
}

/**
 * Settings after a change through `backupEncryptionConfigs`.
 * @throws Refusal InvalidRestApiParameter for the way back to Microsoft's keys, and as `readEncryption`
 */
export function changeEncryptionConfig(
  settings: VaultSettings,
  input: EncryptionConfigInput,
  identity: VaultIdentity | undefined,
): VaultSettings {
  const known = ['CustomerManaged', 'MicrosoftManaged'] as const
  const type = oneOf(input.encryptionAtRestType, known, 'encryptionAtRestType')
  if (type === 'MicrosoftManaged' && settings.encryption) {
    throw staysCustomerManaged('encryptionAtRestType is CustomerManaged')
  }
  if (type !== 'CustomerManaged' && input.keyUri === undefined) return settings
  const { useSystemAssignedIdentity, userAssignedIdentity, infrastructureEncryptionState } = input
  const body = {
    keyVaultProperties: { keyUri: input.keyUri },
    kekIdentity: { useSystemAssignedIdentity, userAssignedIdentity },
    infrastructureEncryption: infrastructureEncryptionState,
  }
  return { ...settings, encryption: readEncryption(body, settings.encryption, identity) }
}
