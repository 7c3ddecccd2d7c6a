import t from 'tap'
import { skipWithoutShared } from '../support/published-schemas.js'
import * as jobs from './disk-job-stories.js'
import { called, removeVault, vault } from './disk-stories.js'
import { acted, allowed, asked, configured, failed, made, removed, validation } from './instance-stories.js'
import { type OnPurpose, replayAll, type Stories } from './replay.js'
import { passing, settle } from './stories.js'

const at = (now: string, location: string) => ({ now, location, machine: 'vm1' })

/** Where and when the life of a disk was recorded. */
const AUGUST = at('2021-08-26T10:00:00Z', 'centraluseuap')

/** When vaults were made and deleted. */
const NOVEMBER = at('2025-11-04T04:16:11Z', 'centraluseuap')
/** The vault that was recorded then: replicated, locked, with soft delete. */
const vaultOf2025 = vault({
  featureSettings: { crossRegionRestoreSettings: { state: 'Enabled' } },
  securitySettings: {
    immutabilitySettings: { state: 'Locked' },
    softDeleteSettings: { retentionDurationInDays: 14, state: 'On' },
  },
  storageSettings: [{ datastoreType: 'VaultStore', type: 'GeoRedundant' }],
})

/** What leads up to each recorded request; rows in the order of the files. */
const STORIES: Stories = {
  '01-vault-put-create-2021': [AUGUST],
  '03-vault-put-create-2025': [NOVEMBER],
  '04-vault-get-2025': [NOVEMBER, vaultOf2025],
  '05-policy-disk-put-default': [AUGUST, vault()],
  '06-policy-disk-put-daily-tag': [AUGUST, vault()],
  '11-validateforbackup-operationresults-2021': [
    at('2021-08-26T10:12:00Z', 'centraluseuap'),
    allowed(),
    validation,
    settle,
  ],
  '12-backupinstance-put-2021': [at('2021-08-26T10:12:30Z', 'centraluseuap'), allowed()],
  '13-backupinstance-get-configuring-2021': [at('2021-08-26T10:12:00Z', 'centraluseuap'), made],
  '14-backupinstance-list-configured-2021': [at('2021-08-26T10:12:00Z', 'centraluseuap'), configured()],
  '16-validateforbackup-operationstatus-inprogress-2023': [
    at('2023-06-15T05:50:00Z', 'centraluseuap'),
    allowed(),
    validation,
  ],
  '17-backupinstance-get-notfound-2023': [at('2023-06-15T05:50:00Z', 'centraluseuap'), vault()],
  '18-validateforbackup-post-with-retryafter-2022': [at('2022-06-15T05:50:00Z', 'westus'), allowed()],
  '19-backupinstance-list-protectionerror-2021': [at('2021-05-24T10:00:00Z', 'centraluseuap'), failed],
  '21-adhocbackup-operationstatus-succeeded-2021': [AUGUST, jobs.protectedDisk, jobs.backup],
  '22-adhocbackup-operationresults-2021': [AUGUST, jobs.protectedDisk, jobs.backup],
  '23-job-get-backup-inprogress-2021': [AUGUST, jobs.protectedDisk, jobs.backup],
  '24-job-get-backup-completed-2021': [AUGUST, jobs.protectedDisk, jobs.backedUp],
  '26-jobs-list-2024': [at('2025-02-25T11:50:00Z', 'centraluseuap'), jobs.dailyDisk, passing('PT1H')],
  '27-job-get-scheduled-completed-2024': [
    at('2025-02-23T11:50:00Z', 'centraluseuap'),
    jobs.dailyDisk,
    passing('PT1H'),
    jobs.newestJob,
  ],
  '28-recoverypoints-list-2023': [at('2024-02-16T13:00:00Z', 'centraluseuap'), jobs.dailyDisk, passing('P9D')],
  '29-adhocbackup-post-with-retryafter-2023': [at('2023-06-15T05:50:00Z', 'centraluseuap'), jobs.protectedDisk],
  '30-validaterestore-post-2021': [AUGUST, jobs.protectedDisk, jobs.backedUp],
  '31-restore-post-2021': [AUGUST, jobs.protectedDisk, jobs.backedUp],
  '34-job-get-restore-completed-2021': [AUGUST, jobs.protectedDisk, jobs.backedUp, jobs.restore, passing('PT10M')],
  '35-findrestorabletimeranges-post-2026': [at('2026-08-30T17:00:00Z', 'centraluseuap'), jobs.protectedDisk],
  '42-vault-delete-2025': [NOVEMBER, vaultOf2025],
  '43-vault-delete-operationstatus-2025': [NOVEMBER, called('cli-test-backup-vault'), vaultOf2025, removeVault, settle],
  '44-backupinstance-delete-softdelete-2023': [at('2024-02-12T07:00:00Z', 'centraluseuap'), configured()],
  '45-backupinstance-delete-absent-2023': [at('2024-02-12T07:00:00Z', 'centraluseuap'), vault()],
  '46-deletedbackupinstances-list-2023': [at('2024-02-12T07:00:00Z', 'centraluseuap'), configured(), removed],
  '48-deletedbackupinstances-undelete-notfound-2023': [at('2024-02-12T07:00:00Z', 'centraluseuap'), configured()],
  '50-resumeprotection-post-noop-2023': [at('2024-02-12T07:00:00Z', 'centraluseuap'), configured()],
  '51-resumeprotection-operationstatus-2023': [
    at('2024-02-12T07:00:00Z', 'centraluseuap'),
    configured(),
    acted('stopProtection'),
    acted('resumeProtection'),
  ],
  '52-stopprotection-post-2025': [at('2025-08-12T04:00:00Z', 'centraluseuap'), configured()],
  '53-backupinstance-get-protectionstopped-2025': [
    at('2025-08-12T04:00:00Z', 'centraluseuap'),
    configured(),
    acted('stopProtection'),
  ],
  '54-backupinstance-get-backupssuspended-2025': [
    at('2025-08-12T04:00:00Z', 'centraluseuap'),
    configured(),
    acted('suspendBackups'),
  ],
  '55-resumeprotection-post-from-suspended-2025': [
    at('2025-08-12T04:00:00Z', 'centraluseuap'),
    configured(),
    acted('suspendBackups'),
  ],
  '60-resourceguard-put-2024': [{ now: '2024-05-14T07:00:00Z', location: 'centraluseuap', machine: 'vm1' }],
  '70-error-validateforbackup-already-protected-400': [at('2021-07-07T12:00:00Z', 'westus'), configured()],
  '71-error-validateforbackup-operationstatus-failed-permissions': [
    at('2021-07-07T12:48:00Z', 'westus'),
    asked(),
    validation,
    settle,
  ],
}

const ON_PURPOSE: OnPurpose[] = [
  [/./, /\.(message|Value)$|recommendedAction\.\d+$/, 'what people read is in our own words'],
  [/^16-/, /^headers\.content-type$/, 'a charset where most answers of its version have none'],
  [/^19-/, /\.ActivityId$/, 'what the service has put behind a GUID is its own'],
  [/^71-/, /\.DetailedNonLocalisedMessage$/, 'what people read is in our own words'],
  [/^2[3-7]-|^34-/, /\.(subscriptionId|sourceSubscriptionID)$/, 'the recorder has put other subscriptions into paths'],
  [/^28-/, /\.recoveryPointDataStoresDetails\.0\.id$/, 'the id of a store is its vault’s own'],
  [/^35-/, /\.restorableTimeRanges\.0$/, 'recorded of a source that is copied all the time: disks have no ranges'],
]

t.test('recorded exchanges of Backup vaults and resource guards', { skip: skipWithoutShared }, (t) =>
  replayAll(t, { folder: 'golden/disk/', stories: STORIES, onPurpose: ON_PURPOSE }),
)
