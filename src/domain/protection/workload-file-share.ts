import { snapshotRuns } from '../backup/backup-phases.js'
import { within } from '../durations.js'
import { Refusal } from '../errors.js'
import { effectiveConditions } from '../inventory/conditions.js'
import { type FileShare, findShare, shareOf, sharesOf } from '../inventory/file-shares.js'
import type { Resource } from '../inventory/inventory.js'
import { failureAt } from '../jobs/causes.js'
import type { JobErrorName } from '../jobs/job-errors.js'
import { keyOf, readResourceId, same } from '../names.js'
import { isFileSharePolicy } from '../policies/policies.js'
import { hasVaultTier } from '../policies/retention.js'
import type { Vault } from '../vaults/vault.js'
import type { World } from '../world.js'
import type { ProtectedItem } from './protected-items.js'
import { badRequest, type ProtectionInput } from './protection-input.js'
import { getStorageContainer, type StorageContainer } from './storage-containers.js'
import { accountIdOf, containerName, readShareItem, shareItemName } from './storage-names.js'
import type { BackupSource, Protectable, Workload } from './workloads.js'

/**
 * The share that a PUT wants protected: an inquiry of its registered account has seen it, and it is still there. The
 * item spells its container as the path did, and its account's type like its container (wire-files.md 1).
 * @throws Refusal BMSUserErrorContainerObjectNotFound, BMSUserErrorInvalidConfigureProtectionRequest,
 * BMSUserErrorDataSourceObjectNotFound
 */
function findSource(world: World, vault: Vault, input: ProtectionInput): Protectable {
  const { container: named, name } = readShareItem(input.containerName, input.itemName)
  const container = getStorageContainer(world, vault, input.containerName)
  checkAccount(container, input)
  const account = world.resources.get(container.sourceKey)
  const share = account && findByHash(world, account, name)
  if (!share || !container.shares.includes(share.name)) {
    throw new Refusal(
      'BMSUserErrorDataSourceObjectNotFound',
      `Data source not found: no file share of storage account '${container.friendlyName}' is known as '${name}'. Check that the share exists, and inquire the container to make it known.`,
    )
  }
  const spelled = { ...named, resourceGroup: account.resourceGroup, account: account.name }
  return {
    name,
    container: containerName(spelled),
    containerName: containerName(spelled),
    classic: false,
    sourceId: accountIdOf(vault.subscriptionId, spelled),
    sourceKey: share.resource.key,
    friendlyName: share.name,
    resourceGroup: account.resourceGroup,
  }
}

function checkAccount(container: StorageContainer, { sourceResourceId }: ProtectionInput): void {
  if (sourceResourceId === undefined || same(sourceResourceId, container.sourceKey)) return
  const named = readResourceId(sourceResourceId)?.name
  throw badRequest(
    `sourceResourceId '${sourceResourceId}' ${named === undefined ? 'is not the id of a storage account' : `is not the storage account of the container, '${container.friendlyName}'`}.`,
  )
}

const findByHash = (world: World, account: Resource, itemName: string): FileShare | undefined =>
  sharesOf(world, account)
    .map((share) => shareOf(world, share))
    .find((share) => same(shareItemName(account.name, share.name), itemName))

/** The account of an item's share, as long as it exists. */
export const accountOfItem = (world: World, item: ProtectedItem): Resource | undefined =>
  world.resources.get(keyOf(item.sourceId))

const unreachable = (world: World, account: Resource): JobErrorName | undefined => {
  const conditions = effectiveConditions(account, world.resources.conditions(account.key))
  return failureAt('shareSnapshot', { conditions }, world.limits)
}

/** Whether Backup gets at an account: its network rules admit trusted services. */
export const isReachable = (world: World, account: Resource): boolean => unreachable(world, account) === undefined

/** A share has room for so many snapshots, whoever took them. */
function full(world: World, item: ProtectedItem): JobErrorName | undefined {
  const { snapshotsPerShare } = world.limits
  if (world.points.count(item.id) < snapshotsPerShare) return undefined
  const snapshots = world.points.ofItem(item.id).filter(({ instantTier }) => instantTier === 'Valid')
  return snapshots.length < snapshotsPerShare ? undefined : 'AFSMaxSnapshotReached'
}

function sourceOf(world: World, account: Resource, share: FileShare): BackupSource {
  const { quotaGB, usedDataGB, dailyChurnGB, conditions } = share
  return {
    snapshotMs: (fraction) => within('shareSnapshotMs', fraction),
    snapshotFailure: () => unreachable(world, account),
    transferFailure: () => failureAt('shareTransfer', { conditions }, world.limits),
    data: { disks: [{ sizeGB: quotaGB }], usedDataGB, dailyChurnGB },
    point: () => ({
      consistency: 'FileSystemConsistent',
      usedDataGB,
      share: { account: account.name, share: share.name, files: share.files },
    }),
  }
}

/** The last part of `StorageContainer;storage;<group>;<account>`. */
export const accountName = ({ containerName }: Pick<ProtectedItem, 'containerName'>) =>
  containerName.slice(containerName.lastIndexOf(';') + 1)

const TRANSFER = 'Transfer data to vault'
const AMOUNT = 'Data Transferred (in MB)'

/** Azure file shares (wire-files.md). */
export const FILE_SHARES: Workload = {
  managementType: 'AzureStorage',
  itemTypes: ['azurefileshareprotecteditem'],
  backupRequest: 'AzureFileShareBackupRequest',
  paces: {
    configureFirst: 'shareConfigureFirstMs',
    configureAgain: 'shareConfigureAgainMs',
    disable: 'shareDisableMs',
    deleteSoft: 'shareDeleteMs',
    deletePurge: 'shareDeleteMs',
    undelete: 'shareUndeleteMs',
  },
  quota: 'fileSharesPerVault',
  onDemand: { backups: 'onDemandBackupsPerSharePerDay', attempts: 'onDemandBackupsPerSharePerDay' },
  restoresPerDay: 'restoresPerSharePerDay',
  itemName: (container, item) => readShareItem(container, item).name,
  findSource,
  owns: isFileSharePolicy,
  bag(operation, item, { policyName }) {
    if (operation === 'Undelete') return {}
    return {
      'File Share Name': item.friendlyName,
      'Storage Account Name': accountName(item),
      ...(policyName === undefined ? {} : { 'Policy Name': policyName }),
    }
  },
  startDelayMs: (fraction) => within('shareStartDelayMs', fraction),
  backupBag: (item, { onDemand, tasks }) => ({
    bag: {
      [AMOUNT]: amount(0, tasks),
      'File Share Name': item.friendlyName,
      'Whether job is adhoc or scheduled.': onDemand ? 'True' : 'False',
    },
  }),
  sizeBag: (sizeMB, job) => ({
    [AMOUNT]: amount(
      sizeMB,
      job.tasks.map(({ name }) => name),
    ),
  }),
  backupTasks: (policy) => ['Take Snapshot', ...(policy && hasVaultTier(policy) ? [TRANSFER] : [])],
  look(world, item) {
    const account = accountOfItem(world, item)
    const share = account && findShare(world, item.sourceKey)
    return share && sourceOf(world, account, share)
  },
  full,
  gone: (world, item) => ({
    snapshot: accountOfItem(world, item) ? 'UserErrorBackupAFSInDeleteState' : 'UserErrorStorageAccountNotFound',
    transfer: 'DatamoverGenericError',
  }),
  // Snapshots stay in the share, whose own soft delete keeps them: so items went at once in 2021, and stay in 2025 (wire-files.md 7.1).
  busy: (world, item, job) => (snapshotRuns(world, item, job) ? 'UserErrorBackupOperationInProgress' : undefined),
  snapshotCounts: true,
  keptWhenDeleted: (world, item) => {
    const policy = world.policies.get(item.vaultKey, item.policyName)?.properties
    const inVault = policy !== undefined && isFileSharePolicy(policy) && hasVaultTier(policy)
    return inVault || world.points.ofItem(item.id).some(({ vaultTier }) => vaultTier !== undefined)
  },
  pendingOnResume: true,
}

/** Snapshots move nothing: "0"; of a transfer it is MB with two decimals (wire-files.md 9). */
const amount = (sizeMB: number, tasks: readonly string[]) => (tasks.includes(TRANSFER) ? sizeMB.toFixed(2) : '0')
