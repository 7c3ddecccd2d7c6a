import { Type } from '@sinclair/typebox'
import { readFilter } from '../../arm/filter.js'
import { list, ok, route } from '../../arm/route.js'
import { VersionQuery } from '../../arm/shapes.js'
import { Refusal } from '../../domain/errors.js'
import { SUMMARIES, summaryOf, type Usage, usagesOf } from '../../domain/vaults/vault-usages.js'
import { VAULT } from '../scopes.js'
import { vaultOf } from './vaults.js'

/** Nothing is limited. Site Recovery writes the name first, alerts have a number for their unit (golden vault-usages-list). */
function usageView({ name, title, unit, ofDay, ofSiteRecovery, value }: Usage): Record<string, unknown> {
  const called = { name: { value: name, localizedValue: title } }
  const counted = {
    unit: unit === 'None' ? 0 : unit,
    ...(ofDay ? { quotaPeriod: 'P1D' } : {}),
    currentValue: value,
    limit: -1,
  }
  return ofSiteRecovery ? { ...called, ...counted } : { ...counted, ...called }
}

/** One bare object, whatever the description says (golden vault-replicationUsages-list): Site Recovery is not emulated. */
const REPLICATION = {
  monitoringSummary: {
    unHealthyVmCount: 0,
    unHealthyProviderCount: 0,
    eventsCount: 0,
    deprecatedProviderCount: 0,
    supportedProviderCount: 0,
    unsupportedProviderCount: 0,
  },
  jobsSummary: { failedJobs: 0, suspendedJobs: 0, inProgressJobs: 0 },
  protectedItemCount: 0,
  registeredServersCount: 0,
  recoveryPlanCount: 0,
}

const SummaryQuery = Type.Composite([
  VersionQuery,
  Type.Object({
    $filter: Type.String({
      description: `type eq '${SUMMARIES.join("' or type eq '")}'`,
      examples: [`type eq '${SUMMARIES[0]}'`],
    }),
  }),
])

function summaryAsked(text: string | undefined) {
  const asked = readFilter(text, ['type']).get('type')
  const summary = SUMMARIES.find((name) => name.toLowerCase() === asked?.toLowerCase())
  if (summary) return summary
  throw new Refusal(
    'InvalidFilterInQueryString',
    `Say in $filter what to count: ${SUMMARIES.map((name) => `type eq '${name}'`).join(', or ')}.`,
  )
}

const tag = 'Usages'

/** What a vault has and does, in numbers. */
export const usageRoutes = [
  route({
    operation: 'Vaults.UsagesListByVaults',
    method: 'GET',
    path: `${VAULT}/usages`,
    tag,
    summary: 'Count what a vault holds and does',
    query: VersionQuery,
    responses: { 200: { description: 'The usages: { value: [...] }' } },
    errors: ['ResourceNotFound'],
    handle: (world, call) => list(usagesOf(world, vaultOf(world, call)).map(usageView)),
  }),
  route({
    operation: 'Vaults.ReplicationUsagesList',
    method: 'GET',
    path: `${VAULT}/replicationUsages`,
    tag,
    summary: 'Count what Site Recovery has in a vault: nothing here',
    query: VersionQuery,
    responses: { 200: { description: 'The usages, one object' } },
    errors: ['ResourceNotFound'],
    handle: (world, call) => {
      vaultOf(world, call)
      return ok(REPLICATION)
    },
  }),
  route({
    operation: 'BackupUsageSummaries.List',
    method: 'GET',
    path: `${VAULT}/backupUsageSummaries`,
    tag,
    summary: 'Count protected items or containers by what manages them',
    query: SummaryQuery,
    responses: { 200: { description: 'The counts: { value: [...] }' } },
    errors: ['ResourceNotFound', 'InvalidFilterInQueryString'],
    handle: (world, call) => {
      const vault = vaultOf(world, call)
      return list(summaryOf(world, vault, summaryAsked(call.query.$filter)).map(usageView))
    },
  }),
] as const
