import { readFileSync, writeFileSync } from 'node:fs'
import { CONDITIONS } from '../dist/domain/inventory/conditions.js'
import { CAUSES, MOMENTS } from '../dist/domain/jobs/causes.js'
import { JOB_ERRORS } from '../dist/domain/jobs/job-errors.js'
import { REQUEST_CAUSES, REQUESTS } from '../dist/domain/request-causes.js'
import { AGENT_REQUESTS, AGENT_RULES } from '../dist/domain/vaults/agent-rules.js'

/** Writes docs/failures.md from the tables that bring the failures about, or with --check says that it is stale. */
const file = new URL('../docs/failures.md', import.meta.url)
const check = process.argv.includes('--check')

const cell = (text) => String(text).replaceAll('|', '\\|').replaceAll('\n', ' ')
const table = (titles, rows) =>
  [titles, titles.map(() => '---'), ...rows].map((cells) => `| ${cells.map(cell).join(' | ')} |`).join('\n')
const capital = (text) => text[0].toUpperCase() + text.slice(1)

const only = ({ running, os, encrypted }) =>
  [running ? 'running' : '', os ?? '', encrypted ? 'encrypted (`encryption: ade`)' : ''].filter(Boolean).join(', ')

function section(moment) {
  const rows = CAUSES.filter(({ at }) => at === moment).map((cause) => {
    const [number, text, remedy, title] = JOB_ERRORS[cause.error]
    const said = title ? `${title}: ${text}` : text
    return [`\`${cause.condition}: ${cause.value}\``, only(cause), `\`${cause.error}\` ${number}`, said, remedy]
  })
  return `### ${capital(MOMENTS[moment])}\n\n${table(['condition', 'only machines that are', 'error', 'it says', 'it recommends'], rows)}`
}

const requests = REQUEST_CAUSES.map(({ at, of, condition, value, code }) => [
  `\`${condition}: ${value}\` of a ${of}`,
  REQUESTS[at],
  `\`${code}\``,
])

const ofAgents = AGENT_RULES.map(({ of, when, code, message, remedy }) => [
  of.map((request) => `${AGENT_REQUESTS[request]} (\`${request}\`)`).join(', '),
  when,
  `\`${code}\``,
  message,
  remedy,
])

const conditions = Object.entries(CONDITIONS).map(([name, { values, default: preset }]) => [
  `\`${name}\``,
  Array.isArray(values)
    ? values.map((value) => `\`${value}\``).join(', ')
    : values === 'version'
      ? 'a version'
      : 'a number',
  preset === undefined ? 'worked out from what there is' : `\`${preset}\``,
])

const text = `# Failures on demand

Generated from the tables that bring them about (\`src/domain/jobs/causes.ts\`, \`src/domain/request-causes.ts\`) by
\`npm run failures\`.

Something is wrong with a machine, a disk, a server or a vault for as long as you say so. There are three ways to say it:

- \`PATCH /_recoverite/conditions?resourceId=<ARM id>\` with \`{"agent": "notReady"}\`; \`null\` takes a condition back.
- A tag on the resource itself: \`recoverite:agent\` = \`notReady\`. What was set goes before tags.
- In the inventory: \`POST /_recoverite/inventory\` with \`{"virtualMachines": [{…, "conditions": {"agent": "notReady"}}]}\`.

What is said of a Backup vault holds for its disks, unless a disk, its disk encryption set or a snapshot says otherwise.

A condition has its effect when its moment comes: a backup that has taken its snapshot doesn't mind what becomes of the
agent. It ends with the condition; what has failed stays failed. For any other code, at any place, there are faults
(\`/_recoverite/faults\`), and \`--limit\` lowers what the service takes.

## Failed jobs

${Object.keys(MOMENTS).map(section).join('\n\n')}

## Refused requests and failed operations

${table(['condition', 'what happens', 'code'], requests)}

## Requests of agents that are refused

What the agent of a registered server asks of its vault, \`POST /_recoverite/servers/{name}/requests\`, is judged by what
the vault is set to, its last security PIN, and the version of the agent, which the server says by the condition
\`agentVersion\`; where nothing is said it is the newest. The first row that holds counts
(\`src/domain/vaults/agent-rules.ts\`). A refusal changes nothing.

${table(['request', 'when', 'code', 'it says', 'it recommends'], ofAgents)}

## Failures without a condition

${table(
  ['what you do', 'what happens', 'error'],
  [
    [
      'delete a protected machine',
      'its backups fail until its protection is stopped',
      '`UserErrorVmNotFoundV2` 400136, `ResourceNotFound` 320001; in a classic vault `BackupFailedInternalError`',
    ],
    [
      'attach more data disks than Backup takes',
      'the registration with a classic vault fails; backups fail',
      '`ClassicDataDiskLimitExceeded`, `UserErrorUnsupportedDiskConfiguration`; in a classic vault `CopyingVHDsTimedOut`',
    ],
    ['grow a disk beyond what Backup takes', 'backups fail', '`UserErrorUnsupportedDiskSize`'],
    ['keep as many snapshots as there may be', 'backups fail', '`UserErrorRpCollectionLimitReached`'],
    [
      'back up while another backup takes its snapshot',
      'the request is refused, a scheduled one fails; in a classic vault the job fails',
      '`UserErrorBackupOperationInProgress`; `BMSUserErrorObjectLocked` 134607754',
    ],
    [
      'delete the storage account of a running restore',
      'the restore fails',
      '`UserErrorBCMRestoreStorageAccountNotFound` 400048',
    ],
    ['delete the snapshots of a point that is not in the vault', 'its restore fails', '`UserErrorInstantRpNotFound`'],
    ['start the machine during a restore in place', 'the restore fails', '`UserErrorVmNotShutDown`'],
    ['delete a protected disk', 'its backups fail, and its validation', '`UserErrorManagedDiskNotFound`'],
    [
      'take the role Disk Backup Reader on the disk from the identity of the vault',
      'the validation and the configuration fail (no role at all; another role); backups fail',
      '`UserErrorMissingRequiredPermissions`; `UserErrorNotEnoughPermissionOnDisk`; `UserErrorDiskBackupDiskOrMSIPermissionsNotPresent`',
    ],
    [
      'take the role Disk Snapshot Contributor from it, or delete the group of the snapshots',
      'the validation and the configuration fail; backups fail; restores fail',
      '`UserErrorNotEnoughPermissionOnSnapshotRG`, `UserErrorSnapshotRGNotFound`; `UserErrorDiskBackupSnapshotRGOrMSIPermissionsNotPresent`; `UserErrorSnapshotRGOrMSIPermissionsNotPresent`',
    ],
    [
      'take the role Disk Restore Operator from it, or delete the target group',
      'the validation of a restore fails; the restore fails',
      '`UserErrorNotEnoughPermissionOnTargetRG`, `UserErrorRestoreTargetRGNotFound`; `UserErrorDiskBackupRestoreRGOrMSIPermissionsNotPresent`',
    ],
    [
      'take its identity from a Backup vault',
      'validations, configurations, backups and restores fail',
      '`UserErrorDiskBackupAuthorizationFailed`',
    ],
    [
      'give a disk a disk encryption set on which the identity of the vault has no role',
      'validations, configurations, backups and restores fail',
      '`UserErrorMSIPermissionsNotPresentOnDES`',
    ],
    [
      'unregister Microsoft.Compute or Microsoft.Storage in the subscription of a disk',
      'validations, configurations, backups and restores fail',
      '`UserErrorMissingSubscriptionRegistration`',
    ],
    [
      'protect a disk without a group for its snapshots; with something that is none; with one of another subscription',
      'the validation and the configuration fail',
      '`UserErrorOperationalStoreParametersNotProvided`; `UserErrorInvalidOperationalStoreResourceGroup`; `UserErrorSnapshotRGSubscriptionMismatch`',
    ],
    [
      'protect a disk by a vault of another region',
      'the validation and the configuration fail',
      '`UserErrorDiskVaultLocationMismatch`',
    ],
    [
      'protect a Premium SSD v2 or Ultra disk by a policy that runs more than twice a day',
      'the validation and the configuration fail',
      '`UserErrorDiskBackupDiskTypeNotSupported`',
    ],
    ['delete the snapshot of a point of a disk', 'its restore fails', '`UserErrorDiskSnapshotNotFound`'],
    [
      'restore a disk where there is one of that name',
      'the validation and the restore fail',
      '`UserErrorSameNameDiskAlreadyExists`',
    ],
    [
      'back a disk up while another backup of it runs',
      'the operation fails',
      '`UserErrorMaxConcurrentOperationLimitReached`',
    ],
    [
      'protect a disk twice; beside an instance that could not be configured',
      'the request is refused',
      '`UserErrorDppDatasourceAlreadyProtected`; `UserErrorDppDatasourceAlreadyHasBackupInstance`',
    ],
    [
      'unregister a machine of a classic vault that is still protected',
      'the job fails',
      '`ContainerHasProtectedItems` 134607755',
    ],
    ['discover while a discovery of a classic vault runs', 'its operation ends Failed', '`DiscoveryInProgress`'],
  ],
)}

## Every condition

${table(['condition', 'values', 'where nothing is said'], conditions)}
`

if (check) {
  if (readFileSync(file, 'utf8') === text) process.stdout.write('docs/failures.md is up to date\n')
  else {
    process.stdout.write('docs/failures.md is stale. Run npm run failures and commit what it writes.\n')
    process.exit(1)
  }
} else {
  writeFileSync(file, text)
  process.stdout.write('wrote docs/failures.md\n')
}
