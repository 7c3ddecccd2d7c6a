import { BACKUP_VAULT } from '../scopes.js'
import { guardProxyRoutes } from './guard-proxy-routes.js'
import { backupVaultOf } from './long-running.js'

/** The resource guard of a Backup vault. */
export const backupGuardProxyRoutes = guardProxyRoutes({
  operations: {
    list: 'ResourceGuardProxyBaseResources.DppResourceGuardProxyList',
    get: 'ResourceGuardProxyBaseResources.DppResourceGuardProxyGet',
    put: 'ResourceGuardProxyBaseResources.DppResourceGuardProxyCreateOrUpdate',
    unlock: 'ResourceGuardProxyBaseResources.DppResourceGuardProxyUnlockDelete',
    delete: 'ResourceGuardProxyBaseResources.DppResourceGuardProxyDelete',
  },
  vaultPath: BACKUP_VAULT,
  vaultOf: backupVaultOf,
  tag: 'Resource guards of Backup vaults',
  word: 'Backup vault',
  pathExamples: { backupResourceGuardProxyName: 'DppResourceGuardProxy' },
  // As everything of a Backup vault has it.
  view: ({ properties, ...named }) => ({ properties, ...named }),
  deleted: { status: 200 },
})
