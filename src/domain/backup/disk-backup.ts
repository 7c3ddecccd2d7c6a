import { Refusal } from '../errors.js'
import { same } from '../names.js'
import type { Operation } from '../operations.js'
import { isDiskPolicy } from '../policies/policies.js'
import { backupRulesOf } from '../policies/repetition.js'
import { retentionRulesOf } from '../policies/tagging.js'
import type { ProtectedItem } from '../protection/protected-items.js'
import { policyOf } from '../protection/workloads.js'
import { notThere, openBackupOperation } from '../vaults/backup-vault-operations.js'
import type { Vault } from '../vaults/vault.js'
import type { World } from '../world.js'
import { checkActive, startOnDemand } from './backup.js'
import { snapshotRuns } from './backup-phases.js'
import type { RecoveryPoint } from './recovery-points.js'

/** What a backup on demand of a disk is asked for. */
export interface DiskBackupInput {
  /** The rule of the policy that it is by. */
  ruleName: string
  /** The tag that its point gets, as it was written: the default one where nothing is said. */
  tag: string | undefined
  /** What the call is known by: its job says the one, the error of its operation the other (wire-disk.md 1.1). */
  activityId: string | undefined
  correlationId: string | undefined
}

/** The tag that stands for the rule that every policy has (wire-disk.md 3). */
const DEFAULT_TAG = 'Default'

/**
 * Backs a disk up now, by a rule of its policy and kept as its tag says (wire-disk.md 6). While another backup of it
 * runs the operation comes to nothing, and there is no job.
 * @returns the operation, which is over as soon as its job is there
 * @throws Refusal UserErrorBcmDatasourceNotPresent where it is not protected, BMSUserErrorConflictingProtectionOperation,
 * UserErrorInvalidRequestParameter for a rule or a tag that its policy has not, CloudDosAbsoluteLimitReached
 */
export function backUpDisk(world: World, vault: Vault, item: ProtectedItem, input: DiskBackupInput): Operation {
  checkActive(item)
  const policy = policyOf(world, item)
  if (!policy || !isDiskPolicy(policy)) throw notThere(`policy '${item.policyName}' in vault '${vault.name}'`)
  const { ruleName, tag = DEFAULT_TAG, activityId } = input
  checkNamed('ruleName', 'backup', backupRulesOf(policy), ruleName)
  checkNamed('retentionTagOverride', 'retention', retentionRulesOf(policy), tag)
  const opened = { kind: 'triggerBackup', pace: 'diskTriggerMs', itemId: item.id } as const
  if (snapshotRuns(world, item)) {
    const correlation = input.correlationId ?? world.chance.guid()
    const error = { error: 'UserErrorMaxConcurrentOperationLimitReached', activityId: correlation } as const
    return openBackupOperation(world, vault, { ...opened, error })
  }
  return openBackupOperation(world, vault, {
    ...opened,
    job: startOnDemand(world, item, { activityId, work: { tag } }),
  })
}

/** @throws Refusal UserErrorInvalidRequestParameter where the policy of an instance has no rule of a name */
function checkNamed(parameter: string, kind: string, rules: readonly { name: string }[], name: string): void {
  if (rules.some((rule) => same(rule.name, name))) return
  const known = rules.map((rule) => `'${rule.name}'`).join(', ')
  throw new Refusal(
    'UserErrorInvalidRequestParameter',
    `The parameter ${parameter} is invalid: the policy of the instance has no ${kind} rule '${name}'. Name one of its ${kind} rules: ${known}.`,
  )
}

/**
 * A recovery point of an instance by its name, in any casing.
 * @throws Refusal UserErrorGenericResourceNotFound: it never was, or has expired
 */
export function getDiskPoint(world: World, item: ProtectedItem, name: string): RecoveryPoint {
  const point = world.points.find(item.id, name.toLowerCase())
  if (point) return point
  throw notThere(`recovery point '${name}' of backup instance '${item.name}'`)
}
