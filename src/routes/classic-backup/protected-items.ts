import { type Static, Type } from '@sinclair/typebox'
import { type Filter, readFilter } from '../../arm/filter.js'
import type { Call, Reply } from '../../arm/route.js'
import type { RefusalCode } from '../../domain/errors.js'
import { same } from '../../domain/names.js'
import {
  backUpMachine,
  type ClassicPath,
  deleteMachineData,
  protectMachine,
  stopMachine,
} from '../../domain/protection/classic-protection.js'
import { listItems } from '../../domain/protection/protected-items.js'
import type { World } from '../../domain/world.js'
import { CLASSIC_VAULT } from '../scopes.js'
import { ACCEPTED, accepted, classicRoute, classicVaultOf, List, listOf } from './classic-route.js'
import { REGISTERED } from './containers.js'
import { ProtectedItemView, protectedItemView } from './item-views.js'

export const CLASSIC_ITEM = `${REGISTERED}/protectedItems/{protectedItemName}`
const tag = 'Classic items'

const ProtectionBody = Type.Object({ properties: Type.Object({ policyId: Type.String() }) })
type Protection = Static<typeof ProtectionBody>

const EXAMPLE = {
  properties: {
    policyId:
      '/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/demo/providers/Microsoft.Backup/BackupVault/demo-vault/protectionPolicies/DefaultPolicy',
  },
}

/** What is refused of any call of an item. */
export const ITEM_ERRORS: readonly RefusalCode[] = [
  'BMSUserErrorContainerObjectNotFound',
  'BMSUserErrorDataSourceObjectNotFound',
  'BMSUserErrorProtectedItemNameIncorrectFormat',
]

const PROTECTION_ERRORS: readonly RefusalCode[] = [
  ...ITEM_ERRORS,
  'BMSUserErrorInvalidConfigureProtectionRequest',
  'BMSUserErrorPolicyNotFound',
  'VirtualMachineAlreadyProtected',
  'UserErrorProtectionQuotaExceeded',
]

/** The item that a path names. */
export const pathOf = ({ params, clientRequestId }: Call): ClassicPath => ({
  container: params.protectionContainerName ?? '',
  item: params.protectedItemName ?? '',
  activityId: clientRequestId,
})

const KINDS = ['type', 'itemType']
const STATES = ['status', 'protectionStatus']

/** Clients ask for either state under the name of the other: a value fits where it is one of both (wire-classic.md 6). */
function fits(filter: Filter, { properties }: ReturnType<typeof protectedItemView>): boolean {
  const { status, protectionStatus, itemType, friendlyName } = properties
  const asked = (names: readonly string[], values: readonly string[]) =>
    names.every((name) => {
      const wanted = filter.get(name.toLowerCase())
      return wanted === undefined || values.some((value) => same(value, wanted))
    })
  return (
    asked(STATES, [status, protectionStatus]) && asked(KINDS, [itemType]) && asked(['friendlyName'], [friendlyName])
  )
}

function list(world: World, call: Call): Reply {
  const vault = classicVaultOf(world, call)
  const filter = readFilter(call.query.$filter, [...STATES, ...KINDS, 'friendlyName'])
  const items = listItems(world, vault).map((item) => protectedItemView(world, vault, item))
  return listOf(items.filter((item) => fits(filter, item)))
}

const protect = (world: World, call: Call<Protection>): Reply =>
  accepted(protectMachine(world, classicVaultOf(world, call), pathOf(call), call.body.properties.policyId))

/** Another policy; with none at all protection stops and the data stays. */
function update(world: World, call: Call<Protection>): Reply {
  if (call.body.properties.policyId !== '') return protect(world, call)
  return accepted(stopMachine(world, classicVaultOf(world, call), pathOf(call)))
}

/** What is protected. */
export const classicProtectedItemRoutes = [
  classicRoute({
    operation: 'ClassicProtectedItems.List',
    of: 'machine',
    method: 'GET',
    path: `${CLASSIC_VAULT}/protectedItems`,
    tag,
    summary: 'List the protected machines',
    description: "Filters: `protectionStatus eq 'IRPending'`, `status eq 'Protected'`, `itemType eq 'IaasVM'`.",
    filtered: true,
    responses: { 200: { description: 'The protected items', schema: List(ProtectedItemView) } },
    handle: list,
  }),
  classicRoute({
    operation: 'ClassicProtectedItems.Protect',
    of: 'machine',
    method: 'PUT',
    path: CLASSIC_ITEM,
    tag,
    summary: 'Protect a registered machine by a policy',
    body: ProtectionBody,
    example: EXAMPLE,
    responses: ACCEPTED,
    errors: PROTECTION_ERRORS,
    handle: protect,
  }),
  classicRoute({
    operation: 'ClassicProtectedItems.Update',
    of: 'machine',
    method: 'PATCH',
    path: CLASSIC_ITEM,
    tag,
    summary: 'Give an item another policy, or stop its protection and keep the data',
    description: 'An empty policyId stops the protection.',
    body: ProtectionBody,
    example: EXAMPLE,
    responses: ACCEPTED,
    errors: PROTECTION_ERRORS,
    handle: update,
  }),
  classicRoute({
    operation: 'ClassicProtectedItems.Delete',
    of: 'machine',
    method: 'DELETE',
    path: CLASSIC_ITEM,
    tag,
    summary: 'Stop the protection of a machine and delete its data',
    responses: ACCEPTED,
    errors: ITEM_ERRORS,
    handle: (world, call) => accepted(deleteMachineData(world, classicVaultOf(world, call), pathOf(call))),
  }),
  classicRoute({
    operation: 'ClassicProtectedItems.Backup',
    of: 'machine',
    method: 'POST',
    path: `${CLASSIC_ITEM}/backup`,
    tag,
    summary: 'Back up now',
    description: 'Not in the profile 2015.',
    responses: ACCEPTED,
    errors: [...ITEM_ERRORS, 'OperationNotSupportedInPreview', 'UserErrorBcmDatasourceNotPresent'],
    handle: (world, call) => accepted(backUpMachine(world, classicVaultOf(world, call), pathOf(call))),
  }),
] as const
