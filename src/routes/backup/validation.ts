import { Type } from '@sinclair/typebox'
import { ok, route } from '../../arm/route.js'
import { VersionQuery } from '../../arm/shapes.js'
import { supportOf } from '../../domain/protection/feature-support.js'
import { validateProtection } from '../../domain/protection/pre-validation.js'
import { RECOVERY_SERVICES_LOCATION } from '../scopes.js'

const tag = 'Pre-checks'

const ProtectionQuestion = Type.Object({
  resourceType: Type.String(),
  resourceId: Type.String(),
  vaultId: Type.Optional(Type.String()),
  properties: Type.Optional(Type.String()),
})

const FeatureQuestion = Type.Object({
  featureType: Type.String(),
  vmSize: Type.Optional(Type.String()),
  vmSku: Type.Optional(Type.String()),
})

const GROUP_ID = '/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/demo'

/** What is asked before anything is protected: of a region, as there may be neither machine nor vault yet. */
export const validationRoutes = [
  route({
    operation: 'ProtectionIntent.Validate',
    method: 'POST',
    path: `${RECOVERY_SERVICES_LOCATION}/backupPreValidateProtection`,
    tag,
    summary: 'Ask whether a machine can be protected',
    query: VersionQuery,
    body: ProtectionQuestion,
    example: {
      resourceType: 'VM',
      resourceId: `${GROUP_ID}/providers/Microsoft.Compute/virtualMachines/vm1`,
      vaultId: `${GROUP_ID}/providers/Microsoft.RecoveryServices/vaults/demo-vault`,
    },
    readOnly: true,
    responses: { 200: { description: 'Succeeded, or Failed with the code of what stands in the way' } },
    errors: ['InvalidRequestContent', 'InvalidParameter'],
    handle: (world, call) => ok(validateProtection(world, call.body)),
  }),
  route({
    operation: 'FeatureSupport.Validate',
    method: 'POST',
    path: `${RECOVERY_SERVICES_LOCATION}/backupValidateFeatures`,
    tag,
    summary: 'Ask whether a kind of machine is supported',
    query: VersionQuery,
    body: FeatureQuestion,
    example: { featureType: 'AzureVMResourceBackup', vmSize: 'Standard_D2s_v3', vmSku: 'Premium' },
    readOnly: true,
    responses: { 200: { description: '{ supportStatus }' } },
    errors: ['InvalidRequestContent', 'InvalidParameter'],
    handle: (_world, call) => ok({ supportStatus: supportOf(call.body) }),
  }),
] as const
