import { type Call, ok, page, type Reply, route } from '../../arm/route.js'
import { VersionQuery } from '../../arm/shapes.js'
import { Refusal } from '../../domain/errors.js'
import type { Subscription } from '../../domain/inventory/inventory.js'
import { same } from '../../domain/names.js'
import { REGIONS } from '../../domain/regions.js'
import type { World } from '../../domain/world.js'
import { SUBSCRIPTION } from '../scopes.js'
import { ListQuery, pageSize } from './listing.js'
import { subscriptionOf } from './subscriptions.js'

const PROVIDERS_PATH = `${SUBSCRIPTION}/providers`
const PROVIDER = `${PROVIDERS_PATH}/{resourceProviderNamespace}`

/** What a namespace has: versions, newest first, and the types that exist in regions; types that don't are marked. */
interface Namespace {
  name: string
  apiVersions: readonly string[]
  types: readonly string[]
  /** Types that belong to no region. */
  global?: readonly string[]
}

/** The namespaces that Recoverite serves. Any version is taken; these are the ones that clients choose from (client-az.md 0, client-terraform.md 4, 5). */
const NAMESPACES: readonly Namespace[] = [
  {
    name: 'Microsoft.RecoveryServices',
    apiVersions: [
      '2026-05-01',
      '2025-08-01',
      '2025-02-01',
      '2024-10-01',
      '2024-04-01',
      '2023-02-01',
      '2022-10-01',
      '2021-12-01',
      '2021-03-01',
      '2016-06-01',
    ],
    types: [
      'vaults',
      'locations',
      'locations/backupStatus',
      'locations/backupValidateFeatures',
      'locations/backupPreValidateProtection',
    ],
    global: ['operations', 'backupProtectedItems'],
  },
  {
    name: 'Microsoft.DataProtection',
    apiVersions: ['2026-03-01', '2025-07-01', '2024-04-01', '2023-11-01', '2022-12-01', '2021-07-01'],
    types: ['BackupVaults', 'ResourceGuards', 'locations', 'locations/checkFeatureSupport'],
    global: ['operations'],
  },
  { name: 'Microsoft.Backup', apiVersions: ['2015-03-15', '2014-09-01'], types: ['BackupVault'] },
  {
    name: 'Microsoft.Compute',
    apiVersions: ['2026-04-01', '2024-11-01', '2024-03-01', '2023-04-02', '2023-03-01', '2021-07-01', '2019-07-01'],
    types: [
      'virtualMachines',
      'disks',
      'snapshots',
      'availabilitySets',
      'restorePointCollections',
      'diskEncryptionSets',
      'images',
    ],
    global: ['operations'],
  },
  {
    name: 'Microsoft.Storage',
    apiVersions: ['2025-08-01', '2024-01-01', '2023-01-01', '2021-09-01', '2019-06-01', '2016-01-01'],
    types: ['storageAccounts', 'storageAccounts/fileServices', 'storageAccounts/fileServices/shares'],
    global: ['operations'],
  },
  {
    name: 'Microsoft.Network',
    apiVersions: ['2025-01-01', '2024-05-01', '2023-09-01', '2022-07-01', '2019-11-01'],
    types: ['virtualNetworks', 'networkInterfaces', 'networkSecurityGroups', 'publicIPAddresses', 'privateEndpoints'],
    global: ['operations', 'privateDnsZones'],
  },
  {
    name: 'Microsoft.Resources',
    apiVersions: ['2024-11-01', '2023-07-01', '2022-09-01', '2021-04-01', '2020-01-01'],
    types: [],
    global: ['subscriptions', 'resourceGroups', 'resources', 'providers', 'tenants', 'tags'],
  },
  {
    name: 'Microsoft.Authorization',
    apiVersions: ['2022-05-01-preview', '2022-04-01', '2020-05-01', '2018-01-01-preview'],
    types: [],
    global: ['roleAssignments', 'roleDefinitions', 'locks', 'operations'],
  },
  {
    name: 'Microsoft.AlertsManagement',
    apiVersions: ['2025-05-25-preview', '2023-07-12-preview', '2019-05-05-preview', '2018-05-05'],
    types: [],
    global: ['alerts', 'alertsSummary', 'alertsMetaData'],
  },
  {
    name: 'Microsoft.Insights',
    apiVersions: ['2015-04-01'],
    types: [],
    global: ['eventtypes', 'eventCategories'],
  },
  {
    name: 'Microsoft.KeyVault',
    apiVersions: ['2023-07-01', '2022-07-01', '2019-09-01'],
    types: ['vaults'],
    global: ['operations'],
  },
  {
    name: 'Microsoft.ManagedIdentity',
    apiVersions: ['2023-01-31', '2018-11-30'],
    types: ['userAssignedIdentities'],
    global: ['operations'],
  },
]

const LOCATIONS = REGIONS.map((region) => region.displayName)

const isRegistered = (subscription: Subscription, name: string) =>
  !subscription.unregistered?.includes(name.toLowerCase())

function providerView(subscription: Subscription, { name, apiVersions, types, global = [] }: Namespace) {
  const typeView = (resourceType: string, locations: string[]) => ({
    resourceType,
    locations,
    apiVersions,
    defaultApiVersion: apiVersions[0],
    capabilities:
      locations.length > 0
        ? 'CrossResourceGroupResourceMove, CrossSubscriptionResourceMove, SupportsTags, SupportsLocation'
        : 'None',
  })
  return {
    id: `/subscriptions/${subscription.id}/providers/${name}`,
    namespace: name,
    resourceTypes: [...types.map((type) => typeView(type, LOCATIONS)), ...global.map((type) => typeView(type, []))],
    registrationState: isRegistered(subscription, name) ? 'Registered' : 'Unregistered',
    registrationPolicy: 'RegistrationRequired',
  }
}

/** @throws Refusal InvalidResourceNamespace */
function namespaceOf(call: Call): Namespace {
  const asked = call.params.resourceProviderNamespace ?? ''
  const namespace = NAMESPACES.find(({ name }) => same(name, asked))
  if (namespace) return namespace
  throw new Refusal(
    'InvalidResourceNamespace',
    `The resource namespace '${asked}' is invalid. Recoverite serves ${NAMESPACES.map(({ name }) => name).join(', ')}.`,
  )
}

const get = (world: World, call: Call): Reply => ok(providerView(subscriptionOf(world, call), namespaceOf(call)))

/** A subscription keeps which providers it has unregistered: clients poll the provider until its state is as asked. */
function register(world: World, call: Call, registered: boolean): Reply {
  const namespace = namespaceOf(call)
  const { unregistered = [], ...subscription } = subscriptionOf(world, call)
  const name = namespace.name.toLowerCase()
  const others = unregistered.filter((other) => other !== name)
  const changed = { ...subscription, unregistered: registered ? others : [...others, name] }
  world.subscriptions.put(changed)
  return ok(providerView(changed, namespace))
}

const one = { 200: { description: 'The provider, with its resource types and their regions' } }

/** Resource providers and whether a subscription has registered them: all are, until somebody unregisters one. */
export const providerRoutes = [
  route({
    operation: 'Providers.List',
    method: 'GET',
    path: PROVIDERS_PATH,
    tag: 'Providers',
    summary: 'List the resource providers',
    query: ListQuery,
    responses: { 200: { description: 'The providers: { value: [...] }' } },
    errors: ['SubscriptionNotFound', 'InvalidParameter'],
    handle: (world, call) => {
      const subscription = subscriptionOf(world, call)
      const providers = NAMESPACES.map((namespace) => providerView(subscription, namespace))
      return page(call, providers, pageSize(call))
    },
  }),
  route({
    operation: 'Providers.Get',
    method: 'GET',
    path: PROVIDER,
    tag: 'Providers',
    summary: 'Get a resource provider',
    query: VersionQuery,
    responses: one,
    errors: ['InvalidResourceNamespace', 'SubscriptionNotFound'],
    handle: get,
  }),
  route({
    operation: 'Providers.Register',
    method: 'POST',
    path: `${PROVIDER}/register`,
    tag: 'Providers',
    summary: 'Register a resource provider',
    query: VersionQuery,
    responses: one,
    errors: ['InvalidResourceNamespace', 'SubscriptionNotFound'],
    handle: (world, call) => register(world, call, true),
  }),
  route({
    operation: 'Providers.Unregister',
    method: 'POST',
    path: `${PROVIDER}/unregister`,
    tag: 'Providers',
    summary: 'Unregister a resource provider',
    description:
      'Without Microsoft.Compute or Microsoft.Storage no managed disk is backed up or restored; nothing else fails because of it.',
    query: VersionQuery,
    responses: one,
    errors: ['InvalidResourceNamespace', 'SubscriptionNotFound'],
    handle: (world, call) => register(world, call, false),
  }),
] as const
