import { matches, readFilter } from '../../arm/filter.js'
import type { Call, Reply } from '../../arm/route.js'
import type { World } from '../../domain/world.js'
import { CLASSIC_VAULT } from '../scopes.js'
import { classicRoute, classicVaultOf, List, listOf } from './classic-route.js'
import { ItemView, itemStatus, itemView } from './item-views.js'

const KINDS = ['type', 'itemType']

/** The machines that are properly registered (SEED-18), protected ones too. */
function list(world: World, call: Call): Reply {
  const vault = classicVaultOf(world, call)
  const filter = readFilter(call.query.$filter, ['status', 'friendlyName', ...KINDS])
  if (!KINDS.every((name) => matches(filter, name, 'IaasVM'))) return listOf([])
  const registered = world.registrations.ofVault(vault.key).filter(({ state }) => state === 'Registered')
  return listOf(
    registered.flatMap((registration) => {
      const item = world.items.find(vault.key, registration.name)
      const fits =
        matches(filter, 'status', itemStatus(item)) && matches(filter, 'friendlyName', registration.friendlyName)
      return fits ? [itemView(vault, registration, item)] : []
    }),
  )
}

/** What can be protected. */
export const classicItemRoutes = [
  classicRoute({
    operation: 'ClassicItems.List',
    of: 'machine',
    method: 'GET',
    path: `${CLASSIC_VAULT}/items`,
    tag: 'Classic items',
    summary: 'List the registered machines, protected or not',
    description: "Filters: `status eq 'NotProtected'`, `type eq 'IaasVM'`.",
    filtered: true,
    responses: { 200: { description: 'The items', schema: List(ItemView) } },
    handle: list,
  }),
] as const
