import { ok } from '../../arm/route.js'
import { guardProxyRoutes } from '../data-protection/guard-proxy-routes.js'
import { VAULT } from '../scopes.js'
import { vaultOf } from './vaults.js'

/** The resource guard of a Recovery Services vault (golden resourceGuardProxy-put-200). */
export const resourceGuardProxyRoutes = guardProxyRoutes({
  operations: {
    list: 'ResourceGuardProxies.Get',
    get: 'ResourceGuardProxy.Get',
    put: 'ResourceGuardProxy.Put',
    unlock: 'ResourceGuardProxy.UnlockDelete',
    delete: 'ResourceGuardProxy.Delete',
  },
  vaultPath: VAULT,
  vaultOf,
  tag: 'Resource guard proxies',
  word: 'vault',
  view: (proxy) => proxy,
  deleted: ok({}),
})
