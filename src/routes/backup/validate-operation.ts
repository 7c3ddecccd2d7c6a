import { type Static, Type } from '@sinclair/typebox'
import {
  accepted,
  failedOnDemand,
  operationResult,
  operationStatus,
  waitsForOperation,
} from '../../arm/long-running.js'
import { type Call, ok, type Reply, route, urlOf } from '../../arm/route.js'
import { VersionQuery } from '../../arm/shapes.js'
import { getItem, type ProtectedItem } from '../../domain/protection/protected-items.js'
import { badRestore } from '../../domain/restore/bad-restore.js'
import {
  type AskedRestore,
  getValidation,
  startValidation,
  type ValidationResult,
  validateRestore,
  validationResults,
} from '../../domain/restore/validate-operation.js'
import type { Vault } from '../../domain/vaults/vault.js'
import type { World } from '../../domain/world.js'
import { vaultOf } from '../recovery-services/vaults.js'
import { VAULT } from '../scopes.js'
import { FileRestore, shareRestoreInput } from './file-restore.js'
import { outcomeOf } from './operations.js'
import { restoreInput, VM_RESTORE_EXAMPLE, VmRestore } from './vm-restore.js'

const tag = 'Validation'

const ValidateBody = Type.Object({
  id: Type.String({ description: 'The recovery point, or the item' }),
  properties: Type.Object({
    objectType: Type.Union([
      Type.Literal('ValidateIaasVMRestoreOperationRequest'),
      Type.Literal('ValidateRestoreOperationRequest'),
    ]),
    restoreRequest: Type.Union([VmRestore, FileRestore]),
  }),
})
type ValidateInput = Static<typeof ValidateBody>

const EXAMPLE = {
  id: '/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/demo/providers/Microsoft.RecoveryServices/vaults/demo-vault/backupFabrics/Azure/protectionContainers/IaasVMContainer;iaasvmcontainerv2;demo;vm1/protectedItems/VM;iaasvmcontainerv2;demo;vm1/recoveryPoints/1',
  properties: { objectType: 'ValidateIaasVMRestoreOperationRequest', restoreRequest: VM_RESTORE_EXAMPLE.properties },
}

const NAMED = /\/protectedItems\/([^/?]+)(?:\/recoveryPoints\/([^/?]+))?/i

/** The restore that is asked about. The vault is the URL's: the published example has another in its id. */
function asked(world: World, call: Call<ValidateInput>): [Vault, ProtectedItem, AskedRestore] {
  const { id, properties } = call.body
  const { restoreRequest } = properties
  const [, itemName, named] = NAMED.exec(id.replace(/%3B/gi, ';')) ?? []
  if (itemName === undefined) {
    throw badRestore(`'${id}' is not the id of a recovery point.`)
  }
  const vault = vaultOf(world, call)
  const item = getItem(world, vault, itemName)
  if (restoreRequest.objectType === 'AzureFileShareRestoreRequest')
    return [vault, item, { share: shareRestoreInput(call, named ?? '', restoreRequest) }]
  const pointName = named ?? restoreRequest.recoveryPointId ?? ''
  return [vault, item, { machine: restoreInput(call, pointName, restoreRequest) }]
}

const response = (validationResults: ValidationResult[]) => ({ validateOperationResponse: { validationResults } })

const validate = (world: World, call: Call<ValidateInput>): Reply =>
  ok(response(validateRestore(world, ...asked(world, call))))

const trigger = (world: World, call: Call<ValidateInput>): Reply =>
  polled(call, startValidation(world, ...asked(world, call)).key)

/** Where a validation is polled: beside where it was asked for, and beside its own URLs. */
function polled(call: Call, operationId: string): Reply {
  const place = call.path.replace(/\/backup(Trigger)?ValidateOperation[^/]*(\/[^/]*)?\/?$/i, '')
  return accepted(call, {
    status: urlOf(call, `${place}/backupValidateOperationsStatuses/${operationId}`),
    result: urlOf(call, `${place}/backupValidateOperationResults/${operationId}`),
  })
}

const validationOf = (world: World, call: Call) =>
  getValidation(world, vaultOf(world, call), call.params.operationId ?? '')

function status(world: World, call: Call): Reply {
  const operation = validationOf(world, call)
  return operationStatus(world, operation, outcomeOf(call, operation))
}

function result(world: World, call: Call): Reply {
  const operation = validationOf(world, call)
  const results = validationResults(operation)
  if (!results) return failedOnDemand(operation) ?? polled(call, operation.key)
  return operationResult(world, call, operation, () => ok(response(results)))
}

const errors = ['ResourceNotFound', 'BMSUserErrorDataSourceObjectNotFound', 'UserErrorInvalidRestoreRequest'] as const
const polling = ['ResourceNotFound', 'BMSUserErrorOperationNotFound'] as const

/** Whether an operation would succeed, without doing it. */
export const validateOperationRoutes = [
  route({
    operation: 'Operation.Validate',
    method: 'POST',
    path: `${VAULT}/backupValidateOperation`,
    tag,
    summary: 'Check whether a restore could start',
    query: VersionQuery,
    body: ValidateBody,
    example: EXAMPLE,
    invalid: 'UserErrorInvalidRestoreRequest',
    responses: { 200: { description: 'What it would be refused with; an empty list where it could start' } },
    errors,
    readOnly: true,
    handle: validate,
  }),
  route({
    operation: 'ValidateOperation.Trigger',
    method: 'POST',
    path: `${VAULT}/backupTriggerValidateOperation`,
    tag,
    summary: 'Check in the background whether a restore could start',
    query: VersionQuery,
    body: ValidateBody,
    example: EXAMPLE,
    invalid: 'UserErrorInvalidRestoreRequest',
    responses: { 202: { description: 'Accepted; poll the URLs' } },
    errors,
    handle: trigger,
  }),
  route({
    operation: 'validateOperationStatuses.get',
    method: 'GET',
    path: `${VAULT}/backupValidateOperationsStatuses/{operationId}`,
    tag,
    summary: 'Poll a check',
    query: VersionQuery,
    responses: { 200: { description: 'InProgress, or Succeeded with what was found' } },
    errors: polling,
    waitsFor: waitsForOperation,
    handle: status,
  }),
  route({
    operation: 'validateOperationResults.get',
    method: 'GET',
    path: `${VAULT}/backupValidateOperationResults/{operationId}`,
    tag,
    summary: 'Poll a check for what it finds',
    query: VersionQuery,
    responses: { 200: { description: 'What was found' }, 202: { description: 'Still running' } },
    errors: polling,
    waitsFor: waitsForOperation,
    handle: result,
  }),
] as const
