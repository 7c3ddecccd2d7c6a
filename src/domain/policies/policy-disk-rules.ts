import { same } from '../names.js'
import type { DiskPolicy, TaggingCriterion } from './policies.js'
import { POLICY_RANGES } from './policy-ranges.js'
import type { PolicyReader } from './policy-reader.js'
import { backupRulesOf, repetitionsOf } from './repetition.js'
import { DAY } from './schedule.js'
import { lifetimeOf, retentionRulesOf } from './tagging.js'

const { disks } = POLICY_RANGES

/** The rule, and the tag, that every policy has (wire-disk.md 3). */
const DEFAULT = 'Default'

const isIn = (names: readonly string[], name: string) => names.some((other) => same(other, name))
const twin = (names: readonly string[]) => names.find((name, index) => isIn(names.slice(0, index), name))

/** A policy with its tags at hand. */
interface Parts {
  policy: DiskPolicy
  criteria: readonly TaggingCriterion[]
}

const tagsOf = (criteria: readonly TaggingCriterion[]) => criteria.map(({ tagInfo }) => tagInfo.tagName)
const isDefault = (entry: { isDefault: boolean }) => entry.isDefault

/** There is one entry with isDefault true, and it is called Default. */
const hasDefault = (names: readonly string[]) => names.length === 1 && same(names[0] ?? '', DEFAULT)

/** What rules have to say of each other. A row: what is wrong, as far as it is, and what to do. */
const RULES: readonly (readonly [wrong: (parts: Parts) => string | false, remedy: string])[] = [
  [
    ({ policy }) => backupRulesOf(policy).length !== 1 && 'needs one rule of objectType AzureBackupRule',
    'Say once when backups run',
  ],
  [
    ({ policy }) =>
      !hasDefault(
        retentionRulesOf(policy)
          .filter(isDefault)
          .map(({ name }) => name),
      ) && `needs one rule of objectType AzureRetentionRule with isDefault true, of the name ${DEFAULT}`,
    'Add it, or rename yours',
  ],
  [
    ({ policy }) => {
      const name = twin(policy.policyRules.map(({ name }) => name))
      return name !== undefined && `has two rules of the name '${name}'`
    },
    'Give each rule a name of its own',
  ],
  [
    ({ criteria }) =>
      !hasDefault(tagsOf(criteria.filter(isDefault))) &&
      `needs one of its taggingCriteria with isDefault true, of the tag ${DEFAULT}`,
    'Add it, or rename yours',
  ],
  [
    ({ criteria }) => {
      const tag = twin(tagsOf(criteria))
      return tag !== undefined && `has the tag '${tag}' twice in its taggingCriteria`
    },
    'Name each tag once',
  ],
  [
    ({ criteria }) => {
      const priority = twin(criteria.map(({ taggingPriority }) => String(taggingPriority)))
      return priority !== undefined && `has two tags of taggingPriority ${priority}`
    },
    'Give each tag its own: the lower number wins',
  ],
  [
    ({ policy, criteria }) => {
      const rules = retentionRulesOf(policy).map(({ name }) => name)
      const tag = tagsOf(criteria).find((tag) => !isIn(rules, tag))
      return tag !== undefined && `has no AzureRetentionRule for the tag '${tag}'`
    },
    'Add one of that name, or take the tag away',
  ],
  [
    ({ policy }) => {
      const rule = retentionRulesOf(policy).find((rule) => daysKept(policy, rule.name) > disks.longestDays)
      return rule !== undefined && `keeps backups of the rule '${rule.name}' for more than a year`
    },
    'Lower deleteAfter.duration',
  ],
]

/**
 * @param reader of the policy's own members
 * @param mostSnapshots how many a policy may keep of a disk
 * @throws Refusal BMSUserErrorInvalidInput
 */
export function checkRules(reader: PolicyReader, policy: DiskPolicy, mostSnapshots: number): void {
  const criteria = backupRulesOf(policy).flatMap(({ trigger }) => trigger.taggingCriteria)
  for (const [wrong, remedy] of RULES) {
    const problem = wrong({ policy, criteria })
    if (problem) reader.refuse('policyRules', problem, remedy)
  }
  const kept = Math.ceil(snapshotsKept({ policy, criteria }))
  if (kept <= mostSnapshots) return
  reader.refuse(
    'policyRules',
    `keeps ${kept} snapshots of a disk, and ${mostSnapshots} is the most`,
    'Lower deleteAfter.duration, or back up less often',
  )
}

/** For how many days backups of a tag are kept. */
function daysKept(policy: DiskPolicy, tag: string): number {
  const rule = retentionRulesOf(policy).find(({ name }) => same(name, tag))
  const { count = 0, durationType = 'Days' } = lifetimeOf(rule?.lifecycles[0]?.deleteAfter.duration ?? '') ?? {}
  return count * disks.daysOf[durationType]
}

/** How many backups a day get a tag at most: those that are the first of something are few. */
function tagged({ criteria = [] }: TaggingCriterion, runs: number): number {
  const markers: Readonly<Record<string, number>> = disks.daysOfMarker
  const rates = criteria.flatMap(({ absoluteCriteria = [] }) =>
    absoluteCriteria.map((name) => 1 / (markers[name] ?? 0)),
  )
  return Math.min(runs, ...(rates.length > 0 ? [Math.max(...rates)] : []))
}

/** How many snapshots of a disk there are in the long run: the default tag has those that get no other. */
function snapshotsKept({ policy, criteria }: Parts): number {
  const runs = repetitionsOf(policy).reduce((sum, { period }) => sum + DAY / period, 0)
  const others = criteria.filter((criterion) => !isDefault(criterion))
  const left = runs - others.reduce((sum, criterion) => sum + tagged(criterion, runs), 0)
  return others.reduce(
    (sum, criterion) => sum + tagged(criterion, runs) * daysKept(policy, criterion.tagInfo.tagName),
    Math.max(0, left) * daysKept(policy, DEFAULT),
  )
}
