import { type Static, Type } from '@sinclair/typebox'
import { readCertificate } from '../../arm/certificates.js'
import { type Call, ok, type Reply, route } from '../../arm/route.js'
import { VersionQuery } from '../../arm/shapes.js'
import { dotNetTime } from '../../arm/times.js'
import { vaultFamily } from '../../arm/versions.js'
import { TENANT_ID } from '../../domain/inventory/inventory.js'
import { regionOf } from '../../domain/regions.js'
import { unregisterServer } from '../../domain/vaults/registered-servers.js'
import { oneOf } from '../../domain/vaults/setting-values.js'
import type { Vault } from '../../domain/vaults/vault.js'
import { type CredentialAuth, putCredential, type VaultCredential } from '../../domain/vaults/vault-credentials.js'
import type { World } from '../../domain/world.js'
import { VAULT } from '../scopes.js'
import { vaultOf } from './vaults.js'

const CertificateBody = Type.Object({
  properties: Type.Object({ authType: Type.Optional(Type.String()), certificate: Type.String() }),
})

/** Each way of signing in has a long and a short name. */
const AUTH_TYPES = {
  AzureActiveDirectory: 'AzureActiveDirectory',
  AAD: 'AzureActiveDirectory',
  AccessControlService: 'AccessControlService',
  ACS: 'AccessControlService',
} as const satisfies Record<string, CredentialAuth>
const AUTH_NAMES = Object.keys(AUTH_TYPES) as (keyof typeof AUTH_TYPES)[]

const accessControl = (code: string) => ({
  globalAcsNamespace: `${code}rrp1users`,
  globalAcsHostName: 'accesscontrol.windows.net',
  globalAcsRPRealm: 'http://windowscloudbackup/m3',
})

/** The same for a classic vault, which knows no other way. */
export const accessControlOf = ({ location }: Vault) => accessControl(regionOf(location)?.code ?? '')

/** Where the server that holds the key signs in: what the way of signing in adds to an answer, after `resourceId`. */
const SIGN_IN: Record<CredentialAuth, (call: Call, code: string, credential: VaultCredential) => object> = {
  AccessControlService: (_call, code) => accessControl(code),
  AzureActiveDirectory: ({ base }, code, { servicePrincipal: { clientId, objectId } }) => ({
    aadAuthority: base,
    aadTenantId: TENANT_ID,
    servicePrincipalClientId: clientId,
    servicePrincipalObjectId: objectId,
    azureManagementEndpointAudience: `https://pod01-id1.${code}.backup.windowsazure.com/restapi/`,
  }),
}

/** Times are those of the credentials; they can end before the certificate does. */
function credentialView(call: Call, vault: Vault, credential: VaultCredential): Record<string, unknown> {
  const { name, auth, certificate, subject, issuer, thumbprint, notBefore, expires } = credential
  const code = regionOf(vault.location)?.code ?? ''
  return {
    name,
    type: 'Microsoft.RecoveryServices/vaults/certificates',
    id: `${vault.id}/certificates/${name}`,
    properties: {
      authType: auth,
      certificate,
      resourceId: vault.number,
      ...SIGN_IN[auth](call, code, credential),
      subject,
      validFrom: dotNetTime(notBefore),
      validTo: dotNetTime(expires),
      thumbprint,
      friendlyName: '',
      issuer,
      ...(auth === 'AzureActiveDirectory'
        ? { aadAudience: `api://${TENANT_ID}/RecoveryServiceVault/${vault.location}/${vault.name}/${vault.number}` }
        : {}),
    },
  }
}

function put(world: World, call: Call<Static<typeof CertificateBody>>): Reply {
  const vault = vaultOf(world, call)
  const { authType, certificate } = call.body.properties
  const asked = oneOf(authType, AUTH_NAMES, 'authType')
  const credential = putCredential(world, vault, {
    name: call.params.certificateName ?? '',
    certificate,
    facts: readCertificate(certificate),
    auth: asked === undefined ? vaultFamily(call.apiVersion).signIn : AUTH_TYPES[asked],
  })
  return ok(credentialView(call, vault, credential))
}

/** Of a server that is called demo-server, signed by itself. */
export const EXAMPLE_CERTIFICATE =
  'MIIBhDCCASmgAwIBAgIUc6CFHc9/Au2rDhTqqqzJ6j8XkGQwCgYIKoZIzj0EAwIwFjEUMBIGA1UEAwwLZGVtby1zZXJ2ZXIwIBcNMjYxMTIxMTExOTIxWhgPMjEyNjEwMjgxMTE5MjFaMBYxFDASBgNVBAMMC2RlbW8tc2VydmVyMFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEUZC/SG/15rsp7Jz+tAEdEUxZpPWXPA06VWhAOIIUnVqJ1IkOuLZvbJSCd8kXyTHYYYZPJtxtcwFCArC+lT0hwaNTMFEwHQYDVR0OBBYEFOkgww09+vS7itHK0PCYprstmhmmMB8GA1UdIwQYMBaAFOkgww09+vS7itHK0PCYprstmhmmMA8GA1UdEwEB/wQFMAMBAf8wCgYIKoZIzj0EAwIDSQAwRgIhAJLzbMIIgNwV1SuUwxR3zdQP/luZxbZD9RkqT97MX5tpAiEApXUhpFdUtOY5GZ6zLvDozCumfd5Rh1DYNfBtXWnEHsc='

/** What servers register with a vault by. */
export const credentialRoutes = [
  route({
    operation: 'Vaults.VaultCertificatesCreate',
    method: 'PUT',
    path: `${VAULT}/certificates/{certificateName}`,
    tag: 'Servers',
    summary: 'Make a certificate the credentials of the vault',
    description:
      'A server registers with the vault by the private key of the certificate. Only the last credentials count; they expire after 10 days, in the profiles 2015 and 2016 after 48 hours.',
    query: VersionQuery,
    body: CertificateBody,
    example: { properties: { authType: 'AAD', certificate: EXAMPLE_CERTIFICATE } },
    responses: { 200: { description: 'The credentials' } },
    errors: ['ResourceNotFound', 'InvalidRequestContent', 'InvalidParameter', 'UserErrorInvalidCertificate'],
    handle: put,
  }),
  route({
    operation: 'Vaults.RegisteredIdentitiesDelete',
    method: 'DELETE',
    path: `${VAULT}/registeredIdentities/{registeredIdentityName}`,
    tag: 'Servers',
    summary: 'Take back the registration of a server',
    query: VersionQuery,
    responses: { 204: { description: 'It is not registered any more, or never was' } },
    errors: ['ResourceNotFound'],
    handle: (world, call) => {
      unregisterServer(world, vaultOf(world, call), call.params.registeredIdentityName ?? '')
      return { status: 204 }
    },
  }),
] as const
