import type { MachinePoint } from '../backup/recovery-points.js'
import { base64 } from '../base64.js'
import { Refusal } from '../errors.js'
import type { Job } from '../jobs/jobs.js'
import { same } from '../names.js'
import { getOperation, type Operation, openOperation } from '../operations.js'
import { DAY } from '../policies/schedule.js'
import { checkNotDeleted, listItems, type ProtectedItem } from '../protection/protected-items.js'
import { locationOf, sameRegion } from '../regions.js'
import type { Vault } from '../vaults/vault.js'
import type { World } from '../world.js'
import { aadPropertiesOf, getReplicatedPoint, getSecondary } from './cross-region.js'
import { openRestore } from './restore.js'
import type { RestoreInput } from './restore-request.js'
import { readToken, writeToken } from './web-tokens.js'

/** What an access token says: whose point may be restored where, and until when. Times in s, as in every JWT. */
interface Claims {
  aud: string
  nbf: number
  exp: number
  /** Key and number of the vault; a vault that was made anew has another number. */
  vault: string
  vaultNumber: number
  /** The number of the item's data. */
  datasourceId: string
  recoveryPointId: string
}

const regionMismatch = (message: string) => new Refusal('UserErrorRestoreRegionMismatch', message)

/**
 * Makes out a token for the restore of a point in the paired region; it is good for a day (wire-vm-more.md 7).
 * @param audience of `backupAadProperties` of that region
 * @throws Refusal UserErrorCrossRegionRestoreNotEnabled, UserErrorRestoreRegionMismatch, UserErrorItemIsSoftDeleted,
 * UserErrorRecoveryPointNotFound
 */
export function makeAccessToken(
  world: World,
  vault: Vault,
  item: ProtectedItem,
  pointName: string,
  audience: string,
): { token: string; point: MachinePoint } {
  const region = getSecondary(vault)
  if (!same(audience, aadPropertiesOf(region).audience)) {
    throw regionMismatch(
      `The audience '${audience}' is not that of ${region}, the paired region of vault '${vault.name}'. Take it from backupAadProperties of ${region}.`,
    )
  }
  checkNotDeleted(item, 'restore')
  const point = getReplicatedPoint(world, item, pointName)
  const seconds = Math.floor(world.now / 1000)
  const claims: Claims = {
    aud: aadPropertiesOf(region).audience,
    nbf: seconds,
    exp: seconds + DAY / 1000,
    vault: vault.key,
    vaultNumber: vault.number,
    datasourceId: item.dataId,
    recoveryPointId: point.name,
  }
  return { token: writeToken({ ...claims }), point }
}

/** What comes with a token: its own words again. */
export interface AccessDetails {
  accessTokenString: string
  resourceName?: string
  resourceId?: string
  datasourceId?: string
  recoveryPointId?: string
}

const badToken = (why: string) =>
  new Refusal(
    'UserErrorCrossRegionRestoreTokenInvalid',
    `The access token is not valid: ${why}. Ask for one with accessToken of the recovery point, and pass its properties on unchanged.`,
  )

/** The vault and the item that a token is of. @throws Refusal UserErrorCrossRegionRestoreTokenInvalid */
function holderOf(world: World, details: AccessDetails): { vault: Vault; item: ProtectedItem; claims: Claims } {
  const claims = readToken(details.accessTokenString) as Claims | undefined
  if (!claims) throw badToken('it was not handed out here, or was altered')
  if (claims.exp * 1000 <= world.now) throw badToken('it has expired, a token is good for 24 hours')
  const vault = world.vaults.get(claims.vault)
  if (!vault || vault.number !== claims.vaultNumber) throw badToken('the vault that it is of is gone')
  const item = listItems(world, vault).find(({ dataId }) => dataId === claims.datasourceId)
  if (!item) throw badToken('the item that it is of is gone')
  const told: [keyof AccessDetails, string][] = [
    ['resourceName', vault.name],
    ['resourceId', String(vault.number)],
    ['datasourceId', item.dataId],
    ['recoveryPointId', claims.recoveryPointId],
  ]
  for (const [name, ours] of told) {
    const given = details[name]
    if (given !== undefined && !same(given, ours)) throw badToken(`it is of ${name} '${ours}', not of '${given}'`)
  }
  return { vault, item, claims }
}

/**
 * Starts a restore in the paired region of a vault. Its operation is not its job here (wire-vm-more.md 1.5).
 * @param region where it is asked for
 * @throws Refusal UserErrorCrossRegionRestoreTokenInvalid, UserErrorCrossRegionRestoreNotEnabled, and as `openRestore`
 */
export function startCrossRegionRestore(
  world: World,
  region: string,
  details: AccessDetails,
  input: RestoreInput,
): Operation {
  const { vault, item, claims } = holderOf(world, details)
  const secondary = getSecondary(vault)
  if (!sameRegion(secondary, region)) {
    throw regionMismatch(
      `Data of vault '${vault.name}' can be restored in ${secondary}, its paired region, and not in ${locationOf(region)}.`,
    )
  }
  const { name } = getReplicatedPoint(world, item, claims.recoveryPointId)
  const place = { region: secondary, crossRegion: true }
  const job = openRestore(world, vault, item, { ...input, pointName: name }, place)
  return openOperation(world, {
    kind: 'triggerCrossRegionRestore',
    id: base64(`${vault.number};${world.chance.guid()}`),
    vaultKey: vault.key,
    job,
    work: { region: secondary },
  })
}

/** @throws Refusal BMSUserErrorOperationNotFound where the region handed out no operation of that id */
export function getCrossRegionOperation(world: World, region: string, id: string): Operation {
  const operation = getOperation(world, id)
  if (sameRegion(String(operation.work?.region), region)) return operation
  throw new Refusal(
    'BMSUserErrorOperationNotFound',
    `There is no operation '${id}' in ${locationOf(region)}. Poll the URL that the request was answered with.`,
  )
}

/** @throws Refusal UserErrorJobNotFound */
export function getJobInRegion(world: World, vault: Vault, region: string, id: string): Job {
  const job = world.jobs.get(id.toLowerCase())
  if (job?.region !== undefined && job.vaultKey === vault.key && sameRegion(job.region, region)) return job
  throw new Refusal(
    'UserErrorJobNotFound',
    `There is no job '${id}' of vault '${vault.name}' in ${locationOf(region)}. List the jobs there to see their ids.`,
  )
}
