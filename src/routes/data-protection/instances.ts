import { type Static, Type } from '@sinclair/typebox'
import { waitsForJob } from '../../arm/long-running.js'
import { type Call, list, ok, type Reply, route } from '../../arm/route.js'
import { AnyObject, Tags, VersionQuery } from '../../arm/shapes.js'
import type { RefusalCode } from '../../domain/errors.js'
import { resourceId } from '../../domain/names.js'
import { deleteInstance, putInstance } from '../../domain/protection/backup-instances.js'
import { stateOfInstance } from '../../domain/protection/instance-state.js'
import { type Instance, type InstanceCall, instancesOf, instancesOfSource } from '../../domain/protection/instances.js'
import type { World } from '../../domain/world.js'
import { BACKUP_VAULT, GROUP, INSTANCE } from '../scopes.js'
import { instanceOf } from './instance-of.js'
import { instanceView } from './instance-view.js'
import { accepted, backupVaultOf, created } from './long-running.js'

const tag = 'Backup instances'
const DEMO = '/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/demo'

/** The disk of the examples, and how it is protected. */
export const EXAMPLE_INSTANCE = {
  objectType: 'BackupInstance',
  friendlyName: 'demo-disk',
  dataSourceInfo: {
    objectType: 'Datasource',
    datasourceType: 'Microsoft.Compute/disks',
    resourceID: `${DEMO}/providers/Microsoft.Compute/disks/demo-disk`,
    resourceName: 'demo-disk',
    resourceType: 'Microsoft.Compute/disks',
    resourceLocation: 'westeurope',
    resourceUri: `${DEMO}/providers/Microsoft.Compute/disks/demo-disk`,
  },
  policyInfo: {
    policyId: `${DEMO}/providers/Microsoft.DataProtection/backupVaults/demo-backup-vault/backupPolicies/DefaultPolicy`,
    policyParameters: {
      dataStoreParametersList: [
        { objectType: 'AzureOperationalStoreParameters', dataStoreType: 'OperationalStore', resourceGroupId: DEMO },
      ],
    },
  },
}

/** Names of members come in any casing, so that the domain reads them. */
export const InstanceProperties = Type.Intersect([AnyObject], {
  description: 'dataSourceInfo: the disk; policyInfo: the policy, and the resource group that snapshots go to',
})

const InstanceBody = Type.Object({ properties: InstanceProperties, tags: Type.Optional(Tags) })

/** What is refused of any call of an instance. */
export const INSTANCE_ERRORS: readonly RefusalCode[] = [
  ...(['ResourceNotFound', 'UserErrorGenericResourceNotFound', 'BMSUserErrorConflictingProtectionOperation'] as const),
]
/** What is refused of what an instance is to be. */
export const DOCUMENT_ERRORS: readonly RefusalCode[] = [
  ...([
    'InvalidRequestContent',
    'UserErrorInvalidRequestParameter',
    'UserErrorDppDatasourceAlreadyProtected',
    'UserErrorDppDatasourceAlreadyHasBackupInstance',
  ] as const),
  ...(['BMSUserErrorInvalidConfigureProtectionRequest', 'BMSUserErrorPolicyNotFound'] as const),
  'BMSUserErrorInvalidPolicyForGivenProvider',
]

/** How long the service tells clients to wait: after a PUT, and after a DELETE (wire-disk.md 1.1). */
const RETRY_AFTER = { put: 15, delete: 30 } as const

/**
 * A call that is about an instance.
 * @param known what it is known by
 */
export const instanceCall = ({ params }: Call, known: string | undefined): InstanceCall => ({
  name: params.backupInstanceName ?? '',
  activityId: known,
})

/** What errors name a call by: its correlation id where it has one (golden disk/71). */
export const correlationOf = ({ correlationId, clientRequestId }: Call) => correlationId ?? clientRequestId

function put(world: World, call: Call<Static<typeof InstanceBody>>): Reply {
  const vault = backupVaultOf(world, call)
  const { item, operation } = putInstance(world, vault, instanceCall(call, correlationOf(call)), call.body)
  const view = instanceView(world, vault, item)
  return operation ? created(call, vault, operation, view, RETRY_AFTER.put) : ok(view)
}

function remove(world: World, call: Call): Reply {
  const vault = backupVaultOf(world, call)
  const operation = deleteInstance(world, vault, instanceCall(call, call.clientRequestId))
  return operation ? accepted(call, vault, operation, RETRY_AFTER.delete) : { status: 204 }
}

function get(world: World, call: Call): Reply {
  const { vault, item } = instanceOf(world, call)
  return ok(instanceView(world, vault, item))
}

/** Who reads an instance that is being configured, changed or deleted waits for its end (client-terraform.md 4.11). */
function waitsForItsState(world: World, call: Call): string | undefined {
  const { item } = instanceOf(world, call)
  const { current, provisioning } = stateOfInstance(world, item)
  const isPassing = provisioning !== 'Succeeded' || current === 'ConfiguringProtection'
  return isPassing && item.busyWith !== undefined ? waitsForJob(world, item.busyWith) : undefined
}

function listOfVault(world: World, call: Call): Reply {
  const vault = backupVaultOf(world, call)
  return list(instancesOf(world, vault).map((item) => instanceView(world, vault, item)))
}

/** What protects the resource that a path begins with. */
function listOfResource(world: World, { params }: Call): Reply {
  const { subscriptionId = '', resourceGroupName: resourceGroup = '', resourceName: name = '' } = params
  const type = `${params.resourceProviderNamespace ?? ''}/${params.resourceType ?? ''}`
  const view = (item: Instance) => {
    const vault = world.vaults.get(item.vaultKey)
    return vault ? [instanceView(world, vault, item)] : []
  }
  return list(instancesOfSource(world, resourceId({ subscriptionId, resourceGroup, type, name })).flatMap(view))
}

const one = { 200: { description: 'The instance' } }
const many = { 200: { description: 'The instances: { value: [...] }' } }

/** Backup instances: disks that a Backup vault protects. */
export const instanceRoutes = [
  route({
    operation: 'BackupInstances.List',
    method: 'GET',
    path: `${BACKUP_VAULT}/backupInstances`,
    tag,
    summary: 'List the backup instances of a vault',
    description: 'Those that are soft-deleted are among deletedBackupInstances.',
    query: VersionQuery,
    responses: many,
    errors: ['ResourceNotFound'],
    handle: listOfVault,
  }),
  route({
    operation: 'BackupInstanceResources.BackupInstancesGet',
    method: 'GET',
    path: INSTANCE,
    tag,
    summary: 'Get a backup instance',
    query: VersionQuery,
    responses: one,
    errors: ['ResourceNotFound', 'UserErrorGenericResourceNotFound'],
    waitsFor: waitsForItsState,
    handle: get,
  }),
  route({
    operation: 'BackupInstanceResources.BackupInstancesCreateOrUpdate',
    method: 'PUT',
    path: INSTANCE,
    tag,
    summary: 'Protect a disk, or change the policy or the tags of its instance',
    description:
      'The instance is there when the operation is over, and configured half a minute later: ProtectionConfigured, or ProtectionError with the reason.',
    query: VersionQuery,
    body: InstanceBody,
    example: { properties: EXAMPLE_INSTANCE },
    responses: {
      200: { description: 'Nothing had to be configured' },
      201: { description: 'The instance as it is to be; poll Azure-AsyncOperation' },
    },
    errors: [
      ...DOCUMENT_ERRORS,
      'ResourceNotFound',
      'BMSUserErrorConflictingProtectionOperation',
      'UserErrorItemIsSoftDeleted',
      'UserErrorProtectionQuotaExceeded',
      'UserErrorResourceGuardOperationRequestNotProvided',
    ],
    handle: put,
  }),
  route({
    operation: 'BackupInstanceResources.BackupInstancesDelete',
    method: 'DELETE',
    path: INSTANCE,
    tag,
    summary: 'Delete a backup instance and its data',
    description: 'Softly, while the soft delete of the vault is on.',
    query: VersionQuery,
    responses: { 202: { description: 'Accepted' }, 204: { description: 'There is no such instance' } },
    errors: [
      'ResourceNotFound',
      'BMSUserErrorConflictingProtectionOperation',
      'UserErrorResourceGuardOperationRequestNotProvided',
    ],
    handle: remove,
  }),
  route({
    operation: 'Dataprotections.BackupInstancesExtensionRoutingList',
    method: 'GET',
    path: `${GROUP}/providers/{resourceProviderNamespace}/{resourceType}/{resourceName}/providers/Microsoft.DataProtection/backupInstances`,
    pathExamples: {
      resourceProviderNamespace: 'Microsoft.Compute',
      resourceType: 'disks',
      resourceName: 'demo-disk',
    },
    tag,
    summary: 'List the backup instances that protect a resource',
    query: VersionQuery,
    responses: many,
    errors: [],
    handle: listOfResource,
  }),
] as const
