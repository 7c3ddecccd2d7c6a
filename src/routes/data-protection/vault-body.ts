import { type Static, type TSchema, Type } from '@sinclair/typebox'
import { AnyObject, GuardRequests, Tags } from '../../arm/shapes.js'

/** Members that may all be left out; further ones are taken and mean nothing here. */
const some = <P extends Record<string, TSchema>>(members: P) => Type.Optional(Type.Partial(Type.Object(members)))
const State = some({ state: Type.String() })

/** What a Backup vault's document says; which values fit together is for domain/vaults/backup-vault-settings.ts to judge. */
const Properties = Type.Partial(
  Type.Object({
    storageSettings: Type.Array(Type.Partial(Type.Object({ datastoreType: Type.String(), type: Type.String() }))),
    securitySettings: some({
      softDeleteSettings: some({ state: Type.String(), retentionDurationInDays: Type.Number() }),
      immutabilitySettings: State,
      encryptionSettings: some({
        state: Type.String(),
        keyVaultProperties: some({ keyUri: Type.String() }),
        kekIdentity: some({ identityType: Type.String(), identityId: Type.String() }),
        infrastructureEncryption: Type.String(),
      }),
    }),
    featureSettings: some({ crossRegionRestoreSettings: State, crossSubscriptionRestoreSettings: State }),
    monitoringSettings: some({ azureMonitorAlertSettings: some({ alertsForAllJobFailures: Type.String() }) }),
    resourceGuardOperationRequests: GuardRequests,
  }),
)

const Identity = Type.Object({ type: Type.String(), userAssignedIdentities: Type.Optional(AnyObject) })

export const BackupVaultBody = Type.Object({
  location: Type.Optional(Type.String()),
  tags: Type.Optional(Tags),
  identity: Type.Optional(Identity),
  properties: Type.Optional(Properties),
})
export type BackupVaultBody = Static<typeof BackupVaultBody>

/** A vault's place is not for a PATCH to say. */
export const BackupVaultPatch = Type.Omit(BackupVaultBody, ['location'])
