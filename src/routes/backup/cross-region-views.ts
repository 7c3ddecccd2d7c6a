import { contentType } from '../../arm/headers.js'
import { type Call, list, type Reply } from '../../arm/route.js'
import { dotNetTime, usTime } from '../../arm/times.js'
import { asksSecondary, SECONDARY_SHAPE } from '../../arm/versions.js'
import type { MachinePoint } from '../../domain/backup/recovery-points.js'
import { guidOf } from '../../domain/chance.js'
import type { Job } from '../../domain/jobs/jobs.js'
import type { Instant } from '../../domain/policies/schedule.js'
import type { ProtectedItem } from '../../domain/protection/protected-items.js'
import { regionOf } from '../../domain/regions.js'
import { replicatedItems, replicatedPoints, secondaryOf } from '../../domain/restore/cross-region.js'
import type { Vault } from '../../domain/vaults/vault.js'
import type { World } from '../../domain/world.js'
import { jobView } from './job-view.js'
import { itemView, pointView } from './views.js'
import { encryptionView, hasPrivateDisk, storageTypeOf } from './vm-point-parts.js'

/** The paired region answers in today's shape, whatever the version (golden crr-*). */
export const inSecondary = (reply: Reply): Reply => ({
  ...reply,
  headers: { ...reply.headers, 'content-type': contentType(SECONDARY_SHAPE) },
})

/** Whether a list is asked of the paired region: a vault that has none to ask answers itself. */
export const readsSecondary = (vault: Vault, call: Call) =>
  asksSecondary(call.apiVersion) && secondaryOf(vault) !== undefined

/** A machine as the paired region knows it: as new as its newest point there. */
const secondaryItemView = (world: World, vault: Vault, item: ProtectedItem, newest: MachinePoint) =>
  itemView(world, vault, { ...item, lastRecoveryPoint: newest.time }, SECONDARY_SHAPE, false)

/** A point as the paired region has it: the vault's tier alone, members in the recorded order (golden crr-recoveryPoints-list). */
function secondaryPointView(vault: Vault, item: ProtectedItem, point: MachinePoint, now: Instant) {
  const { machine } = point
  return {
    ...pointView(vault, item, point, SECONDARY_SHAPE, now),
    properties: {
      objectType: 'IaasVMRecoveryPoint',
      recoveryPointType: point.consistency,
      recoveryPointTime: dotNetTime(point.time),
      sourceVMStorageType: storageTypeOf(point),
      ...encryptionView(machine.keys, false),
      isInstantIlrSessionActive: false,
      recoveryPointTierDetails: [{ type: 'HardenedRP', status: 'Valid' }],
      crossRegionRestoreState: machine.unmanaged ? 'NotSupported' : 'Supported',
      isManagedVirtualMachine: !machine.unmanaged,
      virtualMachineSize: machine.vmSize,
      originalStorageAccountOption: false,
      osType: machine.osType,
      ...(machine.zones ? { zones: machine.zones } : {}),
      recoveryPointMoveReadinessInfo: { ArchivedRP: { isReadyForMove: false } },
      isPrivateAccessEnabledOnAnyDisk: hasPrivateDisk(point),
      createdWithPolicyType: point.policyType,
      threatStatus: 0,
    },
  }
}

/** The machines of a vault that the paired region knows of. */
export const secondaryItemList = (world: World, vault: Vault, isWanted: (item: ProtectedItem) => boolean): Reply =>
  inSecondary(
    list(
      replicatedItems(world, vault).flatMap(({ item, points: [newest] }) =>
        newest && isWanted(item) ? [secondaryItemView(world, vault, item, newest)] : [],
      ),
    ),
  )

/** The points of an item that the paired region has, newest first. */
export const secondaryPointList = (
  world: World,
  vault: Vault,
  item: ProtectedItem,
  isWanted: (point: MachinePoint) => boolean,
): Reply => {
  const wanted = replicatedPoints(world, item).filter(isWanted)
  return inSecondary(list(wanted.map((point) => secondaryPointView(vault, item, point, world.now))))
}

/** A job of a region: called after it, and else as every job. */
export const regionJobView = (vault: Vault, job: Job, detailed: boolean, now: Instant) => ({
  ...jobView(vault, job, SECONDARY_SHAPE, detailed, now),
  id: `/subscriptions/${vault.subscriptionId}/providers/Microsoft.RecoveryServices/locations/${job.region}/backupJobs/${job.id}`,
})

const XML_ESCAPES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' }
const xml = (text: string) => text.replace(/[&<>"]/g, (letter) => XML_ESCAPES[letter] ?? letter)

/** What the coordinator of the paired region reads of a point, in its own XML (golden crr-accessToken-post-200). */
function metadataOf(vault: Vault, item: ProtectedItem, point: MachinePoint): string {
  const { machine } = point
  const stamp = new Date(point.time)
    .toISOString()
    .replace(/[-:]|\..*/g, '')
    .replace('T', '_')
  const { group = '', name = '' } = item.collection ?? {}
  const nil = (member: string) => [member, undefined] as const
  const members: (readonly [name: string, value: string | undefined])[] = [
    ['MetadataVersion', 'V2015_09'],
    nil('ContainerType'),
    ['CreatedWithPolicyType', point.policyType],
    nil('ExtendedLocationName'),
    nil('ExtendedLocationType'),
    ['InstantRpGCId', [vault.subscriptionId, name, `AzureBackup_${stamp}`, group].join(';')],
    ['IsBlockBlobEnabled', 'true'],
    ['IsManagedVirtualMachine', String(!machine.unmanaged)],
    ['IsPrivateAccessEnabledOnAnyDisk', String(hasPrivateDisk(point))],
    ['OriginalSAOption', 'false'],
    ['OsType', machine.osType],
    nil('ReadMetadaFromConfigBlob'),
    ['RecoveryPointConsistencyType', point.consistency],
    nil('RpDiskDetails'),
    nil('SecurityType'),
    nil('SourceIaaSVMRPKeyAndSecret'),
    ['SourceIaaSVMStorageType', storageTypeOf(point)],
    ['VMSizeDescription', machine.vmSize],
  ]
  const inner = members
    .map(([member, value]) =>
      value === undefined ? `<${member} i:nil="true" />` : `<${member}>${xml(value)}</${member}>`,
    )
    .join('')
  return `<IaaSVMRecoveryPointMetadataBase xmlns:i="http://www.w3.org/2001/XMLSchema-instance" i:type="IaaSVMRecoveryPointMetadata_V2015_09" xmlns="http://windowscloudbackup.com/CloudCommon/V2011_09">${inner}</IaaSVMRecoveryPointMetadataBase>`
}

/** What comes with an access token, in the recorded order. The numbers are those that the service keeps of things. */
export function accessTokenView(vault: Vault, item: ProtectedItem, point: MachinePoint, token: string) {
  const { machine } = point
  const region = regionOf(vault.location)
  const host = (role: string) => `https://pod01-${role}.${region?.code}.backup.windowsazure.com`
  return {
    properties: {
      objectType: 'CrrAccessToken',
      accessTokenString: token,
      subscriptionId: vault.subscriptionId,
      resourceGroupName: vault.resourceGroup,
      resourceName: vault.name,
      resourceId: String(vault.number),
      protectionContainerId: 3_000_000 + item.id,
      recoveryPointId: point.name,
      recoveryPointTime: usTime(point.time),
      containerName: item.containerName,
      containerType: 'IaasVMContainer',
      backupManagementType: 'AzureIaasVM',
      datasourceType: 'VM',
      datasourceName: item.friendlyName.toLowerCase(),
      datasourceId: item.dataId,
      datasourceContainerName: item.containerName,
      coordinatorServiceStampUri: host('coord1'),
      protectionServiceStampId: guidOf(`stamp/${vault.location}`),
      protectionServiceStampUri: host('prot1-int'),
      tokenExtendedInformation: metadataOf(vault, item, point),
      rpTierInformation: { InstantRP: point.instantTier, HardenedRP: 'Valid' },
      rpOriginalSAOption: false,
      rpIsManagedVirtualMachine: !machine.unmanaged,
      rpVMSizeDescription: machine.vmSize,
      bMSActiveRegion: region?.displayName.replaceAll(' ', ''),
    },
  }
}
