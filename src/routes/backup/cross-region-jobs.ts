import { type Static, Type } from '@sinclair/typebox'
import { waitsForJob } from '../../arm/long-running.js'
import { type Call, list, ok, type Reply, route } from '../../arm/route.js'
import { FilterQuery, VersionQuery } from '../../arm/shapes.js'
import { Refusal } from '../../domain/errors.js'
import { selectJobs } from '../../domain/jobs/job-selection.js'
import { readResourceId } from '../../domain/names.js'
import { getJobInRegion } from '../../domain/restore/cross-region-restore.js'
import { getVault, type Vault } from '../../domain/vaults/vault.js'
import type { World } from '../../domain/world.js'
import { readJobFilter, VAULT_JOB_FILTER } from '../job-filter.js'
import { RECOVERY_SERVICES_LOCATION } from '../scopes.js'
import { inSecondary, regionJobView } from './cross-region-views.js'

const tag = 'Cross-region restore'
const regionOf = (call: Call) => call.params.locationName ?? ''

const JobBody = Type.Object({ resourceId: Type.String(), jobName: Type.String() })
const JobsBody = Type.Object({ resourceId: Type.String(), jobName: Type.Optional(Type.String()) })

/** The vault that a body names. */
function vaultNamed(world: World, { body }: Call<{ resourceId: string }>): Vault {
  const id = readResourceId(body.resourceId)
  if (!id) throw new Refusal('InvalidParameter', `resourceId '${body.resourceId}' is not the id of a vault.`)
  return getVault(world, id.subscriptionId, id.resourceGroup, id.name)
}

function getJob(world: World, call: Call<Static<typeof JobBody>>): Reply {
  const vault = vaultNamed(world, call)
  const job = getJobInRegion(world, vault, regionOf(call), call.body.jobName)
  return inSecondary(ok(regionJobView(vault, job, true, world.now)))
}

function listJobs(world: World, call: Call<Static<typeof JobsBody>>): Reply {
  const vault = vaultNamed(world, call)
  const jobs = selectJobs(world, vault.key, { ...readJobFilter(call, VAULT_JOB_FILTER), region: regionOf(call) })
  return inSecondary(list(jobs.map((job) => regionJobView(vault, job, false, world.now))))
}

const VAULT_ID =
  '/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/demo/providers/Microsoft.RecoveryServices/vaults/demo-vault'

/** Jobs in the region that a vault's data is copied to: the vault's own lists don't have them. */
export const crossRegionJobRoutes = [
  route({
    operation: 'operations.backupCrrJob',
    method: 'POST',
    path: `${RECOVERY_SERVICES_LOCATION}/backupCrrJob`,
    tag,
    summary: 'Get a job of a vault in a region',
    query: VersionQuery,
    body: JobBody,
    example: { resourceId: VAULT_ID, jobName: '<of backupCrrOperationsStatus>' },
    readOnly: true,
    responses: { 200: { description: 'The job' } },
    errors: [
      'InvalidRequestContent',
      'InvalidParameter',
      'ResourceNotFound',
      'UserErrorJobNotFound',
      'LocationNotAvailableForResourceType',
    ],
    waitsFor: (world, call) => waitsForJob(world, (call.body as Partial<Static<typeof JobBody>>).jobName ?? ''),
    handle: getJob,
  }),
  route({
    operation: 'operations.backupCrrJobs',
    method: 'POST',
    path: `${RECOVERY_SERVICES_LOCATION}/backupCrrJobs`,
    tag,
    summary: 'List the jobs of a vault in a region, newest first',
    query: FilterQuery,
    body: JobsBody,
    example: { resourceId: VAULT_ID },
    readOnly: true,
    responses: { 200: { description: '{ value: [...] }' } },
    errors: ['InvalidRequestContent', 'InvalidParameter', 'ResourceNotFound', 'InvalidFilterInQueryString'],
    handle: listJobs,
  }),
] as const
