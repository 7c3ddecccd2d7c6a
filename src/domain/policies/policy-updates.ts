import { rescheduleBackup } from '../backup/backup.js'
import { openJob } from '../jobs/jobs.js'
import { same } from '../names.js'
import { type Operation, openOperation } from '../operations.js'
import { holdItem } from '../protection/item-jobs.js'
import { isStopped, type ProtectedItem } from '../protection/protected-items.js'
import { workloadOf } from '../protection/workloads.js'
import type { Vault } from '../vaults/vault.js'
import type { World } from '../world.js'
import { judgePoints } from './retention-judgment.js'

/**
 * The items that hang on a policy of a vault: those that are still being configured for the first time too, and those
 * whose backups are suspended, as their points go by it.
 */
export const itemsOfPolicy = (world: World, vault: Vault, policyName: string): ProtectedItem[] =>
  world.items.ofVault(vault.key).filter((item) => same(item.policyName, policyName) && !item.deleted)

/** The items that have another policy, or none, and are just being given this one. */
export const itemsBoundFor = (world: World, vault: Vault, policyName: string): ProtectedItem[] =>
  world.items.ofVault(vault.key).filter((item) => {
    const given = item.busyWith === undefined ? undefined : world.jobs.get(item.busyWith)?.work?.policyName
    return typeof given === 'string' && same(given, policyName) && !same(item.policyName, policyName)
  })

/**
 * Applies a changed policy to its items at once, and configures each of them anew by a job of its own (domain.md 5.1,
 * 5.3, 13.2). Of one whose backups are suspended only the points are judged anew.
 * @returns the operation that is over when the last of the jobs is (wire-vm-more.md 11); undefined without jobs
 */
export function changeItems(
  world: World,
  vault: Vault,
  policyName: string,
  items: readonly ProtectedItem[],
  activityId: string | undefined,
): Operation | undefined {
  for (const item of items) judgePoints(world, item)
  const active = items.filter((item) => !isStopped(item))
  if (active.length === 0) return undefined
  const jobs = active.map((item) => {
    rescheduleBackup(world, item)
    const job = openJob(world, item, {
      operation: 'ConfigureBackup',
      activityId,
      bag: workloadOf(item).bag('ConfigureBackup', item, { policyName }),
      work: { policyName, diskExclusion: item.diskExclusion ?? null },
    })
    holdItem(world, item, job, 'configureAgain')
    return job.id
  })
  return openOperation(world, { kind: 'changePolicy', vaultKey: vault.key, work: { policyName, jobs } })
}
