import t from 'tap'
import { ROLE_NAMES, ROLES, scopesUpTo } from '../../../src/domain/inventory/roles.js'

t.test('what a scope is in', async (t) => {
  t.same(scopesUpTo(''), [''])
  t.same(scopesUpTo('/subscriptions/S1/'), ['', '/subscriptions/s1'])
  const disk = '/subscriptions/s1/resourceGroups/Apps/providers/Microsoft.Compute/disks/d1'
  t.same(scopesUpTo(disk), ['', '/subscriptions/s1', '/subscriptions/s1/resourcegroups/apps', disk.toLowerCase()])
  t.same(scopesUpTo(`${disk}/parts/one/inner/two`).slice(-2), [
    `${disk}/parts/one`.toLowerCase(),
    `${disk}/parts/one/inner/two`.toLowerCase(),
  ])
  t.equal(scopesUpTo('/subscriptions/s1/resourceGroups/Appsx').includes('/subscriptions/s1/resourcegroups/apps'), false)
})

t.test('every role has an id of its own, as lookups want it', async (t) => {
  const ids = ROLE_NAMES.map((name) => ROLES[name].id)
  t.equal(new Set(ids).size, ids.length)
  for (const id of ids) t.match(id, /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/)
})
