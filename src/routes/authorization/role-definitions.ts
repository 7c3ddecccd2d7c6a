import { Type } from '@sinclair/typebox'
import { type Call, list, ok, type Reply, type Route, route } from '../../arm/route.js'
import { FilterQuery, VersionQuery } from '../../arm/shapes.js'
import {
  allRoles,
  getRole,
  type NamedRole,
  ROLE_DEFINITION_TYPE,
  roleDefinitionId,
} from '../../domain/inventory/role-assignments.js'
import { same } from '../../domain/names.js'
import { ROLE_SCOPES, type RoleScope, readRoleFilter, scopeOf } from './scopes.js'

const BUILT_IN = 'BuiltInRole'
/** Built-in roles have been there from the beginning. */
const EVER = '0001-01-01T08:00:00.0000000Z'

const Definition = Type.Object(
  { properties: Type.Object({}), id: Type.String(), type: Type.String(), name: Type.String() },
  { description: 'The role definition' },
)

const definitionView = (scope: string, role: NamedRole) => ({
  properties: {
    roleName: role.name,
    type: BUILT_IN,
    description: role.description,
    assignableScopes: ['/'],
    permissions: [
      {
        actions: role.actions,
        notActions: role.notActions ?? [],
        dataActions: role.dataActions ?? [],
        notDataActions: [],
      },
    ],
    createdOn: EVER,
    updatedOn: EVER,
    createdBy: null,
    updatedBy: null,
  },
  id: roleDefinitionId(scope, role.id),
  type: ROLE_DEFINITION_TYPE,
  name: role.id,
})

function listDefinitions(call: Call): Reply {
  const filter = readRoleFilter(call, ['roleName', 'type', 'atScope', 'atScopeAndBelow'])
  const roleName = filter.get('rolename')
  const type = filter.get('type')
  const roles = allRoles().filter(
    ({ name }) => (roleName === undefined || same(name, roleName)) && (type === undefined || same(type, BUILT_IN)),
  )
  return list(roles.map((role) => definitionView(scopeOf(call), role)))
}

/** What belongs to no subscription is asked for without any scope. */
const EVERYWHERE: RoleScope = { path: '', suffix: '', words: 'any scope' }

const definitionsAt = ({ path, suffix, words, examples }: RoleScope): Route[] => [
  route({
    operation: `RoleDefinitions.List${suffix}`,
    method: 'GET',
    path: `${path}/providers/Microsoft.Authorization/roleDefinitions`,
    tag: 'Role definitions',
    summary: `List the roles that can be assigned at ${words}`,
    description: "The roles that have to do with backups. $filter: roleName eq '…', type eq 'BuiltInRole'.",
    query: FilterQuery,
    ...(examples ? { pathExamples: examples } : {}),
    responses: { 200: { description: 'The roles: { value: [...] }' } },
    errors: ['InvalidFilterInQueryString'],
    handle: (_world, call) => listDefinitions(call),
  }),
  route({
    operation: `RoleDefinitions.Get${suffix}`,
    method: 'GET',
    path: `${path}/providers/Microsoft.Authorization/roleDefinitions/{roleDefinitionId}`,
    tag: 'Role definitions',
    summary: `Get a role that can be assigned at ${words}`,
    query: VersionQuery,
    ...(examples ? { pathExamples: examples } : {}),
    responses: { 200: { description: 'The role', schema: Definition } },
    errors: ['RoleDefinitionDoesNotExist'],
    handle: (_world, call) => ok(definitionView(scopeOf(call), getRole(call.params.roleDefinitionId ?? ''))),
  }),
]

/** The built-in roles, the same everywhere. */
export const roleDefinitionRoutes: readonly Route[] = [EVERYWHERE, ...ROLE_SCOPES].flatMap(definitionsAt)
