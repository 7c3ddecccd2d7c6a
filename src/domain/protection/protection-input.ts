import { Refusal } from '../errors.js'
import type { DiskExclusion } from '../inventory/machines.js'
import type { BackupInstance } from './protected-items.js'

/** What a PUT of a protected item says. */
export interface ProtectionInput {
  containerName: string
  itemName: string
  protectedItemType?: string
  sourceResourceId?: string
  /** '' stops protection. */
  policyId?: string
  protectionState?: string
  isRehydrate?: boolean
  diskExclusion?: DiskExclusion
  /** What is to be protected in a Backup vault. */
  instance?: BackupInstance
  /** Whether a policy resumes a protection that has stopped: it does where nothing is said. */
  resumes?: boolean
  /** What authorizes it on a vault with a resource guard. */
  resourceGuardOperationRequests?: readonly string[]
  activityId: string | undefined
}

/** The service's words for a configure request that doesn't fit together, and what exactly is wrong. */
export function badRequest(what: string): Refusal {
  return new Refusal(
    'BMSUserErrorInvalidConfigureProtectionRequest',
    `The input for configure protection is not in proper format: ${what} Check that the container exists and that all parameters are valid.`,
    { target: null, details: null, innerError: null },
  )
}
