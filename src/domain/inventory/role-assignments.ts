import { Refusal } from '../errors.js'
import { keyOf, readGroupId, readResourceId, same } from '../names.js'
import type { Instant } from '../policies/schedule.js'
import type { World } from '../world.js'
import { findGroup, getGroup, getResource, meetGroup, meetSubscription, refuseWhileDeleting } from './inventory.js'
import { ROLE_NAMES, ROLES, type Role, type RoleName, scopesUpTo } from './roles.js'

export const ROLE_ASSIGNMENT_TYPE = 'Microsoft.Authorization/roleAssignments'
export const ROLE_DEFINITION_TYPE = 'Microsoft.Authorization/roleDefinitions'

/** Who has which role where. */
export interface RoleAssignment {
  /** The id in lower case. */
  key: string
  /** As created. */
  id: string
  /** A GUID. */
  name: string
  /** As it was written, without a slash at its end. */
  scope: string
  scopeKey: string
  /** Of the scope's subscription. */
  roleDefinitionId: string
  /** The GUID of the role, in lower case. */
  roleId: string
  principalId: string
  principalType: string
  description?: string
  condition?: string
  conditionVersion?: string
  createdAt: Instant
  changedAt: Instant
  /** The object id of who did it, where the token says. */
  createdBy?: string
}

/** A role as it is asked for by a name or an id. */
export type NamedRole = Role & { name: RoleName }

/** The roles that are known, by name. */
export const allRoles = (): NamedRole[] => ROLE_NAMES.map((name) => ({ name, ...ROLES[name] }))

const GUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i
const SUBSCRIPTION = /^\/subscriptions\/([^/]+)/i

/** The id of a role as it is known from a scope: roles belong to subscriptions, elsewhere to nobody. */
export const roleDefinitionId = (scope: string, roleId: string) =>
  `${SUBSCRIPTION.exec(scope)?.[0] ?? ''}/providers/${ROLE_DEFINITION_TYPE}/${roleId}`

/** @throws Refusal RoleDefinitionDoesNotExist */
export function getRole(roleId: string): NamedRole {
  const role = allRoles().find(({ id }) => same(id, roleId))
  if (role) return role
  throw new Refusal(
    'RoleDefinitionDoesNotExist',
    `The specified role definition with ID '${roleId}' does not exist. Recoverite knows ${ROLE_NAMES.join(', ')}.`,
  )
}

const assignmentId = (scope: string, name: string) => `${scope}/providers/${ROLE_ASSIGNMENT_TYPE}/${name}`

export const findAssignment = (world: World, scope: string, name: string): RoleAssignment | undefined =>
  world.roleAssignments.get(keyOf(assignmentId(scope, name)))

/** @throws Refusal RoleAssignmentNotFound */
export function getAssignment(world: World, scope: string, name: string): RoleAssignment {
  const assignment = findAssignment(world, scope, name)
  if (assignment) return assignment
  throw new Refusal('RoleAssignmentNotFound', `The role assignment '${name}' is not found at scope '${scope}'.`)
}

/** Who is to have which role, as a client sends it. */
export interface RoleAssignmentInput {
  roleDefinitionId: string
  principalId: string
  principalType?: string
  description?: string
  condition?: string
  conditionVersion?: string
}

/**
 * Gives a principal a role at a scope. The same once more changes its description and condition, nothing else.
 * @param by the object id of who does it
 * @returns the assignment, and whether it is new
 * @throws Refusal InvalidRoleAssignmentId, InvalidPrincipalId, InvalidRoleDefinitionId, RoleAssignmentExists,
 * RoleAssignmentUpdateNotPermitted, ResourceGroupBeingDeleted; in strict mode RoleDefinitionDoesNotExist and what there
 * is not at the scope
 */
export function assignRole(
  world: World,
  scope: string,
  name: string,
  input: RoleAssignmentInput,
  by?: string,
): { assignment: RoleAssignment; created: boolean } {
  if (!GUID.test(name))
    throw new Refusal('InvalidRoleAssignmentId', `The role assignment ID '${name}' is not valid. It must be a GUID.`)
  const { principalId } = input
  if (!GUID.test(principalId))
    throw new Refusal('InvalidPrincipalId', `'${principalId}' is not the id of a principal. It must be a GUID.`)
  const roleId = readRoleId(world, input.roleDefinitionId)
  meetScope(world, scope)
  const before = findAssignment(world, scope, name)
  const isSame = (other: RoleAssignment) => same(other.principalId, principalId) && other.roleId === roleId
  if (before && !isSame(before)) {
    throw new Refusal(
      'RoleAssignmentUpdateNotPermitted',
      `Role assignment '${name}' is there already: its principal, role and scope are not allowed to be updated. Delete it, or take a new GUID.`,
    )
  }
  const other = before ? undefined : world.roleAssignments.at([keyOf(scope)]).find(isSame)
  if (other) {
    throw new Refusal(
      'RoleAssignmentExists',
      `The role assignment already exists. The ID of the existing role assignment is ${other.name.replaceAll('-', '')}.`,
    )
  }
  const { description, condition, conditionVersion } = input
  const assignment: RoleAssignment = {
    key: keyOf(assignmentId(scope, name)),
    id: before?.id ?? assignmentId(scope, name),
    name: before?.name ?? name,
    scope: before?.scope ?? scope,
    scopeKey: keyOf(scope),
    roleDefinitionId: roleDefinitionId(scope, roleId),
    roleId,
    principalId,
    principalType: input.principalType ?? before?.principalType ?? 'ServicePrincipal',
    ...(description === undefined ? {} : { description }),
    ...(condition === undefined ? {} : { condition }),
    ...(conditionVersion === undefined ? {} : { conditionVersion }),
    createdAt: before?.createdAt ?? world.now,
    changedAt: world.now,
    ...(by === undefined ? {} : { createdBy: before?.createdBy ?? by }),
  }
  world.roleAssignments.put(assignment)
  return { assignment, created: !before }
}

/** The GUID of a role out of its id. In strict mode it has to be one that is known. */
function readRoleId(world: World, id: string): string {
  const roleId = (id.split('/').at(-1) ?? '').toLowerCase()
  if (!GUID.test(roleId)) {
    throw new Refusal(
      'InvalidRoleDefinitionId',
      `'${id}' is not the id of a role definition. It ends in /providers/${ROLE_DEFINITION_TYPE}/<GUID>.`,
    )
  }
  return world.strict ? getRole(roleId).id : roleId
}

/** Somebody may do something at a scope that there is: in lenient mode a subscription or a group comes to be by that. */
function meetScope(world: World, scope: string): void {
  const group = readGroupId(scope)
  const resource = readResourceId(scope)
  const [, subscriptionId] = SUBSCRIPTION.exec(scope) ?? []
  if (group) {
    refuseWhileDeleting(findGroup(world, group.subscriptionId, group.resourceGroup))
    if (world.strict) getGroup(world, group.subscriptionId, group.resourceGroup)
    else meetGroup(world, group.subscriptionId, group.resourceGroup)
  } else if (resource) {
    if (world.strict && !world.vaults.get(keyOf(scope))) getResource(world, resource)
  } else if (subscriptionId !== undefined && !world.strict) meetSubscription(world, subscriptionId)
}

/** Takes a role from somebody. @returns the assignment, if there was one */
export function removeAssignment(world: World, scope: string, name: string): RoleAssignment | undefined {
  const assignment = findAssignment(world, scope, name)
  if (assignment) world.roleAssignments.delete(assignment.key)
  return assignment
}

/** What goes takes along who may do something with it: what is made in its place has to be assigned anew. */
export function forgetAssignments(world: World, key: string): void {
  for (const assignment of [...world.roleAssignments.at([key]), ...world.roleAssignments.below(key)])
    world.roleAssignments.delete(assignment.key)
}

/**
 * The assignments that concern a scope: those at it, in what it is in, and, unless only these are asked for, in what is
 * in it.
 */
export function listAssignments(
  world: World,
  scope: string,
  { principalId, atScope }: { principalId?: string | undefined; atScope: boolean },
): RoleAssignment[] {
  const assignments = [
    ...world.roleAssignments.at(scopesUpTo(scope)),
    ...(atScope ? [] : world.roleAssignments.below(keyOf(scope))),
  ]
  return principalId === undefined
    ? assignments
    : assignments.filter((assignment) => same(assignment.principalId, principalId))
}
