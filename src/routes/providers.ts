import type { Route } from '../arm/route.js'
import { containerRoutes } from './backup/containers.js'
import { jobRoutes } from './backup/jobs.js'
import { operationRoutes } from './backup/operations.js'
import { policyRoutes } from './backup/policies.js'
import { protectedItemRoutes } from './backup/protected-items.js'
import { recoveryPointRoutes } from './backup/recovery-points.js'
import { backupStatusRoutes } from './backup/status.js'
import { powerRoutes } from './compute/power.js'
import { virtualMachineRoutes } from './compute/virtual-machines.js'
import { subnetRoutes } from './network/subnets.js'
import type { PublishedOperation } from './published-operations.js'
import { vaultConfigurationRoutes } from './recovery-services/vault-configuration.js'
import { vaultOperationRoutes } from './recovery-services/vault-operations.js'
import { vaultRoutes } from './recovery-services/vaults.js'
import { groupRoutes } from './resource-manager/groups.js'
import { providerRoutes } from './resource-manager/providers.js'
import { resourceListRoutes } from './resource-manager/resource-lists.js'
import { resourceRoutes } from './resource-manager/resources.js'
import { subscriptionRoutes } from './resource-manager/subscriptions.js'
import type { UNSERVED_OPERATIONS } from './unserved-operations.js'

const recoveryServices = [...vaultRoutes, ...vaultOperationRoutes, ...vaultConfigurationRoutes] as const
const backup = [
  ...policyRoutes,
  ...containerRoutes,
  ...protectedItemRoutes,
  ...backupStatusRoutes,
  ...operationRoutes,
  ...jobRoutes,
  ...recoveryPointRoutes,
] as const

/** Operations that have a route. */
type Served = (typeof recoveryServices | typeof backup)[number]['operation']

/** The compiler's word that no published operation is forgotten: it asks here for each that is neither served nor listed. */
export const FORGOTTEN = {} as const satisfies Record<
  Exclude<PublishedOperation, Served | (typeof UNSERVED_OPERATIONS)[number]>,
  never
>

export interface Provider {
  /** Name of its OpenAPI document: `openapi/<name>.json`. */
  name: string
  title: string
  routes: readonly Route[]
}

/** Every provider: one OpenAPI document each. */
export const PROVIDERS: readonly Provider[] = [
  { name: 'recovery-services', title: 'Recovery Services vaults', routes: recoveryServices },
  { name: 'backup', title: 'Azure Backup', routes: backup },
  {
    name: 'resource-manager',
    title: 'Resource Manager',
    routes: [
      ...subscriptionRoutes,
      ...groupRoutes,
      ...providerRoutes,
      ...resourceListRoutes,
      ...resourceRoutes,
      ...subnetRoutes,
    ],
  },
  { name: 'compute', title: 'Virtual machines', routes: [...virtualMachineRoutes, ...powerRoutes] },
]

export const ALL_ROUTES: readonly Route[] = PROVIDERS.flatMap(({ routes }) => routes)
