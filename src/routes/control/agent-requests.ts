import { Type } from '@sinclair/typebox'
import { Refusal } from '../../domain/errors.js'
import { FIRST_SUBSCRIPTION } from '../../domain/inventory/inventory.js'
import { readResourceId } from '../../domain/names.js'
import { POLICY_RANGES } from '../../domain/policies/policy-ranges.js'
import { askVault } from '../../domain/vaults/agent-requests.js'
import {
  AGENT_REQUEST_NAMES,
  AGENT_RULES,
  type AgentRequestName,
  FREQUENCIES,
  RETENTION_UNITS,
} from '../../domain/vaults/agent-rules.js'
import { AGENT_NAMES, type AgentFrequency, type RegisteredServer } from '../../domain/vaults/registered-servers.js'
import { getVault, type Vault, vaultTypeOf } from '../../domain/vaults/vault.js'
import type { World } from '../../domain/world.js'
import type { Scheduler } from '../../scheduler/scheduler.js'
import { type ControlScope, described, InstantShape, isoInstant, oneOf, readShape, refusals } from './shapes.js'

const { min, max } = POLICY_RANGES.retentionCount
const RetentionShape = Type.Object(
  {
    days: Type.Optional(Type.Integer({ minimum: min, maximum: max })),
    weeks: Type.Optional(Type.Integer({ minimum: min, maximum: max })),
    months: Type.Optional(Type.Integer({ minimum: min, maximum: max })),
    years: Type.Optional(Type.Integer({ minimum: min, maximum: max })),
  },
  {
    additionalProperties: false,
    minProperties: 1,
    description: `How long daily, weekly, monthly and yearly points are kept: at least one of ${RETENTION_UNITS.join(', ')}`,
  },
)

const PolicyShape = Type.Object(
  {
    frequency: oneOf(Object.keys(FREQUENCIES) as AgentFrequency[]),
    schedulesPerDay: Type.Integer({ minimum: 1, description: 'Backups on a day that has any' }),
    retention: RetentionShape,
  },
  { additionalProperties: false },
)

const EXAMPLE_VAULT = `/subscriptions/${FIRST_SUBSCRIPTION}/resourceGroups/demo/providers/Microsoft.RecoveryServices/vaults/demo-vault`
const vault = Type.String({ description: 'The full ARM id of the vault that the server is registered with' })
const securityPin = Type.Optional(Type.String({ description: 'What backupSecurityPIN of the vault gave out' }))
const passphrase = Type.String({ description: 'The new one; it is not kept' })

/** What each request takes. */
const SHAPES = {
  changePolicy: Type.Object(
    { vault, request: Type.Literal('changePolicy'), policy: PolicyShape, securityPin },
    { additionalProperties: false },
  ),
  deleteData: Type.Object({ vault, request: Type.Literal('deleteData'), securityPin }, { additionalProperties: false }),
  changePassphrase: Type.Object(
    { vault, request: Type.Literal('changePassphrase'), passphrase, securityPin },
    { additionalProperties: false },
  ),
} as const satisfies Record<AgentRequestName, unknown>

const RequestBody = Type.Object(
  {
    vault,
    request: oneOf(AGENT_REQUEST_NAMES),
    policy: Type.Optional(PolicyShape),
    passphrase: Type.Optional(passphrase),
    securityPin,
  },
  {
    additionalProperties: false,
    description: 'policy is of changePolicy alone, passphrase of changePassphrase',
    examples: [
      {
        vault: EXAMPLE_VAULT,
        request: 'changePolicy',
        policy: { frequency: 'Daily', schedulesPerDay: 2, retention: { days: 30, weeks: 12 } },
      },
      { vault: EXAMPLE_VAULT, request: 'deleteData', securityPin: '123456' },
    ],
  },
)

const OrNull = { description: 'null where there is none' }
const ServerAnswer = Type.Object(
  {
    server: Type.String(),
    vault: Type.String(),
    agent: oneOf(AGENT_NAMES),
    policy: Type.Union([PolicyShape, Type.Null()], OrNull),
    passphraseSince: Type.Union([InstantShape, Type.Null()], OrNull),
    deletedData: Type.Union([Type.Object({ at: InstantShape, keptUntil: InstantShape }), Type.Null()], OrNull),
  },
  { description: 'What the vault knows of the server now' },
)

/** @throws Refusal InvalidControlRequest for what is no id of a vault, ResourceNotFound */
function vaultOf(world: World, id: string): Vault {
  const read = readResourceId(id)
  const type = read && vaultTypeOf(read.type)
  if (!read || !type) throw new Refusal('InvalidControlRequest', `vault is '${id}': give the full ARM id of a vault.`)
  return getVault(world, read.subscriptionId, read.resourceGroup, read.name, type)
}

const serverView = (
  { id }: Vault,
  { name, agent, policy, passphraseSince, deletedData }: RegisteredServer,
): typeof ServerAnswer.static => ({
  server: name,
  vault: id,
  agent,
  policy: policy ?? null,
  passphraseSince: passphraseSince === undefined ? null : isoInstant(passphraseSince),
  deletedData: deletedData ? { at: isoInstant(deletedData.at), keptUntil: isoInstant(deletedData.keptUntil) } : null,
})

/** What the agents of registered servers ask of their vaults, which no ARM call does (domain.md 8.5). */
export function registerAgentRequests(scope: ControlScope, { scheduler }: { scheduler: Scheduler }): void {
  scope.post(
    '/_recoverite/servers/:name/requests',
    described(
      'Recoverite.Servers.Ask',
      'Ask as the agent of a server',
      'What the agent of a registered server asks of its vault: another policy, the deletion of its data, another passphrase. Its version is the condition agentVersion of the server. A refusal has the number that the agent shows as its code, and changes nothing.',
      {
        params: Type.Object({ name: Type.String({ description: 'The host name of the server' }) }),
        body: RequestBody,
        response: {
          200: ServerAnswer,
          ...refusals(
            ...['InvalidControlRequest' as const, ...new Set(AGENT_RULES.map(({ code }) => code))],
            ...(['ResourceNotFound', 'BMSUserErrorContainerObjectNotFound'] as const),
          ),
        },
      },
    ),
    async (request) => {
      const asked = readShape(SHAPES[request.body.request], request.body)
      return scheduler.transact((world) => {
        const vault = vaultOf(world, asked.vault)
        return serverView(vault, askVault(world, vault, request.params.name, asked))
      })
    },
  )
}
