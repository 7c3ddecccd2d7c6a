/**
 * The refusals of the service: every code that a request can be answered with, its HTTP status and where the pair
 * was seen. Messages are ours; they keep the phrases that clients search for.
 *
 * Marks: R recorded traffic, C a client depends on it, I quoted in a public issue, D documentation,
 * - nothing public says the status, 400 is the service's habit for user errors.
 */
export const REFUSALS = {
  // What ARM says in front of every provider.
  InvalidRequestContent: { status: 400, source: 'D: malformed or mistyped bodies' },
  InvalidResourceType: { status: 404, source: 'D: unknown operation' },
  NotFound: { status: 404, source: 'D: unknown path' },
  MissingApiVersionParameter: { status: 400, source: 'D' },
  InvalidApiVersionParameter: { status: 400, source: 'D' },
  AuthenticationFailed: { status: 401, source: 'D' },
  AuthorizationFailed: { status: 403, source: 'D' },
  SubscriptionNotFound: { status: 404, source: 'D' },
  InvalidSubscriptionId: { status: 400, source: 'D' },
  InvalidTenantId: { status: 400, source: 'D' },
  ResourceGroupNotFound: { status: 404, source: 'R: gateway' },
  InvalidResourceGroup: { status: 400, source: 'D: group name rules' },
  InvalidResourceGroupLocation: { status: 409, source: 'D: a group never changes its region' },
  InvalidResourceLocation: { status: 409, source: 'D: a resource never changes its region' },
  LocationRequired: { status: 400, source: 'D' },
  LocationNotAvailableForResourceType: { status: 400, source: 'D' },
  ResourceGroupBeingDeleted: { status: 409, source: 'D' },
  ResourceNotFound: { status: 404, source: 'R: gateway' },
  InvalidResourceName: { status: 400, source: 'D: vault name rules' },
  RequestContentTooLarge: { status: 413, source: 'D: ARM takes 4 MB' },
  UnsupportedMediaType: { status: 415, source: 'D' },
  InvalidFilterInQueryString: { status: 400, source: 'D' },
  InvalidParameter: { status: 400, source: 'D' },
  OperationNotAllowed: { status: 409, source: 'D: compute' },
  InternalServerError: { status: 500, source: 'R: gateway' },
  InvalidResourceNamespace: { status: 404, source: 'D: unknown resource provider' },

  // Recovery Services vaults and their configuration.
  ServiceResourceNotEmptyWithContainerDetails: { status: 400, source: 'I, C: az looks for its wording' },
  ServiceResourceNotEmptyWithBackendMessage: { status: 400, source: 'R' },
  BMSUserErrorRedundancySettingsUseVaultApi: { status: 400, source: 'I' },
  BMSUserErrorSoftDeleteUseVaultApi: { status: 400, source: 'I' },
  UserErrorStorageTypeModificationNotAllowed: { status: 400, source: '-: SEED-43, the code is not public' },
  UserErrorVaultQuotaReached: { status: 400, source: '-: the code is not public' },

  // Policies.
  BMSUserErrorInvalidPolicyInput: { status: 400, source: 'I' },
  BMSUserErrorPolicyRetentionInvalid: { status: 400, source: 'I' },
  BMSUserErrorInstantRPRetentionExceedsVaultedRetention: { status: 400, source: 'I' },
  BMSUserErrorPolicyObjectInUse: { status: 400, source: 'I' },
  BMSUserErrorPolicyNotFound: { status: 400, source: '-: an item names a policy that is not there' },
  UserErrorPolicyQuotaReached: { status: 400, source: '-: the code is not public' },
  UserErrorInvalidRequestParameter: { status: 400, source: 'I' },

  // Containers and items.
  BMSUserErrorInvalidConfigureProtectionRequest: { status: 400, source: 'I' },
  BMSUserErrorInvalidPolicyForGivenProvider: { status: 400, source: 'I' },
  BMSUserErrorContainerNameIncorrectFormat: { status: 400, source: 'I' },
  BMSUserErrorProtectedItemNameIncorrectFormat: { status: 400, source: 'I' },
  BMSUserErrorContainerObjectNotFound: { status: 404, source: '-' },
  BMSUserErrorDataSourceObjectNotFound: { status: 404, source: 'I' },
  BMSUserErrorConflictingProtectionOperation: { status: 400, source: 'I, H' },
  UserErrorVmVaultLocationMismatch: { status: 400, source: 'H: code name' },
  UserErrorVmNotFoundV2: { status: 400, source: 'R: as a job error' },
  VirtualMachineAlreadyProtected: { status: 400, source: 'S: pre-validation' },
  UserErrorProtectionQuotaExceeded: { status: 400, source: 'H: code name' },
  UserErrorItemIsSoftDeleted: { status: 400, source: '-: undelete first, D' },

  // Backup, recovery points, restore, jobs.
  UserErrorBackupOperationInProgress: { status: 400, source: 'H: code name' },
  UserErrorBcmDatasourceNotPresent: { status: 400, source: 'H: code name' },
  UserErrorRecoveryPointNotFound: { status: 404, source: '-' },
  UserErrorInvalidRestoreRequest: { status: 400, source: '-' },
  UserErrorRestoreRegionMismatch: { status: 400, source: '-: cross-region needs its own call' },
  UserErrorBCMRestoreStorageAccountNotFound: { status: 400, source: 'H: code name' },
  UserErrorVmAlreadyExistWithSameName: { status: 400, source: 'H: code name' },
  UserErrorVmNotShutDown: { status: 400, source: 'D' },
  UserErrorJobNotFound: { status: 404, source: '-' },
  BMSUserErrorOperationNotFound: { status: 404, source: '-' },
  UserErrorJobNotCancellable: { status: 400, source: 'D: not cancelable' },

  // The emulator's own API.
  InvalidControlRequest: { status: 400, source: 'design' },
  ClockMovesOnlyForward: { status: 409, source: 'design' },
  NothingToWaitFor: { status: 422, source: 'design' },
} as const satisfies Record<string, { status: number; source: string }>

export type RefusalCode = keyof typeof REFUSALS

/**
 * A refusal of the service: thrown by domain functions, rendered once by the application as `{error: {code, message}}`.
 * Whoever throws it has changed nothing: the transaction around the command is rolled back.
 */
export class Refusal extends Error {
  readonly code: RefusalCode
  readonly status: number
  /** Further members of the error object on the wire, e.g. `target`, `details`. */
  readonly extra: Readonly<Record<string, unknown>>

  constructor(code: RefusalCode, message: string, extra: Record<string, unknown> = {}) {
    super(message)
    this.name = 'Refusal'
    this.code = code
    this.status = REFUSALS[code].status
    this.extra = extra
  }
}
