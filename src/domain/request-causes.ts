import { type ConditionName, type Conditions, effectiveConditions } from './inventory/conditions.js'

/** What is asked for when a condition gets in its way, and how the answer looks. */
export const REQUESTS = {
  protect: 'the request that configures its protection is refused',
  encrypt: 'a request that gives the vault a key of its own is refused',
  discover: 'the discovery is accepted, and its operation ends Failed',
  cancel: 'the request that cancels a job of the vault is accepted, and its operation ends Failed; the job goes on',
} as const
export type AskedFor = keyof typeof REQUESTS

/** What is wrong with a machine or a vault, and which request it stands against. */
export interface RequestCause {
  at: AskedFor
  of: 'machine' | 'vault'
  condition: ConditionName
  value: string
  code: string
  message: string
  source: string
}

/** Every cause of a refused request or a failed operation that a condition can bring about. */
export const REQUEST_CAUSES = [
  {
    at: 'protect',
    of: 'machine',
    condition: 'trustedLaunch',
    value: 'left',
    code: 'UserErrorMigrationFromTrustedLaunchVMToNonTrustedVMNotAllowed',
    message:
      'Backup cannot be configured for the virtual machine, which has migrated from Trusted Launch mode to another one. Bring it back to Trusted Launch, then protect it.',
    source: 'domain.md 8.3',
  },
  {
    at: 'encrypt',
    of: 'vault',
    condition: 'keyVault',
    value: 'denied',
    code: 'UserErrorCMKKeyVaultAuthFailure',
    message:
      'The identity of the vault is not allowed to read the key. Give it the permissions Get, Wrap Key and Unwrap Key in the key vault, then retry.',
    source: 'domain.md 8.2',
  },
  {
    at: 'discover',
    of: 'vault',
    condition: 'discovery',
    value: 'internalError',
    code: 'DiscoveryInternalError',
    message:
      'Failed to discover new items: Microsoft Azure Backup encountered an internal error. Wait for 15 minutes, then try the operation again.',
    source: 'SEED-05, domain.md 8.1; the code is not public',
  },
  {
    at: 'cancel',
    of: 'vault',
    condition: 'cancellation',
    value: 'failing',
    code: 'UserErrorJobCancellationFailed',
    message: 'Backup failed to cancel the job. Wait until the job ends.',
    source: 'domain.md 8.1, 8.3; the code is not public',
  },
] as const satisfies readonly RequestCause[]

type Row<A extends AskedFor> = Extract<(typeof REQUEST_CAUSES)[number], { at: A }>

/**
 * What stands against a request, as code and message; undefined where nothing does.
 * @param of whose conditions count: tags and what was set
 */
export function causeAgainst<A extends AskedFor>(
  at: A,
  of: { tags?: Record<string, string>; conditions?: Conditions },
): Row<A> | undefined {
  const conditions = effectiveConditions(of, of.conditions ?? {})
  return REQUEST_CAUSES.find((cause): cause is Row<A> => cause.at === at && conditions[cause.condition] === cause.value)
}
