import { type Static, Type } from '@sinclair/typebox'
import { accepted } from '../../arm/long-running.js'
import { type Call, type Reply, route } from '../../arm/route.js'
import { VersionQuery } from '../../arm/shapes.js'
import { moveResources, validateMove } from '../../domain/inventory/resource-moves.js'
import { groupId } from '../../domain/names.js'
import type { Operation } from '../../domain/operations.js'
import type { World } from '../../domain/world.js'
import { GROUP } from '../scopes.js'
import { operationUrl } from './subscriptions.js'

const MoveBody = Type.Object({ resources: Type.Array(Type.String()), targetResourceGroup: Type.String() })
type MoveInput = Static<typeof MoveBody>

const SUBSCRIPTION_ID = '00000000-0000-0000-0000-000000000001'
const EXAMPLE = {
  resources: [`${groupId(SUBSCRIPTION_ID, 'demo')}/providers/Microsoft.Storage/storageAccounts/demostore`],
  targetResourceGroup: groupId(SUBSCRIPTION_ID, 'demo-moved'),
}

type Start = (world: World, source: { subscriptionId: string; resourceGroup: string }, input: MoveInput) => Operation

const starts =
  (start: Start) =>
  (world: World, call: Call<MoveInput>): Reply => {
    const { subscriptionId = '', resourceGroupName: resourceGroup = '' } = call.params
    const { key } = start(world, { subscriptionId, resourceGroup }, call.body)
    return accepted(call, { result: operationUrl(call, `/subscriptions/${subscriptionId}/operationresults/${key}`) })
  }

const tag = 'Resources'

/** Moving resources to another group or subscription. */
export const moveRoutes = [
  route({
    operation: 'Resources.MoveResources',
    method: 'POST',
    path: `${GROUP}/moveResources`,
    tag,
    summary: 'Move resources to another group or subscription',
    description:
      'Their ids change. A virtual machine is a new one for Backup then; a vault goes with all that it holds, one a region at a time. In the profiles 2015 and 2016 vaults cannot be moved.',
    query: VersionQuery,
    body: MoveBody,
    example: EXAMPLE,
    responses: { 202: { description: 'Accepted; poll the Location until 204' } },
    errors: [
      'InvalidRequestContent',
      'InvalidParameter',
      'ResourceNotFound',
      'ResourceGroupNotFound',
      'ResourceGroupBeingDeleted',
      'ResourceAlreadyExists',
      'ResourceMoveNotSupported',
      'ResourceMoveProviderValidationFailed',
      'UserErrorVaultQuotaReached',
      'UserErrorOperationNotAllowedDuringDataMove',
    ],
    handle: starts(moveResources),
  }),
  route({
    operation: 'Resources.ValidateMoveResources',
    method: 'POST',
    path: `${GROUP}/validateMoveResources`,
    tag,
    summary: 'Ask whether resources can be moved',
    description: 'What speaks against it is the answer at the Location, not this one.',
    query: VersionQuery,
    body: MoveBody,
    example: EXAMPLE,
    responses: { 202: { description: 'Accepted; poll the Location: 204, or the refusal' } },
    errors: ['InvalidRequestContent'],
    handle: starts(validateMove),
  }),
] as const
