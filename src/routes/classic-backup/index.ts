import { classicAgentRoutes } from './agents.js'
import { classicCertificateRoutes } from './certificates.js'
import { classicContainerRoutes } from './containers.js'
import { classicItemRoutes } from './items.js'
import { classicJobRoutes } from './jobs.js'
import { classicOperationRoutes } from './operations.js'
import { classicPolicyRoutes } from './policies.js'
import { classicProtectedItemRoutes } from './protected-items.js'
import { classicRecoveryPointRoutes } from './recovery-points.js'
import { classicStorageConfigRoutes } from './storage-config.js'
import { classicVaultRoutes } from './vaults.js'

/** `Microsoft.Backup/BackupVault`, all of it (wire-classic.md 2); its lists of vaults are ARM's. */
export const classicBackupRoutes = [
  ...classicVaultRoutes,
  ...classicStorageConfigRoutes,
  ...classicCertificateRoutes,
  ...classicContainerRoutes,
  ...classicItemRoutes,
  ...classicProtectedItemRoutes,
  ...classicRecoveryPointRoutes,
  ...classicPolicyRoutes,
  ...classicJobRoutes,
  ...classicOperationRoutes,
  ...classicAgentRoutes,
] as const
