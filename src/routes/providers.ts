import type { Route } from '../arm/route.js'
import { alertSummaryRoutes } from './alerts-management/alert-summary.js'
import { alertRoutes } from './alerts-management/alerts.js'
import { roleAssignmentRoutes } from './authorization/role-assignments.js'
import { roleDefinitionRoutes } from './authorization/role-definitions.js'
import { archiveRoutes } from './backup/archive.js'
import { backupRoutes } from './backup/backups.js'
import { containerOperationRoutes } from './backup/container-operations.js'
import { containerRoutes } from './backup/containers.js'
import { crossRegionRoutes } from './backup/cross-region.js'
import { crossRegionJobRoutes } from './backup/cross-region-jobs.js'
import { intentRoutes } from './backup/intents.js'
import { itemLevelRecoveryRoutes } from './backup/item-level-recovery.js'
import { jobExportRoutes } from './backup/job-export.js'
import { jobRoutes } from './backup/jobs.js'
import { operationRoutes } from './backup/operations.js'
import { policyRoutes } from './backup/policies.js'
import { policyOperationRoutes } from './backup/policy-operations.js'
import { protectableItemRoutes } from './backup/protectable-items.js'
import { protectedItemRoutes } from './backup/protected-items.js'
import { recoveryPointRoutes } from './backup/recovery-points.js'
import { backupStatusRoutes } from './backup/status.js'
import { storageContainerRoutes } from './backup/storage-containers.js'
import { validateOperationRoutes } from './backup/validate-operation.js'
import { validationRoutes } from './backup/validation.js'
import { classicBackupRoutes } from './classic-backup/index.js'
import { powerRoutes } from './compute/power.js'
import { virtualMachineRoutes } from './compute/virtual-machines.js'
import { diskBackupRoutes } from './data-protection/backups.js'
import { diskCrossRegionRoutes } from './data-protection/cross-region.js'
import { deletedInstanceRoutes } from './data-protection/deleted-instances.js'
import { deletedBackupVaultRoutes } from './data-protection/deleted-vaults.js'
import { backupGuardProxyRoutes } from './data-protection/guard-proxies.js'
import { instanceActionRoutes } from './data-protection/instance-actions.js'
import { instanceRoutes } from './data-protection/instances.js'
import { diskJobExportRoutes } from './data-protection/job-export.js'
import { diskJobRoutes } from './data-protection/jobs.js'
import { backupOperationRoutes } from './data-protection/long-running.js'
import { backupRegionRoutes } from './data-protection/names.js'
import { dataProtectionOperationRoutes } from './data-protection/operations.js'
import { diskPolicyRoutes } from './data-protection/policies.js'
import { diskPointRoutes } from './data-protection/recovery-points.js'
import { resourceGuardRoutes } from './data-protection/resource-guards.js'
import { diskRestoreRoutes } from './data-protection/restores.js'
import { instanceValidationRoutes } from './data-protection/validation.js'
import { backupVaultRoutes } from './data-protection/vaults.js'
import { activityLogRoutes } from './insights/activity-log.js'
import { subnetRoutes } from './network/subnets.js'
import type { PublishedDataProtection } from './published-data-protection.js'
import type { PublishedOperation } from './published-operations.js'
import { backupEngineRoutes } from './recovery-services/backup-engines.js'
import { capabilityRoutes } from './recovery-services/capabilities.js'
import { credentialRoutes } from './recovery-services/credentials.js'
import { dataMoveRoutes } from './recovery-services/data-move.js'
import { deletedVaultRoutes } from './recovery-services/deleted-vaults.js'
import { extendedInfoRoutes } from './recovery-services/extended-info.js'
import { privateEndpointRoutes } from './recovery-services/private-endpoints.js'
import { privateLinkRoutes } from './recovery-services/private-links.js'
import { providerOperationRoutes } from './recovery-services/provider-operations.js'
import { replicationSettingsRoutes } from './recovery-services/replication-settings.js'
import { resourceGuardProxyRoutes } from './recovery-services/resource-guard-proxies.js'
import { securityPinRoutes } from './recovery-services/security-pin.js'
import { usageRoutes } from './recovery-services/usages.js'
import { vaultConfigurationRoutes } from './recovery-services/vault-configuration.js'
import { vaultEncryptionRoutes } from './recovery-services/vault-encryption.js'
import { vaultOperationRoutes } from './recovery-services/vault-operations.js'
import { vaultRoutes } from './recovery-services/vaults.js'
import { groupRoutes } from './resource-manager/groups.js'
import { moveRoutes } from './resource-manager/moves.js'
import { providerRoutes } from './resource-manager/providers.js'
import { resourceListRoutes } from './resource-manager/resource-lists.js'
import { resourceRoutes } from './resource-manager/resources.js'
import { subscriptionRoutes } from './resource-manager/subscriptions.js'
import { fileShareRoutes } from './storage/file-shares.js'

const recoveryServices = [
  ...vaultRoutes,
  ...vaultOperationRoutes,
  ...vaultConfigurationRoutes,
  ...deletedVaultRoutes,
  ...capabilityRoutes,
  ...privateLinkRoutes,
  ...privateEndpointRoutes,
  ...vaultEncryptionRoutes,
  ...extendedInfoRoutes,
  ...usageRoutes,
  ...securityPinRoutes,
  ...replicationSettingsRoutes,
  ...credentialRoutes,
  ...backupEngineRoutes,
  ...providerOperationRoutes,
  ...resourceGuardProxyRoutes,
  ...dataMoveRoutes,
] as const
const backup = [
  ...policyRoutes,
  ...policyOperationRoutes,
  ...containerRoutes,
  ...storageContainerRoutes,
  ...containerOperationRoutes,
  ...protectableItemRoutes,
  ...protectedItemRoutes,
  ...backupRoutes,
  ...backupStatusRoutes,
  ...validationRoutes,
  ...intentRoutes,
  ...operationRoutes,
  ...jobRoutes,
  ...jobExportRoutes,
  ...recoveryPointRoutes,
  ...crossRegionRoutes,
  ...crossRegionJobRoutes,
  ...archiveRoutes,
  ...itemLevelRecoveryRoutes,
  ...validateOperationRoutes,
] as const

const ofDataProtection = [
  ...backupVaultRoutes,
  ...backupOperationRoutes,
  ...deletedBackupVaultRoutes,
  ...backupRegionRoutes,
  ...diskPolicyRoutes,
  ...instanceRoutes,
  ...instanceActionRoutes,
  ...instanceValidationRoutes,
  ...deletedInstanceRoutes,
  ...diskBackupRoutes,
  ...diskJobRoutes,
  ...diskJobExportRoutes,
  ...diskPointRoutes,
  ...diskRestoreRoutes,
  ...diskCrossRegionRoutes,
  ...backupGuardProxyRoutes,
  ...resourceGuardRoutes,
] as const
const dataProtection = [...ofDataProtection, ...dataProtectionOperationRoutes(ofDataProtection)]

/** Operations that have a route. */
type Served = (typeof recoveryServices | typeof backup | typeof ofDataProtection)[number]['operation']

/** The compiler's word that every published operation is served: it asks here for each that isn't. */
export const FORGOTTEN = {} as const satisfies Record<
  Exclude<PublishedOperation | PublishedDataProtection, Served>,
  never
>

export interface Provider {
  /** Name of its OpenAPI document: `openapi/<name>.json`. */
  name: string
  title: string
  routes: readonly Route[]
}

/** Every provider: one OpenAPI document each. */
export const PROVIDERS: readonly Provider[] = [
  { name: 'recovery-services', title: 'Recovery Services vaults', routes: recoveryServices },
  { name: 'backup', title: 'Azure Backup', routes: backup },
  {
    name: 'resource-manager',
    title: 'Resource Manager',
    routes: [
      ...subscriptionRoutes,
      ...groupRoutes,
      ...providerRoutes,
      ...resourceListRoutes,
      ...resourceRoutes,
      ...moveRoutes,
      ...subnetRoutes,
    ],
  },
  { name: 'storage', title: 'File shares', routes: fileShareRoutes },
  { name: 'compute', title: 'Virtual machines', routes: [...virtualMachineRoutes, ...powerRoutes] },
  { name: 'data-protection', title: 'Backup vaults and resource guards', routes: dataProtection },
  { name: 'classic-backup', title: 'Classic backup vaults', routes: classicBackupRoutes },
  {
    name: 'authorization',
    title: 'Roles and their assignments',
    routes: [...roleDefinitionRoutes, ...roleAssignmentRoutes],
  },
  { name: 'alerts-management', title: 'Alerts', routes: [...alertRoutes, ...alertSummaryRoutes] },
  { name: 'insights', title: 'Activity log', routes: activityLogRoutes },
]

export const ALL_ROUTES: readonly Route[] = PROVIDERS.flatMap(({ routes }) => routes)
