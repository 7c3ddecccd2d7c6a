import type { Family, Row, Wrongs } from './rows.js'
import type { Stage } from './stage.js'

const GUARDED = { vaultName: 'guarded-vault' }
const LOCKED = 'UserErrorResourceGuardOperationRequestNotProvided'
const nowhere: Row = ['a vault that there is not', { params: { vaultName: 'no-vault' } }, 'ResourceNotFound']
const ofNoVault = 'a guard names no vault'

/** Resource guards, what they guard, and the data move of a whole vault. */
export const guardRows = (stage: Stage): Family => {
  const { other, guard, spareGuard } = stage
  const proxy = (resourceGuardResourceId: string) => ({ body: { properties: { resourceGuardResourceId } } })
  const dataMove = (changes: object = {}): Pick<Wrongs, 'body'> => ({
    body: {
      sourceResourceId: other,
      sourceRegion: 'westeurope',
      dataMoveLevel: 'Vault',
      correlationId: 'none',
      ...changes,
    },
  })
  return {
    'ResourceGuardResources.ResourceGuardsPut': {
      body: {
        location: 'westeurope',
        tags: { team: 'security' },
        properties: { vaultCriticalOperationExclusionList: [], description: 'of the team' },
      },
      missing: [
        ['no location', { params: { resourceGuardName: 'new-guard' }, body: { properties: {} } }, 'LocationRequired'],
      ],
      otherVault: ofNoVault,
      state: [['another region', { body: { location: 'northeurope' } }, 'InvalidResourceLocation']],
      more: [['a region that there is not', { body: { location: 'atlantis' } }, 'LocationNotAvailableForResourceType']],
    },
    'ResourceGuardResources.ResourceGuardsPatch': {
      otherVault: ofNoVault,
      missing: 'a PATCH may name as little as it wants',
      state: 'its tags can be changed at any time',
      more: [['a guard that there is not', { params: { resourceGuardName: 'none' } }, 'ResourceNotFound']],
    },
    'ResourceGuardResources.ResourceGuardsDelete': {
      otherVault: ofNoVault,
      state: [['a guard that a vault has', {}, 'OperationNotAllowed']],
      more: [['a guard that there is not', { params: { resourceGuardName: 'none' } }, 'nothing']],
    },
    'ResourceGuardProxy.Put': {
      otherVault: [nowhere, ['the id of a vault for a guard', proxy(other), 'InvalidParameter']],
      state: [['another guard while the first one is not unlocked', { params: GUARDED, ...proxy(spareGuard) }, LOCKED]],
      more: [
        ['a guard that there is not', proxy(guard.replace('demo-guard', 'no-guard')), 'InvalidParameter'],
        ['another name', { params: { backupResourceGuardProxyName: 'MyProxy' } }, 'InvalidParameter'],
      ],
    },
    'ResourceGuardProxy.UnlockDelete': {
      params: GUARDED,
      missing: [['no request of the guard', { body: {} }, LOCKED]],
      otherVault: [
        [
          'a vault that has no guard',
          { params: { vaultName: 'other-vault' } },
          'BMSUserErrorResourceGuardProxyNotFound',
        ],
        nowhere,
      ],
      state: [
        [
          'a request of another guard',
          { body: { resourceGuardOperationRequests: [`${spareGuard}/deleteResourceGuardProxyRequests/default`] } },
          LOCKED,
        ],
      ],
    },
    'ResourceGuardProxy.Delete': {
      state: [['a proxy that is not unlocked', { params: GUARDED }, LOCKED]],
      otherVault: [['a vault that has no guard', { params: { vaultName: 'other-vault' } }, 'nothing'], nowhere],
    },
    'SecurityPINs.Get': {
      body: { resourceGuardOperationRequests: [`${guard}/getBackupSecurityPINRequests/default`] },
      missing: 'without a guard it needs nothing',
      otherVault: [nowhere],
      state: [['a vault with a guard, without its request', { params: GUARDED, body: {} }, LOCKED]],
    },
    'BackupResourceStorageConfigsNonCRR.BMSPrepareDataMove': {
      otherVault: [nowhere],
      state: [['an item is being configured', {}, 'UserErrorDataMoveNotAllowedContainerRegistrationInProgress']],
    },
    'BackupResourceStorageConfigsNonCRR.BMSTriggerDataMove': {
      ...dataMove(),
      params: { vaultName: 'demo-vault-north' },
      otherVault: [nowhere],
      state: [['nothing was prepared', {}, 'UserErrorInvalidRequestParameter']],
    },
  }
}
