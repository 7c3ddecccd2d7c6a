import { OptionalKind, Type } from '@sinclair/typebox'
import type { FastifySchema } from 'fastify'
import { REFUSALS } from '../domain/errors.js'
import type { Route } from './route.js'

/** What a path's parameters are, for the documents. */
const PARAMETERS: Record<string, { description: string; example?: string }> = {
  subscriptionId: { description: 'A subscription: any GUID', example: '00000000-0000-0000-0000-000000000001' },
  resourceGroupName: { description: 'The resource group', example: 'demo' },
  vaultName: { description: 'The vault', example: 'demo-vault' },
  backupVaultName: { description: 'The Backup vault', example: 'demo-backup-vault' },
  backupInstanceName: { description: 'The backup instance', example: 'demo-disk' },
  deletedBackupInstanceName: { description: 'The soft-deleted backup instance' },
  vmName: { description: 'The virtual machine', example: 'vm1' },
  backupFabricName: { description: 'Always Azure', example: 'Azure' },
  protectionContainerName: {
    description: 'The container of the machine',
    example: 'IaasVMContainer;iaasvmcontainerv2;demo;vm1',
  },
  protectedItemName: { description: 'The protected item', example: 'VM;iaasvmcontainerv2;demo;vm1' },
  backupPolicyName: { description: 'The policy', example: 'DefaultPolicy' },
  backupProtectionIntentName: { description: 'The intent', example: 'vm;iaasvmcontainerv2;demo;vm1' },
  backupJobName: { description: 'The job: a GUID' },
  jobId: { description: 'The job: a GUID' },
  recoveryPointId: { description: 'The recovery point: a number, of a backup instance 32 digits without hyphens' },
  operationId: { description: 'The operation that was handed out' },
  locationName: { description: 'The region', example: 'westeurope' },
  resourceProviderNamespace: { description: 'The namespace of a resource provider', example: 'Microsoft.Storage' },
  resourceType: { description: 'The type of the resource', example: 'storageAccounts' },
  resourceName: { description: 'The resource', example: 'demostore' },
  accountName: { description: 'The storage account', example: 'demostore' },
  shareName: { description: 'The file share', example: 'share1' },
  virtualNetworkName: { description: 'The virtual network', example: 'demo-net' },
  subnetName: { description: 'The subnet', example: 'default' },
  deletedVaultName: { description: 'The deleted vault: `<resource group>_<guid>`' },
  certificateName: { description: 'The credentials', example: 'demo-credentials' },
  registeredIdentityName: { description: 'The registered server', example: 'demo-server' },
  backupEngineName: { description: 'The backup management server' },
  privateLinkResourceName: { description: 'What an endpoint leads to', example: 'backupResource' },
  privateEndpointConnectionName: { description: 'The connection', example: 'demo-endpoint' },
  alertId: { description: 'The alert: a GUID' },
  resourceGuardName: { description: 'The resource guard', example: 'demo-guard' },
  agentId: { description: 'The number of the agent' },
  partType: { description: 'The type of the part', example: 'fileServices' },
  partName: { description: 'The part', example: 'default' },
  innerType: { description: 'The type of the part of the part', example: 'shares' },
  innerName: { description: 'The part of the part', example: 'share1' },
  roleAssignmentName: { description: 'The assignment: any GUID', example: '33333333-3333-3333-3333-333333333333' },
  roleDefinitionId: { description: 'The role: a GUID', example: '3e5e47e6-65f7-47ef-90b5-e5dd4d455f24' },
  requestName: { description: 'Always default', example: 'default' },
  backupResourceGuardProxyName: {
    description: 'Always VaultProxy; DppResourceGuardProxy of a Backup vault',
    example: 'VaultProxy',
  },
}

function paramsSchema({ path, pathExamples = {} }: Pick<Route, 'path' | 'pathExamples'>) {
  const names = [...path.matchAll(/\{([^}]+)\}/g)].map(([, name = '']) => name)
  return Type.Object(
    Object.fromEntries(
      names.map((name) => {
        const { description, example: usual } = PARAMETERS[name] ?? { description: name }
        const example = pathExamples[name] ?? usual
        return [name, Type.String({ description, ...(example === undefined ? {} : { examples: [example] }) })]
      }),
    ),
  )
}

const ErrorSchema = Type.Object(
  { error: Type.Object({ code: Type.String(), message: Type.String() }) },
  { description: 'ARM error' },
)

/** What the provider of classic vaults refuses is in an envelope of its own, what ARM refuses before is not. */
const ClassicErrorSchema = Type.Union([
  ErrorSchema,
  Type.Object({
    Error: Type.Object({
      Code: Type.String(),
      Message: Type.String(),
      Target: Type.Null(),
      Details: Type.Null(),
      InnerError: Type.Null(),
    }),
  }),
])

/** The schema that the documents and the validator of a route come from. */
export function schemaOf(route: Route): FastifySchema {
  const errors = new Map<number, string[]>()
  for (const code of route.errors) {
    const status = REFUSALS[code].status
    errors.set(status, [...(errors.get(status) ?? []), code])
  }
  const errorSchema = route.dialect === 'classic' ? ClassicErrorSchema : ErrorSchema
  const body = route.body && (route.bodyOptional ? Type.Optional(route.body) : route.body)
  return {
    operationId: route.operation.replace('.', '_'),
    tags: [route.tag],
    summary: route.summary,
    ...(route.description ? { description: route.description } : {}),
    ...(route.path.includes('{') ? { params: paramsSchema(route) } : {}),
    ...(route.query ? { querystring: route.query } : {}),
    ...(body
      ? {
          body:
            route.example === undefined
              ? body
              : { ...body, [OptionalKind]: body[OptionalKind], examples: [route.example] },
        }
      : {}),
    response: {
      ...Object.fromEntries(
        Object.entries(route.responses).map(([status, { schema, description }]) => [
          status,
          schema ? { ...schema, description } : { type: 'null', description },
        ]),
      ),
      ...Object.fromEntries(
        [...errors].map(([status, codes]) => [status, { ...errorSchema, description: codes.join(', ') }]),
      ),
    },
  }
}
