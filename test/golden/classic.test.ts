import t from 'tap'
import { skipWithoutShared } from '../support/published-schemas.js'
import * as classic from './classic-stories.js'
import { HUMAN_TEXT, type OnPurpose, replayAll, type Stories } from './replay.js'
import { condition, passing, type Scene, settle } from './stories.js'

/** Where and when the recordings were made. */
const AUGUST: Scene = {
  now: '2015-08-17T05:38:00Z',
  location: 'southeastasia',
  machine: 'hydrarecordvm',
  classic: true,
}
/** The day before the list of jobs was asked for. */
const JOBS: Scene = { ...AUGUST, now: '2015-08-13T08:00:00Z' }

const TIMES = ['2015-08-17T10:00:00']
const lasts = (Count: number, DurationType: string) => ({
  RetentionTimes: TIMES,
  CSMRetentionDuration: { Count, DurationType },
})
/** The body that the recorded policy was made with (golden 20). */
const E2E_POLICY = {
  properties: {
    WorkloadType: 'IaasVM',
    PolicyName: 'e2epolicy1',
    BackupSchedule: { backupType: 'Full', scheduleRun: 'Daily', scheduleRunDays: [], scheduleRunTimes: TIMES },
    LTRRetentionPolicy: {
      DailySchedule: lasts(20, 'Days'),
      WeeklySchedule: { DaysOfTheWeek: ['Monday'], ...lasts(10, 'Weeks') },
      MonthlySchedule: {
        RetentionScheduleType: 'Daily',
        RetentionScheduleDaily: { DaysOfTheMonth: [{ Date: 10, IsLast: false }] },
        ...lasts(10, 'Months'),
      },
    },
  },
  PolicyName: 'e2epolicy1',
}

const { vault, discovered, registered, backedUp } = classic
const policy = classic.policy('e2epolicy1', E2E_POLICY)
const protect = classic.protect('e2epolicy1')
/** Everything up to a protected machine, whose writers fail in every snapshot. */
const protectedMachine = [vault, registered, policy, protect, condition({ vss: 'writersFailed' })] as const
const moment = passing('PT2S')

/** What leads up to each recorded request; rows in the order of the files. */
const STORIES: Stories = {
  '01-vault-put-200': [AUGUST, vault],
  '03-vault-delete-200': [AUGUST, vault],
  '05-vault-list-subscription-200': [AUGUST, classic.listedVaults],
  '06-storageconfig-get-200': [AUGUST, vault, registered],
  '07-storageconfig-patch-403-locked': [AUGUST, vault, registered],
  '08-storageconfig-patch-204': [AUGUST, vault],
  '09-refreshContainers-202': [AUGUST, vault],
  '10-containers-list-NotRegistered-200': [AUGUST, vault, discovered],
  '11-containers-list-Registered-200': [AUGUST, vault, registered],
  '13-container-register-202': [AUGUST, vault, discovered],
  '14-operationResults-InProgress-with-job-200': [AUGUST, vault, discovered, classic.register],
  '16-operationResults-Succeeded-200': [AUGUST, ...protectedMachine, classic.backup],
  '17-job-Register-InProgress-200': [AUGUST, vault, discovered, classic.register, classic.itsJob, moment],
  '20-policy-put-200': [AUGUST, vault],
  '21-policies-list-two-200': [AUGUST, vault, policy],
  '22-policy-patch-200': [AUGUST, vault, classic.policy('Policy10', E2E_POLICY)],
  '23-policy-delete-204': [AUGUST, vault, policy],
  '24-protectedItem-put-202': [AUGUST, vault, registered, policy],
  '26-protectedItems-list-IRPending-200': [AUGUST, ...protectedMachine],
  '27-protectedItems-list-Protected-200': [AUGUST, ...protectedMachine, backedUp],
  '28-items-list-200': [AUGUST, ...protectedMachine],
  '29-protectedItem-patch-stop-keep-data-202': [AUGUST, ...protectedMachine],
  '30-protectedItem-delete-202': [AUGUST, ...protectedMachine],
  '32-backup-202': [AUGUST, ...protectedMachine],
  '34-job-Backup-Completed-200': [AUGUST, ...protectedMachine, backedUp],
  '35-recoveryPoints-list-200': [AUGUST, ...protectedMachine, backedUp],
  '36-restore-202': [AUGUST, ...protectedMachine, backedUp],
  '38-jobs-list-mixed-errors-200': [
    JOBS,
    ...protectedMachine,
    backedUp,
    classic.backup,
    classic.cancel,
    classic.failedRestore('gonestore'),
    classic.unregister,
    settle,
    classic.stop,
    classic.remove,
    classic.unregister,
    classic.register,
    settle,
    registered,
    protect,
    classic.remove,
  ],
  '40-job-cancel-200': [AUGUST, ...protectedMachine, classic.backup],
  '42-container-unregister-202': [AUGUST, vault, registered],
}

/** What the two kinds of server said, and ARM between them. */
const HEADERS = {
  server: 'both ways',
  'x-powered-by': 'both ways',
  'x-content-type-options': 'both ways',
  pragma: 'value',
  expires: 'value',
  'strict-transport-security': 'value',
} as const

/** Where our answers part from the recorded ones on purpose: files, places, the reason. */
const ON_PURPOSE: readonly OnPurpose[] = [
  HUMAN_TEXT,
  [/^07-/, /^body\.Error\.Message$/, 'what people read is in our own words'],
  [/^34-/, /\.dynamicErrorMessage$/, 'what people read is in our own words'],
  [/-204$/, /^headers\.content-length$/, 'an answer without content says no length of it (RFC 9110, 8.6)'],
  [/^05-/, /^headers\.x-content-type-options$/, 'ARM has learnt that header since, and its lists are for all versions'],
  [/^06-/, /^body\.resourceId$/, 'the number of a vault is its own, and has 15 digits that a JavaScript number keeps'],
  [/^2[67]-/, /\.policyInconsistent$/, 'true in August 2015 and false from September on, of items that nothing ails'],
  [/^38-/, /\.workloadType$/, 'IaasVM since 17 August 2015, and VM until three days before'],
]

t.test('recorded exchanges of classic vaults', { skip: skipWithoutShared }, (t) =>
  replayAll(t, { folder: 'golden/classic/', stories: STORIES, onPurpose: ON_PURPOSE, headers: HEADERS }),
)
