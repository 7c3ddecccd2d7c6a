import { within } from '../durations.js'
import { Refusal } from '../errors.js'
import { getOperation, type Operation, openOperation } from '../operations.js'
import { type Instant, MINUTE } from '../policies/schedule.js'
import { openBackupOperation } from '../vaults/backup-vault-operations.js'
import { isBackupVault, type Vault } from '../vaults/vault.js'
import type { World } from '../world.js'
import { type JobSelection, selectJobs } from './job-selection.js'
import type { Job } from './jobs.js'

/** For how long the key of an export opens it (definitions: ExportJobsOperationResultInfo). */
const KEY_LASTS = 15 * MINUTE

/** What an export holds: the jobs as they stood when it ended. */
export interface JobExport {
  vault: Pick<Vault, 'id' | 'type' | 'name' | 'location' | 'subscriptionId'>
  /** What opens it, and until when. */
  key: string
  until: Instant
  /** When the jobs stood so. */
  at: Instant
  jobs: Job[]
}

/** Starts an export of jobs: it takes a moment, and holds what the vault has at its end (wire-vm-more.md 6.5). */
export function exportJobs(world: World, vault: Vault, selection: JobSelection): Operation {
  const key = world.chance.guid()
  if (isBackupVault(vault))
    return openBackupOperation(world, vault, { kind: 'exportJobs', pace: 'exportJobsMs', work: { key, selection } })
  const due = world.now + within('exportJobsMs', world.chance.fraction('exportJobs', key))
  return openOperation(world, { kind: 'exportJobs', vaultKey: vault.key, due, work: { key, selection } })
}

/** Due: an export ends. */
export function finishExport(world: World, operation: Operation): void {
  const { vaultKey = '', work } = operation
  const vault = world.vaults.get(vaultKey)
  if (!vault) return
  const { id, type, name, location, subscriptionId } = vault
  const finished: JobExport = {
    vault: { id, type, name, location, subscriptionId },
    key: String(work?.key),
    at: world.now,
    until: world.now + KEY_LASTS,
    jobs: selectJobs(world, vaultKey, (work?.selection ?? {}) as JobSelection),
  }
  world.operations.put({ ...operation, status: 'Succeeded', end: world.now, work: { ...finished } })
}

/** What an export holds; undefined while it runs. */
export const exportOf = ({ kind, status, work }: Operation): JobExport | undefined =>
  kind === 'exportJobs' && status === 'Succeeded' ? (work as unknown as JobExport) : undefined

/**
 * Opens an export by its key.
 * @throws Refusal BMSUserErrorOperationNotFound; AuthorizationFailed for another key, or one whose time is over
 */
export function openExport(world: World, id: string, key: string | undefined): JobExport {
  const found = exportOf(getOperation(world, id))
  if (!found) {
    throw new Refusal(
      'BMSUserErrorOperationNotFound',
      `There is no export '${id}' here. Export the jobs of a vault first.`,
    )
  }
  if (found.key === key && world.now <= found.until) return found
  throw new Refusal(
    'AuthorizationFailed',
    'The key does not open this export: take blobUrl and blobSasKey as they were handed out, and within 15 minutes; after that, export again.',
  )
}
