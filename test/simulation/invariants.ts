import { isOpen } from '../../src/domain/jobs/job-status.js'
import { groupId, keyOf } from '../../src/domain/names.js'
import { DISK_RULES } from './disk-rules.js'
import { ITEM_RULES } from './item-rules.js'
import { JOB_RULES } from './job-rules.js'
import type { Rows } from './rows.js'
import { bodies, type Rule, twice } from './rules.js'

/** Whether there is what a timeline's row is about. An alert that is to be raised is not there before that. */
function isThere(rows: Rows, subject: string, kind: string): boolean {
  const colon = subject.indexOf(':')
  const [of, id] = [subject.slice(0, colon), subject.slice(colon + 1)]
  switch (of) {
    case 'job':
      return rows.job.has(id)
    case 'operation':
      return rows.operation.has(id)
    case 'item':
      return rows.item.has(Number(id))
    case 'vault':
      return rows.vault.has(id)
    case 'point': {
      const [item, name] = id.split('/')
      return rows.pointsOf.get(Number(item))?.some((point) => point.name === name) ?? false
    }
    case 'alert':
      return kind === 'alert.fire' || bodies(rows.alerts).some((alert) => alert.id === id)
    default:
      return false
  }
}

/** What holds of the world as a whole: no row is about what isn't there. */
const WORLD_RULES: readonly Rule[] = [
  { what: 'nothing is overdue', breaks: ({ timeline, now }) => timeline.filter(({ due }) => due < now) },
  {
    what: 'what is due is about something that is there',
    breaks: (rows) => rows.timeline.filter(({ subject, kind }) => !isThere(rows, subject, kind)),
  },
  {
    what: 'what is in a vault has a vault',
    breaks: (rows) => rows.inVaults.filter(({ vault }) => !rows.vault.has(vault)),
  },
  {
    what: 'what is in a group has a group',
    breaks: (rows) => {
      const groups = new Set(bodies(rows.groups).map(({ key }) => key))
      return [...bodies(rows.resources), ...bodies(rows.vaults).filter(({ deletion }) => !deletion)]
        .filter(({ subscriptionId, resourceGroup }) => !groups.has(keyOf(groupId(subscriptionId, resourceGroup))))
        .map(({ id }) => id)
    },
  },
  {
    what: 'a row is about what its columns say',
    breaks: (rows) => [
      ...rows.items.filter(({ columns, body }) => columns.vault !== body.vaultKey || columns.source !== body.sourceKey),
      ...rows.jobs.filter(
        ({ columns, body }) =>
          columns.vault !== body.vaultKey ||
          columns.status !== body.status ||
          columns.open !== Number(isOpen(body)) ||
          columns.start !== body.start,
      ),
      ...rows.points.filter(({ columns, body }) => columns.item !== body.itemId || columns.due !== body.due),
    ],
  },
  {
    what: 'an account is registered once',
    breaks: (rows) =>
      twice(
        bodies(rows.containers).filter(({ vaultKey }) => !rows.vault.get(vaultKey)?.deletion),
        ({ sourceKey }) => sourceKey,
      ),
  },
]

const RULES: readonly Rule[] = [...WORLD_RULES, ...JOB_RULES, ...ITEM_RULES, ...DISK_RULES]

/** What is wrong with a world; nothing where all is as it has to be. */
export const problemsOf = (rows: Rows): string[] =>
  RULES.flatMap(({ what, breaks }) =>
    breaks(rows).map((it) => `${what}: ${typeof it === 'string' ? it : JSON.stringify(it)}`),
  )
