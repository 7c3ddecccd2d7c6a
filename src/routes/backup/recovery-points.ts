import { type Static, Type } from '@sinclair/typebox'
import { filterTime, readFilter } from '../../arm/filter.js'
import { accepted } from '../../arm/long-running.js'
import { type Call, list, ok, type Reply, route } from '../../arm/route.js'
import { FilterQuery, VersionQuery } from '../../arm/shapes.js'
import { dotNetTime, zonelessTime } from '../../arm/times.js'
import { backupFamily, pointFamily } from '../../arm/versions.js'
import type { ProtectedItem } from '../../domain/protected-items.js'
import { getPoint, type RecoveryPoint } from '../../domain/recovery-points.js'
import { startRestore } from '../../domain/restore.js'
import type { Vault } from '../../domain/vaults.js'
import type { World } from '../../domain/world.js'
import { ITEM, POINT } from '../scopes.js'
import { itemOf, itemPathOf, itemUrls } from './protected-items.js'

const tag = 'Recovery points'

/** Tiers by number until 2022, by name since (wire-vm.md 9). */
const TIERS = { InstantRP: 1, HardenedRP: 2 } as const
const TIER_STATES = { Valid: 1, Deleted: 4 } as const

function tiersOf(point: RecoveryPoint, named: boolean) {
  const tiers: [keyof typeof TIERS, keyof typeof TIER_STATES][] = [
    ['InstantRP', point.instantTier],
    ...(point.vaultTier ? [['HardenedRP', point.vaultTier] as [keyof typeof TIERS, keyof typeof TIER_STATES]] : []),
  ]
  return tiers.map(([type, status]) => (named ? { type, status } : { type: TIERS[type], status: TIER_STATES[status] }))
}

/** A point as the wire has it in a version's family, members in the recorded order (wire-vm.md 9, wire-vm-more.md 10). */
function pointView(vault: Vault, item: ProtectedItem, point: RecoveryPoint, version: string): Record<string, unknown> {
  const family = backupFamily(version)
  const excluded = point.disks.length < point.disksAttached
  return {
    id: `${vault.id}/backupFabrics/Azure/protectionContainers/IaasVMContainer;${item.bareName}/protectedItems/${item.name}/recoveryPoints/${point.name}`,
    name: point.name,
    type: 'Microsoft.RecoveryServices/vaults/backupFabrics/protectionContainers/protectedItems/recoveryPoints',
    properties: {
      objectType: 'IaasVMRecoveryPoint',
      recoveryPointType: point.consistency,
      recoveryPointTime: dotNetTime(point.time),
      recoveryPointAdditionalInfo: '',
      sourceVMStorageType: point.premium ? 'PremiumVMOnPartialPremiumStorage' : 'NormalStorage',
      isSourceVMEncrypted: false,
      isInstantIlrSessionActive: false,
      recoveryPointTierDetails: tiersOf(point, family.named),
      isManagedVirtualMachine: true,
      virtualMachineSize: point.vmSize,
      originalStorageAccountOption: false,
      osType: point.osType,
      ...(excluded
        ? {
            recoveryPointDiskConfiguration: {
              numberOfDisksIncludedInBackup: point.disks.length,
              numberOfDisksAttachedToVm: point.disksAttached,
            },
          }
        : {}),
      ...(point.zones ? { zones: point.zones } : {}),
      recoveryPointMoveReadinessInfo: { ArchivedRP: { isReadyForMove: false, additionalInfo: archiveInfo(point) } },
      ...(family.retentionOfPoints ? retentionView(vault, point, version) : {}),
    },
  }
}

/** Why a point cannot go to the archive: what keeps it is not a monthly or yearly rule. */
const archiveInfo = (point: RecoveryPoint) =>
  point.tags.some((tag) => tag === 'Monthly' || tag === 'Yearly')
    ? 'The recovery point cannot be moved yet: it is too young. Please check again after some time.'
    : 'The retention tag of the recovery point is not eligible for a move to the archive tier.'

function retentionView(vault: Vault, point: RecoveryPoint, version: string): Record<string, unknown> {
  const { threat, immutability, zonelessExpiry } = pointFamily(version)
  const { immutability: state = 'Disabled' } = vault.settings
  return {
    securityType: 'None',
    recoveryPointProperties: {
      expiryTime: zonelessExpiry ? zonelessTime(point.expiry) : dotNetTime(point.expiry),
      ...(point.ruleName ? { ruleName: point.ruleName } : {}),
      isSoftDeleted: false,
      ...(immutability ? { immutabilityProperties: { isImmutable: state !== 'Disabled' } } : {}),
    },
    isPrivateAccessEnabledOnAnyDisk: false,
    createdWithPolicyType: point.policyType,
    ...(threat === 'Healthy' ? { threatInfo: [] } : {}),
    ...(threat === undefined ? {} : { threatStatus: threat }),
  }
}

function listPoints(world: World, call: Call): Reply {
  const { vault, item } = itemOf(world, call)
  const filter = readFilter(call.query.$filter, [
    'startDate',
    'endDate',
    'restorePointQueryType',
    'extendedInfo',
    'moveReadyRPOnly',
    'includeSoftDeletedRP',
  ])
  const from = filterTime(filter, 'startDate') ?? Number.NEGATIVE_INFINITY
  const to = filterTime(filter, 'endDate') ?? Number.POSITIVE_INFINITY
  const wanted = world.points.ofItem(item.id).filter((point) => point.time >= from && point.time <= to)
  return list(wanted.map((point) => pointView(vault, item, point, call.apiVersion)))
}

const RestoreBody = Type.Object({
  properties: Type.Object({
    objectType: Type.Literal('IaasVMRestoreRequest'),
    recoveryPointId: Type.Optional(Type.String()),
    recoveryType: Type.String(),
    sourceResourceId: Type.Optional(Type.String()),
    storageAccountId: Type.Optional(Type.String()),
    region: Type.Optional(Type.String()),
    targetResourceGroupId: Type.Optional(Type.String()),
    targetVirtualMachineId: Type.Optional(Type.String()),
    virtualNetworkId: Type.Optional(Type.String()),
    subnetId: Type.Optional(Type.String()),
    restoreDiskLunList: Type.Optional(Type.Array(Type.Integer({ minimum: 0 }))),
    zones: Type.Optional(Type.Array(Type.String())),
    createNewCloudService: Type.Optional(Type.Boolean()),
    originalStorageAccountOption: Type.Optional(Type.Boolean()),
    identityBasedRestoreDetails: Type.Optional(Type.Object({ targetStorageAccountId: Type.Optional(Type.String()) })),
  }),
})
type RestoreInput = Static<typeof RestoreBody>

const GROUP_ID = '/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/demo'
const RESTORE = {
  properties: {
    objectType: 'IaasVMRestoreRequest',
    recoveryType: 'RestoreDisks',
    sourceResourceId: `${GROUP_ID}/providers/Microsoft.Compute/virtualMachines/vm1`,
    targetResourceGroupId: GROUP_ID,
    storageAccountId: `${GROUP_ID}/providers/Microsoft.Storage/storageAccounts/demostore`,
    region: 'westeurope',
  },
}

function restore(world: World, call: Call<RestoreInput>): Reply {
  const { vault, item } = itemOf(world, call)
  const { objectType: _, identityBasedRestoreDetails, ...properties } = call.body.properties
  const account = properties.storageAccountId ?? identityBasedRestoreDetails?.targetStorageAccountId
  const operation = startRestore(world, vault, item, {
    ...properties,
    ...(account ? { storageAccountId: account } : {}),
    pointName: call.params.recoveryPointId ?? '',
    activityId: call.clientRequestId,
  })
  return accepted(call, itemUrls(call, itemPathOf(call), operation.key))
}

const missing = ['ResourceNotFound', 'BMSUserErrorDataSourceObjectNotFound', 'UserErrorRecoveryPointNotFound'] as const

/** Recovery points of an item, and the ways back. */
export const recoveryPointRoutes = [
  route({
    operation: 'RecoveryPoints.List',
    method: 'GET',
    path: `${ITEM}/recoveryPoints`,
    tag,
    summary: 'List the recovery points of an item, newest first',
    query: FilterQuery,
    responses: { 200: { description: '{ value: [...] }' } },
    errors: ['ResourceNotFound', 'BMSUserErrorDataSourceObjectNotFound', 'InvalidFilterInQueryString'],
    handle: listPoints,
  }),
  route({
    operation: 'RecoveryPoints.Get',
    method: 'GET',
    path: POINT,
    tag,
    summary: 'Get a recovery point',
    query: VersionQuery,
    responses: { 200: { description: 'The recovery point' } },
    errors: missing,
    handle: (world, call) => {
      const { vault, item } = itemOf(world, call)
      return ok(pointView(vault, item, getPoint(world, item, call.params.recoveryPointId ?? ''), call.apiVersion))
    },
  }),
  route({
    operation: 'Restores.Trigger',
    method: 'POST',
    path: `${POINT}/restore`,
    tag,
    summary: 'Restore disks, a new machine, or the machine in place',
    query: VersionQuery,
    body: RestoreBody,
    example: RESTORE,
    invalid: 'UserErrorInvalidRestoreRequest',
    responses: { 202: { description: 'Accepted; the operation id is the id of the job' } },
    errors: [
      ...missing,
      'UserErrorInvalidRestoreRequest',
      'UserErrorRestoreRegionMismatch',
      'UserErrorItemIsSoftDeleted',
      'UserErrorVmAlreadyExistWithSameName',
      'UserErrorVmNotShutDown',
      'UserErrorBCMRestoreStorageAccountNotFound',
    ],
    handle: restore,
  }),
] as const
