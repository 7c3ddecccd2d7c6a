import { Refusal } from '../errors.js'
import { HOUR, type Instant } from '../policies/schedule.js'
import type { VaultRecord, World } from '../world.js'
import { limitsIn, type Vault } from './vault.js'

/** What a certificate says of itself. */
export interface CertificateFacts {
  subject: string
  issuer: string
  /** SHA-1, 40 upper-case hexadecimal digits. */
  thumbprint: string
  notBefore: Instant
  notAfter: Instant
}

/** How whoever holds the certificate's key is known: until 2015 by the Access Control Service, by Entra ID since. */
export type CredentialAuth = 'AccessControlService' | 'AzureActiveDirectory'

/** The public half of a vault credentials file: a server registers with the vault by the other half. */
export interface VaultCredential extends VaultRecord, CertificateFacts {
  /** As it was sent. */
  certificate: string
  auth: CredentialAuth
  /** The later one of two counts: only the credentials that were downloaded last are good. */
  issue: number
  expires: Instant
  servicePrincipal: { clientId: string; objectId: string }
}

export interface CredentialInput {
  name: string
  certificate: string
  /** undefined where it can't be read as a certificate. */
  facts: CertificateFacts | undefined
  auth: CredentialAuth
}

/**
 * Makes a certificate the vault's credentials, for as long as the profile has it (SEED-68), but not longer than the
 * certificate itself is valid.
 * @throws Refusal UserErrorInvalidCertificate
 */
export function putCredential(world: World, vault: Vault, input: CredentialInput): VaultCredential {
  const { name, certificate, facts, auth } = input
  if (!facts) {
    throw new Refusal(
      'UserErrorInvalidCertificate',
      'The certificate cannot be read. Send an X.509 certificate without its private key, DER in base64.',
    )
  }
  const credential: VaultCredential = {
    vaultKey: vault.key,
    name,
    ...facts,
    certificate,
    auth,
    issue: world.nextNumber(),
    expires: Math.min(facts.notAfter, world.now + limitsIn(world, vault).vaultCredentialHours * HOUR),
    servicePrincipal: { clientId: world.chance.guid(), objectId: world.chance.guid() },
  }
  world.credentials.put(credential)
  return credential
}

/**
 * Whether a certificate is good for a registration with a vault now: of several only the last one is, until it expires
 * (SEED-68; documentation of the vault credentials file).
 * @param thumbprint SHA-1, in any casing
 * @throws Refusal UserErrorVaultCredentialsExpired, UserErrorInvalidVaultCredentials
 */
export function checkVaultCredentials(world: World, vault: Vault, thumbprint: string): void {
  const last = world.credentials
    .ofVault(vault.key)
    .reduce<VaultCredential | undefined>(
      (latest, credential) => (latest && latest.issue > credential.issue ? latest : credential),
      undefined,
    )
  if (last?.thumbprint !== thumbprint.toUpperCase()) {
    throw new Refusal(
      'UserErrorInvalidVaultCredentials',
      `The credentials are not those that were last downloaded for vault '${vault.name}'. Download them again and use the newest.`,
    )
  }
  if (world.now < last.expires) return
  throw new Refusal(
    'UserErrorVaultCredentialsExpired',
    `The credentials of vault '${vault.name}' expired at ${new Date(last.expires).toISOString()}. Download them again.`,
  )
}
