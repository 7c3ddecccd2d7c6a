import { type Static, Type } from '@sinclair/typebox'
import { readCertificate } from '../../arm/certificates.js'
import { type Call, ok, type Reply } from '../../arm/route.js'
import { dotNetTime } from '../../arm/times.js'
import type { Vault } from '../../domain/vaults/vault.js'
import { putCredential, type VaultCredential } from '../../domain/vaults/vault-credentials.js'
import type { World } from '../../domain/world.js'
import { accessControlOf, EXAMPLE_CERTIFICATE } from '../recovery-services/credentials.js'
import { CLASSIC_VAULT } from '../scopes.js'
import { classicRoute, classicVaultOf, Exact } from './classic-route.js'

const CertificateBody = Type.Object({ properties: Type.Object({ certificate: Type.String() }) })

const CertificateView = Exact({
  properties: Exact({
    certificate: Type.String(),
    resourceId: Type.Integer(),
    globalAcsNamespace: Type.String(),
    globalAcsHostName: Type.String(),
    globalAcsRPRealm: Type.String(),
    subject: Type.String(),
    validFrom: Type.String(),
    validTo: Type.String(),
    thumbprint: Type.String(),
    friendlyName: Type.Literal(''),
    issuer: Type.String(),
  }),
})

const credentialView = (vault: Vault, credential: VaultCredential) => ({
  properties: {
    certificate: credential.certificate,
    resourceId: vault.number,
    ...accessControlOf(vault),
    subject: credential.subject,
    validFrom: dotNetTime(credential.notBefore),
    validTo: dotNetTime(credential.expires),
    thumbprint: credential.thumbprint,
    friendlyName: '',
    issuer: credential.issuer,
  },
})

function put(world: World, call: Call<Static<typeof CertificateBody>>): Reply {
  const vault = classicVaultOf(world, call)
  const { certificate } = call.body.properties
  const credential = putCredential(world, vault, {
    name: call.params.certificateName ?? '',
    certificate,
    facts: readCertificate(certificate),
    auth: 'AccessControlService',
  })
  return ok(credentialView(vault, credential))
}

/** What agents register with a classic vault by. */
export const classicCertificateRoutes = [
  classicRoute({
    operation: 'ClassicCertificates.Create',
    of: 'vault',
    method: 'PUT',
    path: `${CLASSIC_VAULT}/certificates/{certificateName}`,
    tag: 'Classic agents',
    summary: 'Make a certificate the credentials of the backup vault',
    description: 'Only the last credentials count; they expire after 48 hours.',
    body: CertificateBody,
    example: { properties: { certificate: EXAMPLE_CERTIFICATE } },
    responses: { 200: { description: 'The credentials', schema: CertificateView } },
    errors: ['UserErrorInvalidCertificate'],
    handle: put,
  }),
] as const
