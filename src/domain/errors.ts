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
  SubscriptionRequestsThrottled: { status: 429, source: 'I: azure-docs#51431, #105248' },
  ResourceRequestsThrottled: { status: 429, source: 'R: gateway' },
  ResourceMoveNotSupported: { status: 409, source: 'I: azure-docs#78206, of vaults; 409 as D has it for moves' },
  ResourceMoveProviderValidationFailed: { status: 409, source: 'D: move-resource-group-and-subscription.md' },
  InvalidResourceNamespace: { status: 404, source: 'D: unknown resource provider' },

  // Recovery Services vaults and their configuration.
  ServiceResourceNotEmptyWithContainerDetails: { status: 400, source: 'I, C: az looks for its wording' },
  ServiceResourceNotEmptyWithBackendMessage: { status: 400, source: 'R' },
  BMSUserErrorVaultDeletionNotAllowed: { status: 400, source: 'I, H' },
  BMSUserErrorVaultDeletionNotPermitted: { status: 400, source: 'H' },
  BMSUserErrorVaultDeletionForbidden: { status: 400, source: 'H' },
  RSVaultUpdateErrorConflictingOperationInProgress: { status: 400, source: 'I: code, the status is not quoted' },
  ResourceExtendedInfoNotFound: { status: 404, source: 'R: in the older form' },
  InvalidRestApiParameter: { status: 400, source: 'I: encryption of a vault' },
  UserErrorCMKKeyVaultAuthFailure: { status: 400, source: 'I' },
  UserErrorPrivateEndpointVaultNotEmpty: { status: 400, source: '-: D, the code is not public' },
  UserErrorPrivateEndpointQuotaReached: { status: 400, source: '-: D, the code is not public' },
  UserErrorInvalidCertificate: { status: 400, source: '-: the code is not public' },
  UserErrorServerAlreadyRegistered: { status: 400, source: '-: the code is not public' },
  UserErrorServerQuotaReached: { status: 400, source: '-: SEED-67, the code is not public' },
  UserErrorInvalidVaultCredentials: { status: 400, source: '-: SEED-68, the code is not public' },
  UserErrorVaultCredentialsExpired: { status: 400, source: '-: SEED-68, the code is not public' },
  ResourceAlreadyExists: { status: 409, source: '-: undelete where a vault of the name is' },
  BMSUserErrorRedundancySettingsUseVaultApi: { status: 400, source: 'I' },
  BMSUserErrorSoftDeleteUseVaultApi: { status: 400, source: 'I' },
  UserErrorStorageTypeModificationNotAllowed: { status: 400, source: '-: SEED-43, the code is not public' },
  UserErrorVaultQuotaReached: { status: 400, source: '-: the code is not public' },
  UserErrorChangeEnhancedSecurityStateNotAllowed: { status: 400, source: 'R: 2017' },
  BMSUserErrorSoftDeleteStateNotSetToAlwaysON: { status: 400, source: 'I: since 2026' },
  BMSUserErrorDisablingSoftDeleteStateNotAllowed: { status: 400, source: 'I' },
  UserErrorUnsupportedVaultImmutabilityStateChange: { status: 400, source: 'I: code, the status is not quoted' },
  UserErrorOperationDeniedOnImmutableItem: { status: 400, source: 'I: code, the status is not quoted' },
  BMSUserErrorResourceGuardProxyNotFound: { status: 404, source: '-, C: clients look for the 404' },
  UserErrorResourceGuardOperationRequestNotProvided: {
    status: 400,
    source: '-: the message is quoted (I, terraform-provider-azurerm 31887), the code is not',
  },

  // What agents show: all numbers are documented (backup-azure-security-feature.md); whether HTTP carries them is not.
  '0x29834': { status: 400, source: 'D' },
  '81001': { status: 400, source: 'D' },
  '100130': { status: 400, source: 'D' },
  '120002': { status: 400, source: 'D' },
  '130001': { status: 400, source: 'D' },
  '810001': { status: 400, source: 'D' },
  '810002': { status: 400, source: 'D' },

  // Moving a vault's data to another region: all codes are documented (migrating management tools, Azure Germany), no status is.
  UserErrorConflictingDataMoveOnVault: { status: 400, source: 'D' },
  UserErrorOperationNotAllowedDuringDataMove: { status: 400, source: 'D' },
  UserErrorNoContainersFoundForDataMove: { status: 400, source: 'D' },
  UserErrorDataMoveNotSupportedAtContainerLevel: { status: 400, source: 'D' },
  UserErrorDataMoveNotAllowedContainerRegistrationInProgress: { status: 400, source: 'D' },
  UserErrorDataMoveNotAllowedTargetVaultNotEmpty: { status: 400, source: 'D' },
  UserErrorUnsupportedSourceRegionForDataMove: { status: 400, source: 'D' },
  UserErrorUnsupportedTargetRegionForDataMove: { status: 400, source: 'D' },
  UserErrorDataMoveSourceVaultWithPrivateEndpointNotSupported: { status: 400, source: 'D' },
  UserErrorDataMoveTargetVaultWithPrivateEndpointNotSupported: { status: 400, source: 'D' },
  UserErrorDataMoveSourceVaultWithCMKNotSupported: { status: 400, source: 'D' },
  UserErrorDataMoveTargetVaultWithCMKNotSupported: { status: 400, source: 'D' },

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
  BMSUserErrorContainerAlreadyRegistered: { status: 400, source: '-: of classic vaults, the code is not public' },
  StorageModelModifyError: { status: 403, source: 'R: of classic vaults (wire-classic.md 10)' },
  OperationNotSupportedInPreview: { status: 400, source: '-: SEED-24, SEED-33, of classic vaults in 2015' },
  BMSUserErrorDataSourceObjectNotFound: { status: 404, source: 'I' },
  BMSUserErrorConflictingProtectionOperation: { status: 400, source: 'I, H' },
  UserErrorMigrationFromTrustedLaunchVMToNonTrustedVMNotAllowed: { status: 400, source: 'D: status not said' },
  UserErrorVmVaultLocationMismatch: { status: 400, source: 'H: code name' },
  UserErrorVmNotFoundV2: { status: 400, source: 'R: as a job error' },
  VirtualMachineAlreadyProtected: { status: 400, source: 'S: pre-validation' },
  UserErrorProtectionQuotaExceeded: { status: 400, source: 'H: code name' },
  BMSUserErrorProtectionIntentNotFound: { status: 404, source: '-: the code is not public' },
  CloudDosAbsoluteLimitReached: {
    status: 400,
    source: 'I: azure-content#5067, of restores; taken for all that is counted by the day',
  },
  UserErrorItemIsSoftDeleted: { status: 400, source: '-: undelete first, D' },

  // Storage accounts and file shares.
  ShareNotFound: { status: 404, source: 'D: storage error codes' },
  UserErrorStorageAccountNotFound: { status: 400, source: 'D: troubleshoot-azure-files.md, status not said' },
  UserErrorFileShareEndpointUnreachable: { status: 400, source: 'D: troubleshoot-azure-files.md, status not said' },
  BMSUserErrorContainerHasDatasources: { status: 400, source: 'H: code name; the text I' },
  BMSUserErrorObjectLocked: { status: 400, source: 'D: troubleshoot-azure-files.md, status not said' },
  UserErrorStorageAccountVaultLocationMismatch: { status: 400, source: '-: the code is not public' },
  UserErrorStorageAccountAlreadyRegistered: { status: 400, source: '-: one vault only is D, the code is not public' },
  UserErrorRegistrationQuotaReached: { status: 400, source: '-: the code is not public' },
  UserErrorAnotherRestoreInProgressOnSameTarget: {
    status: 400,
    source: 'D: troubleshoot-azure-files.md, status not said',
  },

  // Backup, recovery points, restore, jobs.
  UserErrorBackupOperationInProgress: { status: 400, source: 'H: code name' },
  UserErrorBcmDatasourceNotPresent: { status: 400, source: 'H: code name' },
  UserErrorRecoveryPointNotFound: { status: 404, source: '-' },
  UserErrorInvalidRestoreRequest: { status: 400, source: '-' },
  UserErrorRestoreRegionMismatch: { status: 400, source: '-: cross-region needs its own call' },
  UserErrorBCMRestoreStorageAccountNotFound: { status: 400, source: 'H: code name' },
  UserErrorVmAlreadyExistWithSameName: { status: 400, source: 'H: code name' },
  UserErrorVmNotShutDown: { status: 400, source: 'D' },
  UserErrorRestoreOperationInProgress: { status: 400, source: 'H: code name' },
  UserErrorRestoreTargetRGNotFound: { status: 400, source: 'D: as an error of disk restores' },
  UserErrorRestoreNetworkNotFound: { status: 400, source: '-: the case is documented, no code is' },
  UserErrorInvalidVMEncryptionInfo: { status: 400, source: 'H: code name' },
  UserErrorOLRNotSupported: { status: 400, source: 'H: code name' },
  UserErrorOLRNotSupportedOnRPWithDisksExcluded: { status: 400, source: 'H: code name' },
  // To another subscription; older pages spell these NotSuppported, no page says a status.
  UserErrorCrossSubscriptionRestoreNotAllowed: {
    status: 400,
    source: '-: the vault forbids it, the code is not public',
  },
  UserErrorCrossSubscriptionRestoreNotSupportedForOLR: { status: 400, source: 'D' },
  UserErrorCrossSubscriptionRestoreNotSupportedForCRR: { status: 400, source: 'D' },
  UserErrorCrossSubscriptionRestoreNotSupportedForUnManagedAzureVM: { status: 400, source: 'D' },
  UserErrorCrossSubscriptionRestoreNotSupportedForEncryptedAzureVM: { status: 400, source: 'D' },
  UserErrorCrossSubscriptionRestoreNotSupportedFromSnapshot: { status: 400, source: 'D' },
  UserErrorCrossSubscriptionRestoreInvalidTargetSubscription: { status: 400, source: 'D' },
  UserErrorCrossRegionRestoreNotEnabled: { status: 400, source: '-: the code is not public' },
  UserErrorCrossRegionRestoreTokenInvalid: { status: 400, source: '-: the code is not public' },
  UserErrorItemLevelRecoveryNotSupported: { status: 400, source: '-: what it is not for is documented, no code is' },
  UserErrorItemLevelRecoveryNotActive: { status: 400, source: '-: the code is not public' },
  UserErrorRecoveryPointAlreadyInArchiveTier: { status: 400, source: 'D: code, the status is not said' },
  RecoveryPointTypeNotEligibleForArchive: { status: 400, source: 'D: code' },
  RecoveryPointHaveActiveDependencies: { status: 400, source: 'D: code' },
  MinLifeSpanInStandardRequiredForArchive: { status: 400, source: 'D: code' },
  MinRemainingLifeSpanInArchiveRequired: { status: 400, source: 'D: code' },
  RPMoveNotSupportedDueToInsufficientRetention: { status: 400, source: 'D: code' },
  RPMoveReadinessToBeDetermined: { status: 400, source: 'D: code' },
  UserErrorRecoveryPointIsNotEligibleForArchiveMove: { status: 400, source: 'D: code' },
  UserErrorDatasourceTypeIsNotSupportedForRecommendationApi: { status: 400, source: 'D: code' },
  UserErrorRecoveryPointNotRehydrated: { status: 400, source: 'D: code' },
  UserErrorRecoveryPointAlreadyRehydrated: { status: 400, source: 'D: code' },
  UserErrorRecoveryPointRehydrationNotAllowed: { status: 400, source: 'D: code' },
  UserErrorRecoveryPointRehydrationAlreadyInProgress: { status: 400, source: 'D: code' },
  UserErrorJobNotFound: { status: 404, source: '-' },
  BMSUserErrorOperationNotFound: { status: 404, source: '-' },
  UserErrorJobNotCancellable: { status: 400, source: 'D: not cancelable' },

  // Backup vaults.
  UserErrorGenericResourceNotFound: { status: 404, source: 'R: golden disk/17, 48' },
  UserErrorDppDatasourceAlreadyProtected: { status: 400, source: 'D: golden disk/70' },
  UserErrorDppDatasourceAlreadyHasBackupInstance: {
    status: 400,
    source: 'D: disk-backup-troubleshoot.md has both; what tells them apart is not said',
  },
  BMSUserErrorInvalidInput: { status: 400, source: 'I: azure-rest-api-specs#21911' },
  UserErrorBMSUpdatePolicyNotSupported: { status: 400, source: 'I: azure-docs#78532, bicep#4834' },
  UserErrorDppPolicyObjectInUse: { status: 400, source: 'I: terraform-provider-azurerm#20774' },
  UserErrorPolicyAssociatedWithSoftDeletedItems: { status: 400, source: 'I: terraform-provider-azurerm#25011' },

  // Authorization.
  RoleAssignmentNotFound: { status: 404, source: 'D' },
  RoleDefinitionDoesNotExist: { status: 404, source: 'D: troubleshooting of role assignments, status not said' },
  RoleAssignmentExists: { status: 409, source: 'C: az goes on with the one that there is' },
  RoleAssignmentUpdateNotPermitted: { status: 400, source: 'D: of templates, status not said' },
  InvalidRoleAssignmentId: { status: 400, source: '-: a name that is no GUID' },
  InvalidPrincipalId: { status: 400, source: '-' },
  InvalidRoleDefinitionId: { status: 400, source: '-' },

  // Azure Monitor.
  AlertNotFound: { status: 404, source: '-: the code is not public' },
  BadRequest: { status: 400, source: 'R: of the activity log, in a form of its own' },

  // The emulator's own API.
  InvalidControlRequest: { status: 400, source: 'design' },
  ClockMovesOnlyForward: { status: 409, source: 'design' },
  NothingToWaitFor: { status: 422, source: 'design' },
  FaultNotFound: { status: 404, source: 'design' },
  CheckpointNotFound: { status: 404, source: 'design' },
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
