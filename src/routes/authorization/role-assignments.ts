import { type Static, Type } from '@sinclair/typebox'
import { callerOf } from '../../arm/caller.js'
import { type Call, list, ok, type Reply, type Route, route } from '../../arm/route.js'
import { FilterQuery, VersionQuery } from '../../arm/shapes.js'
import { dotNetTime } from '../../arm/times.js'
import { membersOf, withoutNulls } from '../../domain/documents.js'
import {
  assignRole,
  getAssignment,
  listAssignments,
  ROLE_ASSIGNMENT_TYPE,
  type RoleAssignment,
  type RoleAssignmentInput,
  removeAssignment,
} from '../../domain/inventory/role-assignments.js'
import { ROLES } from '../../domain/inventory/roles.js'
import type { World } from '../../domain/world.js'
import { ROLE_SCOPES, type RoleScope, readRoleFilter, scopeOf } from './scopes.js'

const AssignmentBody = Type.Object({
  properties: Type.Object({
    roleDefinitionId: Type.String({ description: 'The full id of the role' }),
    principalId: Type.String({ description: 'Whose it is to be: of a Backup vault its identity.principalId' }),
    principalType: Type.Optional(Type.String()),
    description: Type.Optional(Type.String()),
    condition: Type.Optional(Type.String()),
    conditionVersion: Type.Optional(Type.String()),
  }),
})

const EXAMPLE = {
  properties: {
    roleDefinitionId: `/providers/Microsoft.Authorization/roleDefinitions/${ROLES['Disk Backup Reader'].id}`,
    principalId: '22222222-2222-2222-2222-222222222222',
    principalType: 'ServicePrincipal',
  },
}

const Assignment = Type.Object(
  { properties: Type.Object({}), id: Type.String(), type: Type.String(), name: Type.String() },
  { description: 'The role assignment' },
)

const assignmentView = (assignment: RoleAssignment) => ({
  properties: {
    roleDefinitionId: assignment.roleDefinitionId,
    principalId: assignment.principalId,
    principalType: assignment.principalType,
    scope: assignment.scope,
    condition: assignment.condition ?? null,
    conditionVersion: assignment.conditionVersion ?? null,
    createdOn: dotNetTime(assignment.createdAt),
    updatedOn: dotNetTime(assignment.changedAt),
    createdBy: assignment.createdBy ?? null,
    updatedBy: assignment.createdBy ?? null,
    delegatedManagedIdentityResourceId: null,
    description: assignment.description ?? null,
  },
  id: assignment.id,
  type: ROLE_ASSIGNMENT_TYPE,
  name: assignment.name,
})

/** The object id of who asks. */
const OBJECT_ID = 'http://schemas.microsoft.com/identity/claims/objectidentifier'
const objectIdOf = ({ authorization }: Call) => callerOf(authorization)?.claims[OBJECT_ID]

const nameOf = ({ params }: Call) => params.roleAssignmentName ?? ''

function put(world: World, call: Call<Static<typeof AssignmentBody>>): Reply {
  const input = membersOf(withoutNulls(call.body.properties)) as unknown as RoleAssignmentInput
  const { assignment, created } = assignRole(world, scopeOf(call), nameOf(call), input, objectIdOf(call))
  return { status: created ? 201 : 200, body: assignmentView(assignment) }
}

function remove(world: World, call: Call): Reply {
  const assignment = removeAssignment(world, scopeOf(call), nameOf(call))
  return assignment ? ok(assignmentView(assignment)) : { status: 204 }
}

function listAt(world: World, call: Call): Reply {
  const filter = readRoleFilter(call, ['atScope', 'principalId', 'assignedTo'])
  const principalId = filter.get('principalid') ?? filter.get('assignedto')
  const assignments = listAssignments(world, scopeOf(call), { principalId, atScope: filter.has('atscope') })
  return list(assignments.map(assignmentView))
}

const assignmentsAt = ({ path, suffix, words, examples }: RoleScope): Route[] => {
  const collection = `${path}/providers/Microsoft.Authorization/roleAssignments`
  const one = `${collection}/{roleAssignmentName}`
  const shared = { tag: 'Role assignments', ...(examples ? { pathExamples: examples } : {}) }
  return [
    route({
      ...shared,
      operation: `RoleAssignments.List${suffix}`,
      method: 'GET',
      path: collection,
      summary: `List who has which role at ${words}`,
      description:
        "Those at the scope, in what it is in and in what is in it. $filter: atScope(), principalId eq '…', assignedTo('…').",
      query: FilterQuery,
      responses: { 200: { description: 'The role assignments: { value: [...] }' } },
      errors: ['InvalidFilterInQueryString'],
      handle: listAt,
    }),
    route({
      ...shared,
      operation: `RoleAssignments.Create${suffix}`,
      method: 'PUT',
      path: one,
      summary: `Give somebody a role at ${words}`,
      description:
        'It holds at once. What the identity of a Backup vault may do is looked at; who asks may do everything.',
      query: VersionQuery,
      body: AssignmentBody,
      example: EXAMPLE,
      responses: {
        200: { description: 'It was there: its description and condition are as sent', schema: Assignment },
        201: { description: 'It is new', schema: Assignment },
      },
      errors: [
        'InvalidRequestContent',
        'InvalidRoleAssignmentId',
        'InvalidPrincipalId',
        'InvalidRoleDefinitionId',
        'RoleDefinitionDoesNotExist',
        'RoleAssignmentExists',
        'RoleAssignmentUpdateNotPermitted',
        'ResourceGroupBeingDeleted',
        'ResourceGroupNotFound',
        'ResourceNotFound',
      ],
      handle: put,
    }),
    route({
      ...shared,
      operation: `RoleAssignments.Get${suffix}`,
      method: 'GET',
      path: one,
      summary: `Get a role assignment at ${words}`,
      query: VersionQuery,
      responses: { 200: { description: 'The role assignment', schema: Assignment } },
      errors: ['RoleAssignmentNotFound'],
      handle: (world, call) => ok(assignmentView(getAssignment(world, scopeOf(call), nameOf(call)))),
    }),
    route({
      ...shared,
      operation: `RoleAssignments.Delete${suffix}`,
      method: 'DELETE',
      path: one,
      summary: `Take a role from somebody at ${words}`,
      query: VersionQuery,
      responses: {
        200: { description: 'The role assignment that was there', schema: Assignment },
        204: { description: 'There was none' },
      },
      errors: [],
      handle: remove,
    }),
  ]
}

/** Who has which role where. */
export const roleAssignmentRoutes: readonly Route[] = ROLE_SCOPES.flatMap(assignmentsAt)
