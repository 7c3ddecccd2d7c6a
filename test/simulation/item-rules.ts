import type { RecoveryPoint } from '../../src/domain/backup/recovery-points.js'
import { isOpen } from '../../src/domain/jobs/job-status.js'
import { keyOf } from '../../src/domain/names.js'
import { isStopped, type ProtectedItem } from '../../src/domain/protection/protected-items.js'
import type { Rows } from './rows.js'
import { bodies, eventsOf, iso, type Rule, saysDue, saysItem, twice } from './rules.js'

const namesOf = (things: readonly { vaultKey: string; name: string }[]) =>
  new Set(things.map(({ vaultKey, name }) => keyOf(`${vaultKey}/${name}`)))

/** A classic vault shows a point when its data has arrived. */
const shown = ({ workload }: ProtectedItem, points: readonly RecoveryPoint[]) =>
  workload === 'IaasVM' ? points.filter(({ vaultTier }) => vaultTier !== undefined) : points

/** Items that stay where they are: of what moves to another vault no backup starts and no point goes. */
const resting = (rows: Rows) =>
  bodies(rows.items).filter(({ vaultKey }) => rows.vault.get(vaultKey)?.dataMove?.part !== 'moving')

/** Whether the next look at an item's points is too late, or one too many. */
function isLookedAtAmiss(rows: Rows, item: ProtectedItem): boolean {
  const looks = eventsOf(rows, `item:${item.id}`, 'retention')
  if (item.state === 'ProtectionStopped' || item.deleted) return looks.length > 0
  const dues = (rows.pointsOf.get(item.id) ?? []).flatMap(({ due }) => (due === null ? [] : [due]))
  // A backup that runs puts the next look where it belongs when it ends.
  const isBackedUp = bodies(rows.jobs).some((job) => job.itemId === item.id && isOpen(job))
  if (dues.length === 0 || isBackedUp) return looks.length > 1
  return looks.length !== 1 || (looks[0]?.due ?? 0) > Math.max(Math.min(...dues), rows.now)
}

/** What holds of items and their points. */
export const ITEM_RULES: readonly Rule[] = [
  {
    what: 'a point has an item',
    breaks: (rows) => bodies(rows.points).filter(({ itemId }) => !rows.item.has(itemId)),
  },
  {
    what: 'an item has its policy',
    breaks: (rows) => {
      const policies = namesOf(bodies(rows.policies))
      return bodies(rows.items)
        .filter(({ policyName, vaultKey }) => policyName !== '' && !policies.has(keyOf(`${vaultKey}/${policyName}`)))
        .map((item) => `${saysItem(item)}: ${item.policyName}`)
    },
  },
  {
    what: 'an item has its container',
    breaks: (rows) => {
      const containers = namesOf([...bodies(rows.containers), ...bodies(rows.registrations)])
      return bodies(rows.items)
        .filter(({ workload }) => workload !== 'VM' && workload !== 'AzureDisk')
        .filter(({ vaultKey, container, name, workload }) => {
          return !containers.has(keyOf(`${vaultKey}/${workload === 'IaasVM' ? name : container}`))
        })
        .map(saysItem)
    },
  },
  {
    what: 'an item says when its newest point was taken',
    breaks: (rows) =>
      bodies(rows.items)
        .map((item) => ({ item, newest: shown(item, rows.pointsOf.get(item.id) ?? [])[0]?.time }))
        .filter(({ item, newest }) => item.lastRecoveryPoint !== newest)
        .map(({ item, newest }) => `${saysItem(item)} says ${iso(item.lastRecoveryPoint)}, it is ${iso(newest)}`),
  },
  {
    what: 'who has an item for itself is an open job, and an item that is not there yet is being made',
    breaks: (rows) =>
      bodies(rows.items)
        .filter(({ busyWith, configuring, id }) => {
          const job = busyWith === undefined ? undefined : rows.job.get(busyWith)
          return busyWith === undefined ? configuring : !job || !isOpen(job) || job.itemId !== id
        })
        .map((item) => `${saysItem(item)} is busy with ${item.busyWith}`),
  },
  {
    what: 'what is protected has one backup to come, what is stopped, deleted or never configured none',
    breaks: (rows) =>
      resting(rows)
        .filter((item) => {
          const runs = !isStopped(item) && item.state !== 'ProtectionError' && !item.deleted && !item.configuring
          return eventsOf(rows, `item:${item.id}`, 'backup.scheduled').length !== Number(runs)
        })
        .map((item) => saysDue(rows, item)),
  },
  {
    what: 'what is soft-deleted goes at its end, nothing else does',
    breaks: (rows) =>
      bodies(rows.items)
        .filter(({ id, deleted, busyWith }) => {
          const purges = eventsOf(rows, `item:${id}`, 'softDelete.purge').map(({ due }) => due)
          return deleted && busyWith === undefined ? purges.join() !== `${deleted.until}` : purges.length > 0
        })
        .map((item) => saysDue(rows, item)),
  },
  {
    what: 'the next point that runs out is looked at in time',
    breaks: (rows) =>
      resting(rows)
        .filter((item) => isLookedAtAmiss(rows, item))
        .map((item) => saysDue(rows, item)),
  },
  {
    what: 'a machine, or a share, is protected once (SEED-45)',
    breaks: (rows) =>
      twice(
        bodies(rows.items).filter((item) => !item.deleted && !isStopped(item)),
        ({ sourceKey, name }) => `${sourceKey} ${name}`,
      ).map(saysItem),
  },
  {
    what: 'what is in a deleted vault is deleted',
    breaks: (rows) =>
      bodies(rows.items)
        .filter(({ vaultKey, deleted }) => rows.vault.get(vaultKey)?.deletion && !deleted)
        .map(saysItem),
  },
  {
    what: 'a collection of restore points is of an item',
    breaks: (rows) => {
      const own = new Set(bodies(rows.items).flatMap(({ collection: c }) => (c ? [keyOf(`${c.group}/${c.name}`)] : [])))
      return bodies(rows.resources)
        .filter(({ type }) => type.endsWith('/restorePointCollections'))
        .filter(({ resourceGroup, name }) => !own.has(keyOf(`${resourceGroup}/${name}`)))
        .map(({ id }) => id)
    },
  },
]
