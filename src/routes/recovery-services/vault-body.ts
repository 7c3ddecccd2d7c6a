import { type Static, type TSchema, Type } from '@sinclair/typebox'
import { Tags } from '../../arm/shapes.js'

/** Members that may all be left out; further ones are taken and mean nothing here. */
const some = <P extends Record<string, TSchema>>(members: P) => Type.Optional(Type.Partial(Type.Object(members)))

const Sku = Type.Object({ name: Type.String(), tier: Type.Optional(Type.String()) })
const Identity = Type.Object({
  type: Type.String(),
  userAssignedIdentities: Type.Optional(Type.Record(Type.String(), Type.Unknown())),
})

/** What a vault's document says; which values fit together is for domain/vaults/vault-settings.ts to judge. */
const Properties = Type.Partial(
  Type.Object({
    publicNetworkAccess: Type.String(),
    redundancySettings: some({ standardTierStorageRedundancy: Type.String(), crossRegionRestore: Type.String() }),
    restoreSettings: some({
      crossSubscriptionRestoreSettings: some({ crossSubscriptionRestoreState: Type.String() }),
    }),
    securitySettings: some({
      immutabilitySettings: some({ state: Type.String() }),
      softDeleteSettings: some({
        softDeleteState: Type.String(),
        softDeleteRetentionPeriodInDays: Type.Number(),
        enhancedSecurityState: Type.String(),
      }),
    }),
    monitoringSettings: some({
      azureMonitorAlertSettings: some({
        alertsForAllJobFailures: Type.String(),
        alertsForAllReplicationIssues: Type.String(),
        alertsForAllFailoverIssues: Type.String(),
      }),
      classicAlertSettings: some({
        alertsForCriticalOperations: Type.String(),
        emailNotificationsForSiteRecovery: Type.String(),
      }),
    }),
    encryption: some({
      keyVaultProperties: some({ keyUri: Type.String() }),
      kekIdentity: some({ useSystemAssignedIdentity: Type.Boolean(), userAssignedIdentity: Type.String() }),
      infrastructureEncryption: Type.String(),
    }),
    resourceGuardOperationRequests: Type.Array(Type.String()),
  }),
)

/** A vault's document as clients send it. */
export const VaultBody = Type.Object({
  location: Type.Optional(Type.String()),
  tags: Type.Optional(Tags),
  sku: Type.Optional(Sku),
  identity: Type.Optional(Identity),
  properties: Type.Optional(Properties),
})
export type VaultInput = Static<typeof VaultBody>
