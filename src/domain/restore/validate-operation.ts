import { within } from '../durations.js'
import { Refusal } from '../errors.js'
import { getOperation, type Operation, openOperation } from '../operations.js'
import type { ProtectedItem } from '../protection/protected-items.js'
import type { Vault } from '../vaults/vault.js'
import type { World } from '../world.js'
import { prepareShareRestore, type ShareRestoreInput } from './file-share-restore.js'
import { prepareRestore } from './restore.js'
import type { RestoreInput } from './restore-request.js'

/** What an operation would be refused with, were it asked for. */
export interface ValidationResult {
  code: string
  message: string
  /** What to do about it. */
  recommendations: string[]
}

/** A refusal says what is wrong, and in its last sentence what to do. */
function resultOf({ code, message }: Refusal): ValidationResult {
  const sentences = message.split(/(?<=\.) (?=[A-Z])/)
  const advice = sentences.length > 1 ? sentences.slice(-1) : []
  return { code, message: sentences.slice(0, sentences.length - advice.length).join(' '), recommendations: advice }
}

/** A restore that is asked about: of a machine, or of a file share. */
export type AskedRestore = { machine: RestoreInput } | { share: ShareRestoreInput }

function prepare(world: World, vault: Vault, item: ProtectedItem, asked: AskedRestore): void {
  if ('share' in asked) prepareShareRestore(world, item, asked.share)
  else prepareRestore(world, vault, item, asked.machine, { region: vault.location, crossRegion: false })
}

/**
 * Whether a restore could start now: by the restore's own checks, the first that fails. Nothing changes.
 * @returns empty where it could
 */
export function validateRestore(
  world: World,
  vault: Vault,
  item: ProtectedItem,
  asked: AskedRestore,
): ValidationResult[] {
  try {
    prepare(world, vault, item, asked)
    return []
  } catch (error) {
    if (error instanceof Refusal) return [resultOf(error)]
    throw error
  }
}

/** Validates in the background: what comes of it is known when the operation is over, a few seconds later. */
export const startValidation = (world: World, vault: Vault, item: ProtectedItem, asked: AskedRestore): Operation =>
  openOperation(world, {
    kind: 'validateRestore',
    vaultKey: vault.key,
    work: { results: validateRestore(world, vault, item, asked) },
    due: world.now + within('validateMs', world.chance.fraction('validate', item.id, world.now)),
  })

/** An operation that validates. @throws Refusal BMSUserErrorOperationNotFound */
export function getValidation(world: World, vault: Vault, operationId: string): Operation {
  const operation = getOperation(world, operationId, vault.key)
  if (operation.kind === 'validateRestore') return operation
  throw new Refusal(
    'BMSUserErrorOperationNotFound',
    `Operation '${operationId}' is no validation. Poll the URL that the request was answered with.`,
  )
}

/** What a validation has found; undefined while it runs, and where it comes to nothing. */
export const validationResults = (operation: Operation): ValidationResult[] | undefined =>
  operation.kind === 'validateRestore' && operation.status !== 'InProgress' && !operation.failure
    ? (operation.work?.results as ValidationResult[])
    : undefined
