import { Type } from '@sinclair/typebox'
import { ok, route } from '../../arm/route.js'
import { VersionQuery } from '../../arm/shapes.js'
import { netTicks } from '../../arm/times.js'
import { issueSecurityPin } from '../../domain/vaults/security-pin.js'
import { VAULT } from '../scopes.js'
import { vaultOf } from './vaults.js'

const PinBody = Type.Object({ resourceGuardOperationRequests: Type.Optional(Type.Array(Type.String())) })

/** What has to be typed in at a server to change what its agent does. */
export const securityPinRoutes = [
  route({
    operation: 'SecurityPINs.Get',
    method: 'POST',
    path: `${VAULT}/backupSecurityPIN`,
    tag: 'Vault configuration',
    summary: 'Get a security PIN, good for 5 minutes',
    query: VersionQuery,
    body: PinBody,
    bodyOptional: true,
    example: {},
    responses: { 200: { description: 'The PIN and when it expires, in .NET ticks' } },
    errors: ['ResourceNotFound', 'InvalidRequestContent', 'UserErrorResourceGuardOperationRequestNotProvided'],
    handle: (world, call) => {
      const requests = call.body?.resourceGuardOperationRequests ?? []
      const { pin, expires } = issueSecurityPin(world, vaultOf(world, call), requests)
      return ok({ token: pin, expiryTimeInUtcTicks: netTicks(expires), securityPIN: pin })
    },
  }),
] as const
