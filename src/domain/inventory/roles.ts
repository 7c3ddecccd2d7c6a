import { keyOf } from '../names.js'
import type { World } from '../world.js'
import type { RoleAssignment } from './role-assignments.js'

/** What a role allows: the well-known id that it has everywhere, and its actions. */
export interface Role {
  id: string
  description: string
  actions: readonly string[]
  notActions?: readonly string[]
  dataActions?: readonly string[]
  /** Where its actions are from. */
  source: string
}

const READ_AUTHORIZATION = 'Microsoft.Authorization/*/read'
const READ_GROUPS = 'Microsoft.Resources/subscriptions/resourceGroups/read'
const DEPLOY = [
  READ_AUTHORIZATION,
  'Microsoft.Resources/deployments/*',
  READ_GROUPS,
  'Microsoft.Support/*',
  'Microsoft.Insights/alertRules/*',
]
const BUILT_IN = 'built-in-roles.md'

/** The built-in roles that somebody who backs something up has to do with. */
export const ROLES = {
  'Disk Backup Reader': {
    id: '3e5e47e6-65f7-47ef-90b5-e5dd4d455f24',
    description: 'A backup vault may back up the disk.',
    actions: [READ_AUTHORIZATION, 'Microsoft.Compute/disks/read', 'Microsoft.Compute/disks/beginGetAccess/action'],
    source: 'wire-disk.md 4',
  },
  'Disk Snapshot Contributor': {
    id: '7efff54f-a5b4-42b5-a1c5-5411624893ce',
    description: 'A backup vault may keep snapshots of disks here.',
    actions: [
      READ_AUTHORIZATION,
      READ_GROUPS,
      'Microsoft.Compute/snapshots/delete',
      'Microsoft.Compute/snapshots/write',
      'Microsoft.Compute/snapshots/read',
      'Microsoft.Compute/snapshots/beginGetAccess/action',
      'Microsoft.Compute/snapshots/endGetAccess/action',
      'Microsoft.Compute/disks/beginGetAccess/action',
      'Microsoft.Storage/storageAccounts/listkeys/action',
      'Microsoft.Storage/storageAccounts/write',
      'Microsoft.Storage/storageAccounts/read',
      'Microsoft.Storage/storageAccounts/delete',
    ],
    source: 'wire-disk.md 4',
  },
  'Disk Restore Operator': {
    id: 'b50d9833-a0cb-478e-945f-707fcc997c13',
    description: 'A backup vault may restore disks to here.',
    actions: [READ_AUTHORIZATION, READ_GROUPS, 'Microsoft.Compute/disks/write', 'Microsoft.Compute/disks/read'],
    source: 'wire-disk.md 4',
  },
  Owner: {
    id: '8e3af657-a8ff-443c-a75c-2fe8c4bcb635',
    description: 'Everything, and to say who else may.',
    actions: ['*'],
    source: BUILT_IN,
  },
  Contributor: {
    id: 'b24988ac-6180-42a0-ab88-20f7382dd24c',
    description: 'Everything but to say who may.',
    actions: ['*'],
    notActions: [
      'Microsoft.Authorization/*/Delete',
      'Microsoft.Authorization/*/Write',
      'Microsoft.Authorization/elevateAccess/Action',
    ],
    source: BUILT_IN,
  },
  Reader: {
    id: 'acdd72a7-3385-48ef-bd42-f606fba81ae7',
    description: 'To see everything.',
    actions: ['*/read'],
    source: BUILT_IN,
  },
  'User Access Administrator': {
    id: '18d7d88d-d35e-4fb5-a5c3-7773c20a72d9',
    description: 'To see everything, and to say who may.',
    actions: ['*/read', 'Microsoft.Authorization/*', 'Microsoft.Support/*'],
    source: BUILT_IN,
  },
  'Backup Contributor': {
    id: '5e467623-bb1f-42f4-a55d-6e525e11384b',
    description: 'All of Backup but the deletion of vaults and the access to them.',
    actions: [...DEPLOY, 'Microsoft.RecoveryServices/Vaults/*', 'Microsoft.DataProtection/*'],
    source: `${BUILT_IN}, in outline`,
  },
  'Backup Operator': {
    id: '00c29273-979b-4161-815c-10b084fb9324',
    description: 'All of Backup but to take it away and to make vaults.',
    actions: [
      ...DEPLOY,
      'Microsoft.RecoveryServices/Vaults/*/read',
      'Microsoft.RecoveryServices/Vaults/backupFabrics/*',
      'Microsoft.DataProtection/*/read',
      'Microsoft.DataProtection/backupVaults/backupInstances/*',
    ],
    source: `${BUILT_IN}, in outline`,
  },
  'Backup Reader': {
    id: 'a795c7a0-d4a2-40c1-ae25-d81f01202912',
    description: 'To see all of Backup.',
    actions: [
      READ_AUTHORIZATION,
      READ_GROUPS,
      'Microsoft.RecoveryServices/Vaults/*/read',
      'Microsoft.DataProtection/*/read',
    ],
    source: `${BUILT_IN}, in outline`,
  },
  'Virtual Machine Contributor': {
    id: '9980e02c-c2be-4d73-94e8-173b1dc7cf3c',
    description: 'To manage machines, but not the access to them.',
    actions: [...DEPLOY, 'Microsoft.Compute/virtualMachines/*', 'Microsoft.Compute/disks/*'],
    source: `${BUILT_IN}, in outline`,
  },
  'Storage Account Backup Contributor': {
    id: 'e5e2a7ff-d759-4cd2-bb51-3152d37e2eb1',
    description: 'A vault may back up the storage account.',
    actions: [
      READ_AUTHORIZATION,
      'Microsoft.Authorization/locks/read',
      'Microsoft.Authorization/locks/write',
      'Microsoft.Authorization/locks/delete',
      READ_GROUPS,
      'Microsoft.Storage/storageAccounts/*/read',
      'Microsoft.Storage/storageAccounts/read',
    ],
    source: `${BUILT_IN}, in outline`,
  },
  'Key Vault Crypto Service Encryption User': {
    id: 'e147488a-f6f5-4113-8e2d-b22465e65bf6',
    description: 'To read keys and wrap others with them.',
    actions: [],
    dataActions: [
      'Microsoft.KeyVault/vaults/keys/read',
      'Microsoft.KeyVault/vaults/keys/wrap/action',
      'Microsoft.KeyVault/vaults/keys/unwrap/action',
    ],
    source: BUILT_IN,
  },
} as const satisfies Record<string, Role>

export type RoleName = keyof typeof ROLES
export const ROLE_NAMES = Object.keys(ROLES) as RoleName[]

/**
 * The keys of a scope and of all that it is in, the nearest last: everything (''), a subscription, a group, a resource,
 * its parts.
 */
export function scopesUpTo(scope: string): string[] {
  const steps = keyOf(scope).split('/').filter(Boolean)
  const scopes = ['']
  for (let at = 0; at < steps.length; ) {
    // The first name in a provider's namespace is that of a resource: /providers/<namespace>/<type>/<name>.
    at += steps[at] === 'providers' ? 4 : 2
    scopes.push(`/${steps.slice(0, at).join('/')}`)
  }
  return scopes
}

/** The assignments that a principal has at a scope, be it there or above it. */
const assignedTo = (world: World, principalId: string, scope: string): RoleAssignment[] =>
  world.roleAssignments.ofPrincipal(principalId, scopesUpTo(scope))

/**
 * Whether a principal has a role at a scope: assigned there or above it. Another role doesn't count, however much it
 * allows: Owner and Contributor are none of the vault's (domain.md 9).
 * @param scope the id of a resource, a group or a subscription, in any casing
 */
export const hasRole = (world: World, principalId: string, role: RoleName, scope: string): boolean =>
  assignedTo(world, principalId, scope).some(({ roleId }) => roleId === ROLES[role].id)

/** Whether a principal has any role at all at a scope. */
export const hasAnyRole = (world: World, principalId: string, scope: string): boolean =>
  assignedTo(world, principalId, scope).length > 0
