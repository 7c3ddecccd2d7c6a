import t from 'tap'
import { nameActivity } from '../../../src/domain/monitoring/activity-log.js'
import { ALL_ROUTES } from '../../../src/routes/providers.js'

const SUBSCRIPTION = '/subscriptions/{subscriptionId}'
const GROUP = `${SUBSCRIPTION}/resourceGroups/{resourceGroupName}`
const VAULTS = 'Microsoft.RecoveryServices/vaults'
const VAULT = `${GROUP}/providers/${VAULTS}/{vaultName}`
const ITEM = `${VAULT}/backupFabrics/{fabric}/protectionContainers/{container}/protectedItems/{item}`
const PARAMS = {
  subscriptionId: 's1',
  resourceGroupName: 'Group1',
  vaultName: 'v1',
  fabric: 'Azure',
  container: 'c;1',
  item: 'i;1',
  resourceProviderNamespace: 'Microsoft.Compute',
  resourceType: 'disks',
  resourceName: 'd1',
}
const vault = `/subscriptions/s1/resourceGroups/Group1/providers/${VAULTS}/v1`
const item = `${vault}/backupFabrics/Azure/protectionContainers/c;1/protectedItems/i;1`
const ITEMS = `${VAULTS}/backupFabrics/protectionContainers/protectedItems`

t.test('a request is named after the types of its path and what it does', async (t) => {
  for (const [method, path, operation, resourceId, resourceType] of [
    ['PUT', VAULT, `${VAULTS}/write`, vault, VAULTS],
    ['PATCH', VAULT, `${VAULTS}/write`, vault, VAULTS],
    ['DELETE', VAULT, `${VAULTS}/delete`, vault, VAULTS],
    ['PUT', ITEM, `${ITEMS}/write`, item, ITEMS],
    // As azure-rest-api-specs 11041 has it.
    ['POST', `${ITEM}/backup`, `${ITEMS}/backup/action`, item, ITEMS],
    [
      'PATCH',
      `${VAULT}/backupconfig/vaultconfig`,
      `${VAULTS}/backupconfig/write`,
      `${vault}/backupconfig/vaultconfig`,
      `${VAULTS}/backupconfig`,
    ],
    [
      'PUT',
      GROUP,
      'Microsoft.Resources/subscriptions/resourceGroups/write',
      '/subscriptions/s1/resourceGroups/Group1',
      'Microsoft.Resources/subscriptions/resourceGroups',
    ],
    [
      'POST',
      `${SUBSCRIPTION}/providers/{resourceProviderNamespace}/register`,
      'Microsoft.Compute/register/action',
      '/subscriptions/s1/providers/Microsoft.Compute',
      'Microsoft.Compute',
    ],
    [
      'PUT',
      `${GROUP}/providers/{resourceProviderNamespace}/{resourceType}/{resourceName}`,
      'Microsoft.Compute/disks/write',
      '/subscriptions/s1/resourceGroups/Group1/providers/Microsoft.Compute/disks/d1',
      'Microsoft.Compute/disks',
    ],
    [
      'POST',
      `${VAULT}/providers/Microsoft.AlertsManagement/alerts/{item}/changestate`,
      'Microsoft.AlertsManagement/alerts/changestate/action',
      `${vault}/providers/Microsoft.AlertsManagement/alerts/i;1`,
      'Microsoft.AlertsManagement/alerts',
    ],
  ] as const) {
    t.same(nameActivity(method, path, PARAMS), { operation, resourceId, resourceType }, `${method} ${path}`)
  }
})

t.test('whatever can be written has a name of that form', async (t) => {
  const writes = ALL_ROUTES.filter(({ method, readOnly }) => !['GET', 'HEAD'].includes(method) && !readOnly)
  for (const { method, path } of writes) {
    const { operation } = nameActivity(method, path, {})
    t.match(operation, /^(Microsoft\.\w+|\{\w+\})(\/[\w.{}]+)*\/(write|delete|action)$/, `${method} ${path}`)
  }
  t.ok(writes.length > 50, `${writes.length} writes`)
})
