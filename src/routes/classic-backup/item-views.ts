import { Type } from '@sinclair/typebox'
import { dotNetTime } from '../../arm/times.js'
import type { RecoveryPoint } from '../../domain/backup/recovery-points.js'
import { isStopped, type ProtectedItem, shownPolicy } from '../../domain/protection/protected-items.js'
import type { MachineRegistration } from '../../domain/protection/registered-machines.js'
import type { Vault } from '../../domain/vaults/vault.js'
import type { World } from '../../domain/world.js'
import { Exact, GUID_PATTERN, Thing } from './classic-route.js'

const ItemStatus = Type.Union([Type.Literal('Protected'), Type.Literal('Protecting'), Type.Literal('NotProtected')])
const Text = Type.Union([Type.String(), Type.Null()])

export const ItemView = Thing(
  Exact({
    friendlyName: Type.String(),
    itemType: Type.Literal('IaasVM'),
    status: ItemStatus,
    containerId: Type.String(),
  }),
)

export const ProtectedItemView = Thing(
  Exact({
    protectionStatus: Type.Union([
      Type.Literal('IRPending'),
      Type.Literal('Protected'),
      Type.Literal('ProtectionStopped'),
    ]),
    protectionPolicyId: Type.String(),
    policyInconsistent: Type.Literal(false),
    recoveryPointsCount: Type.Integer(),
    lastRecoveryPoint: Text,
    lastBackupTime: Text,
    lastBackupStatus: Type.Union([Type.Literal('Completed'), Type.Literal('Failed'), Type.Null()]),
    lastBackupJobId: Type.Union([Type.String({ pattern: GUID_PATTERN }), Type.Null()]),
    friendlyName: Type.String(),
    itemType: Type.Literal('IaasVM'),
    status: ItemStatus,
    containerId: Type.String(),
  }),
)

export const PointView = Thing(
  Exact({
    recoveryPointType: Type.Union([
      Type.Literal('AppConsistent'),
      Type.Literal('FileSystemConsistent'),
      Type.Literal('CrashConsistent'),
    ]),
    recoveryPointTime: Type.String(),
    recoveryPointAdditionalInfo: Type.Literal(''),
  }),
)

const registeredPath = (vault: Vault, name: string) => `${vault.id}/registeredContainers/${name}`

/** Whether a machine is protected; one whose protection has stopped can be protected again. */
export function itemStatus(item: ProtectedItem | undefined): 'Protected' | 'Protecting' | 'NotProtected' {
  if (!item || isStopped(item)) return 'NotProtected'
  return item.configuring ? 'Protecting' : 'Protected'
}

/** What both kinds of item end with. That an item is its own container is the service's own oddity (golden 26, 28). */
const tail = (friendlyName: string, status: ReturnType<typeof itemStatus>, id: string) => ({
  friendlyName,
  itemType: 'IaasVM',
  status,
  containerId: id,
})

/** What a registered machine could be protected as. */
export function itemView(vault: Vault, { name, friendlyName }: MachineRegistration, item: ProtectedItem | undefined) {
  const id = `${registeredPath(vault, name)}/items/${name}`
  return {
    properties: tail(friendlyName, itemStatus(item), id),
    id,
    name,
    type: `${vault.type}/registeredContainers/items`,
  }
}

/** The job of the backup that an item remembers as its last one. */
function lastBackupJob(world: World, { vaultKey, id, lastBackupTime }: ProtectedItem): string | null {
  if (lastBackupTime === undefined) return null
  const since = world.jobs.ofItemSince(vaultKey, id, lastBackupTime - 1)
  return since.find(({ operation, start }) => operation === 'Backup' && start === lastBackupTime)?.id ?? null
}

const timeOrNull = (instant: number | undefined) => (instant === undefined ? null : dotNetTime(instant))

/** A protected machine. Its policy's name hangs in a wrong place, as it did in the service until its end (golden 26). */
export function protectedItemView(world: World, vault: Vault, item: ProtectedItem) {
  const items = `${registeredPath(vault, item.containerName)}/protectedItems`
  const id = `${items}/${item.name}`
  return {
    properties: {
      protectionStatus: item.state,
      protectionPolicyId: `${items}/${shownPolicy(item)}`,
      policyInconsistent: false,
      recoveryPointsCount: world.points.count(item.id),
      lastRecoveryPoint: timeOrNull(item.lastRecoveryPoint),
      lastBackupTime: timeOrNull(item.lastBackupTime),
      lastBackupStatus: item.lastBackupStatus || null,
      lastBackupJobId: lastBackupJob(world, item),
      ...tail(item.friendlyName, itemStatus(item), id),
    },
    id,
    name: item.name,
    type: `${vault.type}/registeredContainers/protectedItems`,
  }
}

export const pointView = (vault: Vault, item: ProtectedItem, { name, consistency, time }: RecoveryPoint) => ({
  properties: {
    recoveryPointType: consistency,
    recoveryPointTime: dotNetTime(time),
    recoveryPointAdditionalInfo: '',
  },
  id: `${registeredPath(vault, item.containerName)}/protectedItems/${item.name}/recoveryPoints/${name}`,
  name,
  type: `${vault.type}/registeredContainers/protectedItems/recoveryPoints`,
})
