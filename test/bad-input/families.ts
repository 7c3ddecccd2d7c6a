import { instanceRows } from './backup-instances.js'
import { backupVaultRows } from './backup-vaults.js'
import { checkRows } from './checks.js'
import { classicRows } from './classic.js'
import { diskBackupRows } from './disk-backups.js'
import { diskPolicyRows } from './disk-policies.js'
import { fileRows } from './files.js'
import { fullPolicyRows } from './full-policies.js'
import { guardRows } from './guards.js'
import { itemRows } from './items.js'
import { jobRows } from './jobs.js'
import { policyRows } from './policies.js'
import { recoveryRows } from './recovery.js'
import { restoreRows } from './restores.js'
import type { Family } from './rows.js'
import type { Stage } from './stage.js'
import { vaultConfigurationRows } from './vault-configuration.js'
import { vaultExtrasRows } from './vault-extras.js'
import { vaultRows } from './vaults.js'

/** The rows of every family, each on a stage of its own. */
export const FAMILIES: Readonly<Record<string, (stage: Stage) => Family | Promise<Family>>> = {
  vaults: vaultRows,
  'vault configuration': vaultConfigurationRows,
  policies: policyRows,
  'policies that say all they can': fullPolicyRows,
  'protected items': itemRows,
  'jobs and discovery': jobRows,
  restores: restoreRows,
  'archive and file recovery': recoveryRows,
  'resource guards and data move': guardRows,
  'vault extras': vaultExtrasRows,
  'checks, intents and the paired region': checkRows,
  'Azure Files': fileRows,
  'classic vaults': classicRows,
  'Backup vaults': backupVaultRows,
  'policies of Backup vaults': diskPolicyRows,
  'backup instances': instanceRows,
  'backups and restores of disks': diskBackupRows,
}
