import { membersOf } from '../documents.js'
import { Refusal } from '../errors.js'
import { findGroup, refuseWhileDeleting } from '../inventory/inventory.js'
import { subnetsOf } from '../inventory/networks.js'
import { checkResourceName } from '../inventory/resource-types.js'
import { keyOf, type ResourceId, readResourceId, resourceId, same } from '../names.js'
import { sameRegion } from '../regions.js'
import type { World } from '../world.js'
import { badRestore } from './bad-restore.js'
import type { DiskAccess } from './machine-snapshots.js'
import type { RestoreNetwork, RestoreRequest, RestoreWork } from './restore-request.js'
import { zonesOf } from './restore-zones.js'
import { restoredDisks } from './restored-resources.js'

/**
 * Where everything goes that a restore brings back: what its job keeps.
 * @throws Refusal UserErrorInvalidRestoreRequest, UserErrorBCMRestoreStorageAccountNotFound, UserErrorRestoreRegionMismatch,
 * UserErrorRestoreTargetRGNotFound, ResourceGroupBeingDeleted, InvalidResourceName, UserErrorVmAlreadyExistWithSameName,
 * UserErrorRestoreNetworkNotFound
 */
export function targetsOf(world: World, request: RestoreRequest): RestoreWork {
  const { type, point, place, input, managed } = request
  const account = findAccount(world, request)
  const group = findTargetGroup(world, request)
  const machine = type === 'AlternateLocation' ? findTargetMachine(world, request) : undefined
  return {
    type,
    pointName: point.name,
    pointTime: point.time,
    ...place,
    ...group,
    ...account,
    network: machine ? findNetwork(world, request) : null,
    targetMachine: machine ? resourceId(machine) : null,
    luns: input.restoreDiskLunList ?? null,
    zones: zonesOf(request),
    managed,
    encryptionSet: findEncryptionSet(world, request),
    access: readAccess(world, request),
    sizeGB: restoredDisks(point, input.restoreDiskLunList).reduce((sum, disk) => sum + disk.sizeGB, 0),
  }
}

/**
 * What is wrong with a storage account for a restore, the first that applies
 * (backup-azure-arm-restore-vms.md, "Storage accounts"; backup-azure-vms-troubleshoot.md, "Restore").
 */
const UNFIT: readonly (readonly [
  why: string,
  when: (kind: string, sku: string, request: RestoreRequest) => boolean,
])[] = [
  ['it is for blobs or files alone', (kind) => /^(BlobStorage|BlockBlobStorage|FileStorage)$/i.test(kind)],
  ['it is zone-redundant', (_, sku) => /ZRS$/i.test(sku)],
  [
    'it is a premium account and the machine has none',
    (_, sku, { point }) => /^Premium/i.test(sku) && !point.machine.premium,
  ],
]

function findAccount(
  world: World,
  request: RestoreRequest,
): Pick<RestoreWork, 'account' | 'accountId' | 'accountKnown'> {
  const { input, place } = request
  const id = readResourceId(input.storageAccountId ?? '')
  if (!id) throw badRestore('a storageAccountId is needed, where the restore can stage its data.')
  const found = world.resources.get(keyOf(resourceId(id)))
  if (!found && world.strict) {
    throw new Refusal(
      'UserErrorBCMRestoreStorageAccountNotFound',
      `The storage account '${id.name}' was not found. Create it in ${place.region}, or name another.`,
    )
  }
  if (found && !sameRegion(found.location, place.region)) {
    const whose = place.crossRegion ? 'the paired region of the vault' : 'the region of the vault'
    throw new Refusal(
      'UserErrorRestoreRegionMismatch',
      `The storage account '${found.name}' is in ${found.location}, and the restore needs one in ${place.region}, ${whose}.`,
    )
  }
  const kind = String(found?.body.kind ?? '')
  const sku = String(membersOf(found?.body.sku).name ?? '')
  const unfit = UNFIT.find(([, when]) => when(kind, sku, request))
  if (unfit) throw badRestore(`the storage account '${id.name}' cannot stage a restore: ${unfit[0]}. Name another.`)
  return { account: id.name, accountId: resourceId(id), accountKnown: found !== undefined }
}

function findTargetGroup(
  world: World,
  { type, target, item, vault, input, place }: RestoreRequest,
): Pick<RestoreWork, 'subscriptionId' | 'targetGroup' | 'groupKnown'> {
  if (place.crossRegion && !input.targetResourceGroupId)
    throw badRestore('a cross-region restore needs a targetResourceGroupId.')
  const { subscriptionId, resourceGroup } =
    type === 'OriginalLocation' ? { subscriptionId: vault.subscriptionId, resourceGroup: item.resourceGroup } : target
  const group = findGroup(world, subscriptionId, resourceGroup)
  if (!group && world.strict) {
    throw new Refusal(
      'UserErrorRestoreTargetRGNotFound',
      `The target resource group '${resourceGroup}' was not found. Create it, or name another.`,
    )
  }
  refuseWhileDeleting(group)
  return { subscriptionId, targetGroup: resourceGroup, groupKnown: group !== undefined }
}

function findTargetMachine(world: World, { input, target }: RestoreRequest): ResourceId {
  const id = readResourceId(input.targetVirtualMachineId ?? '')
  if (!id || !same(id.type, 'Microsoft.Compute/virtualMachines')) {
    throw badRestore('AlternateLocation needs targetVirtualMachineId, the id of the virtual machine to make.')
  }
  if (!same(id.resourceGroup, target.resourceGroup) || !same(id.subscriptionId, target.subscriptionId)) {
    throw badRestore(
      `targetVirtualMachineId names resource group '${id.resourceGroup}' of subscription ${id.subscriptionId}, targetResourceGroupId '${target.resourceGroup}' of ${target.subscriptionId}.`,
    )
  }
  checkResourceName(id)
  if (world.resources.get(keyOf(resourceId(id)))) {
    throw new Refusal(
      'UserErrorVmAlreadyExistWithSameName',
      `There is a virtual machine '${id.name}' in resource group '${id.resourceGroup}' already. Name another, or delete it first.`,
    )
  }
  return id
}

function findNetwork(world: World, { input, place }: RestoreRequest): RestoreNetwork {
  const id = readResourceId(input.virtualNetworkId ?? '')
  const { subnetId = '' } = input
  if (!id || !same(id.type, 'Microsoft.Network/virtualNetworks'))
    throw badRestore('AlternateLocation needs virtualNetworkId, the id of the virtual network for the new machine.')
  const [network, subnet] = subnetId.split(/\/subnets\//i)
  if (!subnet || keyOf(network ?? '') !== keyOf(resourceId(id)))
    throw badRestore(`subnetId '${subnetId}' is not a subnet of the virtual network '${id.name}'.`)
  const found = world.resources.get(keyOf(resourceId(id)))
  if (found && !sameRegion(found.location, place.region))
    throw badRestore(`the virtual network '${found.name}' is in ${found.location}, not in ${place.region}.`)
  const there = found !== undefined && subnetsOf(found).some(({ name }) => same(name, subnet))
  if ((found ?? world.strict) && !there) {
    throw new Refusal(
      'UserErrorRestoreNetworkNotFound',
      found
        ? `The virtual network '${id.name}' has no subnet '${subnet}'. Select a subnet that exists.`
        : `The virtual network '${id.name}' was not found. Select one that exists in ${place.region}.`,
    )
  }
  return { id: resourceId(id), subnetId, known: there }
}

/** A resource of a type that a member names: where it is known it is in the region, in strict mode it is known. */
function findNamed(world: World, { place }: RestoreRequest, member: string, type: string, text: string): string {
  const id = readResourceId(text)
  if (!id || !same(id.type, type)) throw badRestore(`${member} '${text}' is not the id of a resource of type ${type}.`)
  const found = world.resources.get(keyOf(resourceId(id)))
  if (!found && world.strict) throw badRestore(`${member} '${text}' names nothing that there is.`)
  if (found && !sameRegion(found.location, place.region))
    throw badRestore(`${member} names a resource in ${found.location}, and the restore is in ${place.region}.`)
  return resourceId(id)
}

function findEncryptionSet(world: World, request: RestoreRequest): string | null {
  const { diskEncryptionSetId } = request.input
  if (!diskEncryptionSetId) return null
  if (!request.managed) throw badRestore('a diskEncryptionSetId is for managed disks. Name a target resource group.')
  return findNamed(world, request, 'diskEncryptionSetId', 'Microsoft.Compute/diskEncryptionSets', diskEncryptionSetId)
}

const ACCESS_OPTIONS = [
  'SameAsOnSourceDisks',
  'EnablePublicAccessForAllDisks',
  'EnablePrivateAccessForAllDisks',
] as const

/** How the restored disks will be reached (wire-vm-more.md 6.1); the rules are those that az has too. */
function readAccess(world: World, request: RestoreRequest): DiskAccess | null {
  const settings = request.input.targetDiskNetworkAccessSettings
  if (!settings) return null
  const { targetDiskNetworkAccessOption: given = '', targetDiskAccessId } = settings
  const option = ACCESS_OPTIONS.find((known) => same(known, given))
  if (!option)
    throw badRestore(`targetDiskNetworkAccessOption '${given}' is unknown. Use one of: ${ACCESS_OPTIONS.join(', ')}.`)
  if (option === 'EnablePrivateAccessForAllDisks') {
    if (!targetDiskAccessId) throw badRestore(`${option} needs targetDiskAccessId, the id of a disk access.`)
    const diskAccessId = findNamed(
      world,
      request,
      'targetDiskAccessId',
      'Microsoft.Compute/diskAccesses',
      targetDiskAccessId,
    )
    return { networkAccessPolicy: 'AllowPrivate', publicNetworkAccess: 'Disabled', diskAccessId }
  }
  if (targetDiskAccessId) throw badRestore(`targetDiskAccessId does not go with ${option}.`)
  if (option === 'EnablePublicAccessForAllDisks')
    return { networkAccessPolicy: 'AllowAll', publicNetworkAccess: 'Enabled' }
  if (request.place.crossRegion)
    throw badRestore(`${option} is not for another region: the disk accesses of the source are not there.`)
  return null
}
