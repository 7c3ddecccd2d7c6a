import { type Members, membersOf } from '../documents.js'
import { Refusal } from '../errors.js'
import { type ResourceId, same } from '../names.js'
import { regionOf } from '../regions.js'
import type { World } from '../world.js'
import { type Resource, TENANT_ID } from './inventory.js'
import { completeInterface, completeNetwork } from './networks.js'

export const DISK_TYPE = 'Microsoft.Compute/disks'
/** Servers outside Azure, for the agents; of no provider that Azure has. */
export const SERVER_TYPE = 'Recoverite.Inventory/servers'

/** Answers the members of a body that the service makes out of what was sent, `resource.body`, and what was before. */
type Completion = (world: World, resource: Resource, before: Members) => Members

/** Providers with routes of their own. */
const NOT_GENERIC = ['Microsoft.RecoveryServices', 'Microsoft.DataProtection', 'Microsoft.Backup']
/** What only a seed makes: az looks for every storage account among the classic ones first (client-az.md 4.6). */
const NEVER_MADE = ['Microsoft.ClassicStorage']

const isOneOf = (names: readonly string[], namespace: string) => names.some((name) => same(name, namespace))

/** Whether resources of a provider are like any others, to be read and, where asked for, to be written. */
export const isGeneric = (namespace: string, written: boolean) =>
  !isOneOf(NOT_GENERIC, namespace) && !(written && isOneOf(NEVER_MADE, namespace))

const NAMESPACE = /^[a-z][a-z0-9]*(\.[a-z][a-z0-9]*)+$/i

/** @throws Refusal InvalidResourceNamespace where it is not in the form of `Microsoft.Storage` */
export function checkNamespace(namespace: string): void {
  if (NAMESPACE.test(namespace)) return
  throw new Refusal('InvalidResourceNamespace', `The resource namespace '${namespace}' is invalid.`)
}

type NameRule = readonly [rule: RegExp, hint: string]

/** What ARM takes for the name of anything; a type can be narrower. */
const ANY_NAME: NameRule = [
  /^[^<>%&\\?/#;:\p{Cc}]{1,260}(?<![. ])$/u,
  "use at most 260 characters without <>%&\\?/#;: and no '.' or blank last",
]
const NAME_RULES: Record<string, NameRule> = {
  'microsoft.storage/storageaccounts': [/^[a-z0-9]{3,24}$/, 'use 3 to 24 lower-case letters and digits'],
  'microsoft.keyvault/vaults': [
    /^[a-z](?!.*--)[a-z0-9-]{1,22}[a-z0-9]$/i,
    'use 3 to 24 letters, digits and single hyphens, a letter first',
  ],
  'microsoft.compute/virtualmachines': [
    /^[\p{L}\p{N}.-][\p{L}\p{N}._-]{0,63}(?<![.-])$/u,
    "use at most 64 letters, digits, '.', '_' and '-', no '_' first and no '.' or '-' last",
  ],
}

/** @throws Refusal InvalidResourceName */
export function checkResourceName(id: ResourceId): void {
  const [rule, hint] = NAME_RULES[id.type.toLowerCase()] ?? ANY_NAME
  if (rule.test(id.name)) return
  throw new Refusal(
    'InvalidResourceName',
    `'${id.name}' is not a valid name for a resource of type ${id.type}: ${hint}.`,
  )
}

/** The tier that a SKU's name says: `Premium_LRS`, `StandardSSD_LRS`. */
function withTier(sku: Members, otherwise: string): Members {
  const name = typeof sku.name === 'string' && sku.name !== '' ? sku.name : otherwise
  return { ...sku, name, tier: /^(Premium|Ultra)/.exec(name)?.[0] ?? 'Standard' }
}

const iso = (instant: number) => new Date(instant).toISOString()

const SERVICES = ['dfs', 'web', 'blob', 'queue', 'table', 'file']

function completeStorageAccount(_world: World, { name, location, body, createdAt }: Resource): Members {
  const sku = withTier(membersOf(body.sku), 'Standard_RAGRS')
  const redundancy = String(sku.name)
  const endpoints = (host: string) =>
    Object.fromEntries(SERVICES.map((service) => [service, `https://${host}.${service}.core.windows.net/`]))
  const secondary = /GZ?RS$/.test(redundancy) ? regionOf(location)?.paired : undefined
  return {
    sku,
    kind: body.kind ?? 'StorageV2',
    properties: {
      minimumTlsVersion: 'TLS1_2',
      allowBlobPublicAccess: false,
      supportsHttpsTrafficOnly: true,
      accessTier: 'Hot',
      ...membersOf(body.properties),
      creationTime: iso(createdAt),
      primaryEndpoints: endpoints(name),
      primaryLocation: location,
      statusOfPrimary: 'available',
      ...(secondary ? { secondaryLocation: secondary, statusOfSecondary: 'available' } : {}),
      ...(secondary && redundancy.includes('_RA') ? { secondaryEndpoints: endpoints(`${name}-secondary`) } : {}),
    },
  }
}

function completeDisk(world: World, { name, body, createdAt }: Resource, before: Members): Members {
  const sent = membersOf(body.properties)
  const known = membersOf(before.properties)
  const creationData = { createOption: 'Empty', ...membersOf(sent.creationData ?? known.creationData) }
  const sizeGB = sent.diskSizeGB ?? known.diskSizeGB ?? (creationData.createOption === 'Empty' ? undefined : 127)
  if (typeof sizeGB !== 'number' || !Number.isInteger(sizeGB) || sizeGB < 1) {
    throw new Refusal(
      'InvalidParameter',
      `The value of parameter 'diskSizeGB' of disk '${name}' is invalid: an empty disk has a size in whole GB.`,
    )
  }
  if (typeof known.diskSizeGB === 'number' && sizeGB < known.diskSizeGB) {
    throw new Refusal(
      'OperationNotAllowed',
      `Disk '${name}' has ${known.diskSizeGB} GB and cannot be reduced to ${sizeGB} GB.`,
    )
  }
  return {
    managedBy: before.managedBy,
    sku: withTier(membersOf(body.sku ?? before.sku), 'Standard_LRS'),
    properties: {
      networkAccessPolicy: 'AllowAll',
      publicNetworkAccess: 'Enabled',
      encryption: { type: 'EncryptionAtRestWithPlatformKey' },
      ...sent,
      creationData,
      diskSizeGB: sizeGB,
      diskSizeBytes: sizeGB * 1024 ** 3,
      timeCreated: iso(createdAt),
      uniqueId: known.uniqueId ?? world.chance.guid(),
      diskState: before.managedBy ? 'Attached' : 'Unattached',
    },
  }
}

const completeKeyVault: Completion = (_world, { name, body }) => ({
  properties: {
    sku: { family: 'A', name: 'standard' },
    tenantId: TENANT_ID,
    accessPolicies: [],
    enableSoftDelete: true,
    softDeleteRetentionInDays: 90,
    ...membersOf(body.properties),
    vaultUri: `https://${name.toLowerCase()}.vault.azure.net/`,
  },
})

const completeUserIdentity: Completion = (world, _resource, before) => ({
  properties: {
    tenantId: TENANT_ID,
    principalId: membersOf(before.properties).principalId ?? world.chance.guid(),
    clientId: membersOf(before.properties).clientId ?? world.chance.guid(),
  },
})

const COMPLETIONS: Record<string, Completion> = {
  'microsoft.storage/storageaccounts': completeStorageAccount,
  'microsoft.compute/disks': completeDisk,
  'microsoft.network/virtualnetworks': (_world, resource, before) => ({
    properties: completeNetwork(resource, before),
  }),
  'microsoft.network/networkinterfaces': (_world, resource) => ({ properties: completeInterface(resource) }),
  'microsoft.keyvault/vaults': completeKeyVault,
  'microsoft.managedidentity/userassignedidentities': completeUserIdentity,
}

/** A resource's own identity: who it is to others stays the same as long as it has one. */
function completeIdentity(world: World, identity: unknown, before: unknown): Members {
  const sent = membersOf(identity)
  if (typeof sent.type !== 'string' || !/SystemAssigned/i.test(sent.type)) return {}
  const principalId = membersOf(before).principalId ?? world.chance.guid()
  return { identity: { ...sent, principalId, tenantId: TENANT_ID } }
}

/**
 * A resource's body with what the service adds to it: `properties.provisioningState` for all, and further members for
 * the types that clients of a backup look at (client-terraform.md 5).
 * @param resource with its body as it was sent
 * @param before the body so far; empty for a new resource
 * @throws Refusal InvalidParameter, InvalidRequestContent, OperationNotAllowed
 */
export function completeBody(world: World, resource: Resource, before: Members): Members {
  const added = COMPLETIONS[resource.type.toLowerCase()]?.(world, resource, before) ?? {}
  const properties = { ...membersOf(added.properties ?? resource.body.properties), provisioningState: 'Succeeded' }
  return { ...resource.body, ...added, ...completeIdentity(world, resource.body.identity, before.identity), properties }
}
