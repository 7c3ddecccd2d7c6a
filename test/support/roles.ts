import assert from 'node:assert/strict'
import { ROLES, type RoleName } from '../../src/domain/inventory/roles.js'
import type { Answer, TestEmulator } from './emulator.js'

const VERSION = 'api-version=2022-04-01'

/** A GUID of its own for who has which role where. */
function nameOf(text: string): string {
  let number = 0
  for (const letter of text.toLowerCase()) number = (number * 31 + letter.charCodeAt(0)) % 0xffffffff
  return `aaaaaaaa-0000-4000-8000-${number.toString(16).padStart(12, '0')}`
}

const pathOf = (principalId: string, role: RoleName, scope: string) =>
  `${scope}/providers/Microsoft.Authorization/roleAssignments/${nameOf(`${principalId} ${role} ${scope}`)}?${VERSION}`

/** The request that gives a principal a role at a scope. */
export const roleRequest = (principalId: string, role: RoleName, scope: string) => ({
  path: pathOf(principalId, role, scope),
  body: {
    properties: {
      roleDefinitionId: `/providers/Microsoft.Authorization/roleDefinitions/${ROLES[role].id}`,
      principalId,
      principalType: 'ServicePrincipal',
    },
  },
})

export function tryGiveRole(
  { call }: Pick<TestEmulator, 'call'>,
  principalId: string,
  role: RoleName,
  scope: string,
): Promise<Answer> {
  const { path, body } = roleRequest(principalId, role, scope)
  return call('PUT', path, body)
}

export const tryTakeRole = (
  { call }: Pick<TestEmulator, 'call'>,
  principalId: string,
  role: RoleName,
  scope: string,
): Promise<Answer> => call('DELETE', pathOf(principalId, role, scope))

/** Gives a principal a role at a scope. */
export async function giveRole(
  world: Pick<TestEmulator, 'call'>,
  principalId: string,
  role: RoleName,
  scope: string,
): Promise<Answer> {
  const answer = await tryGiveRole(world, principalId, role, scope)
  assert.ok([200, 201].includes(answer.status), JSON.stringify(answer.body))
  return answer
}

/** Takes from a principal a role that `giveRole` gave it. */
export async function takeRole(
  world: Pick<TestEmulator, 'call'>,
  principalId: string,
  role: RoleName,
  scope: string,
): Promise<void> {
  assert.equal((await tryTakeRole(world, principalId, role, scope)).status, 200)
}
