import { Refusal, type RefusalCode } from '../errors.js'
import { readResourceId, same } from '../names.js'
import { checkNotBusy } from '../protection/protected-items.js'
import { sameRegion } from '../regions.js'
import type { World } from '../world.js'
import { getVault, VAULT_TYPE, type Vault } from './vault.js'

/** A vault's part in moving its data to a vault of another region. */
export interface DataMove {
  /** `prepared` for a move, `moving` its data away, or `receiving` that of another. */
  part: 'prepared' | 'moving' | 'receiving'
  /** The key of the other vault. */
  otherKey: string
  /** What a prepared move is triggered with, known when its preparation has ended. */
  correlationId: string
  operationKey: string
}

/** While data moves, protection stays as it is on both sides (documentation of the data move's errors). */
export function refuseWhileMoving(world: World, vault: Vault): void {
  if (!isMoving(world, vault)) return
  throw new Refusal(
    'UserErrorOperationNotAllowedDuringDataMove',
    `This operation is not allowed since data move operation is in progress on vault '${vault.name}'. Wait until it ends, then try again.`,
  )
}

const isMoving = (world: World, { dataMove }: Vault) =>
  dataMove !== undefined &&
  dataMove.part !== 'prepared' &&
  world.operations.get(dataMove.operationKey)?.status === 'InProgress'

/** The vault that a member of the request names. @throws Refusal InvalidParameter, ResourceNotFound */
export function vaultAt(world: World, id: string, member: string): Vault {
  const read = readResourceId(id)
  if (!read || !same(read.type, VAULT_TYPE)) {
    throw new Refusal('InvalidParameter', `${member} '${id}' is not the id of a Recovery Services vault.`)
  }
  return getVault(world, read.subscriptionId, read.resourceGroup, read.name)
}

/** What keeps a vault from being one end of a move. Columns: what is wrong with it, the code as source and as target, what to do. */
const OBSTACLES: readonly (readonly [(world: World, vault: Vault) => boolean, RefusalCode, RefusalCode, string])[] = [
  [
    isMoving,
    'UserErrorConflictingDataMoveOnVault',
    'UserErrorConflictingDataMoveOnVault',
    'another data move operation is running on it. Wait until that ends',
  ],
  [
    (world, vault) => world.privateEndpoints.ofVault(vault.key).length > 0,
    'UserErrorDataMoveSourceVaultWithPrivateEndpointNotSupported',
    'UserErrorDataMoveTargetVaultWithPrivateEndpointNotSupported',
    'it has private endpoints. Delete them first',
  ],
  [
    (_, vault) => vault.settings.encryption !== undefined,
    'UserErrorDataMoveSourceVaultWithCMKNotSupported',
    'UserErrorDataMoveTargetVaultWithCMKNotSupported',
    "it is encrypted with a customer's key. Use a vault with Microsoft's keys",
  ],
]

const holdsNothing = (world: World, vault: Vault) =>
  !world.items.any(vault.key) && world.containers.ofVault(vault.key).length === 0

/** @throws Refusal where one of the vaults can't be that end of a move */
export function checkEnds(world: World, source: Vault, target: Vault): void {
  for (const [is, ofSource, ofTarget, what] of OBSTACLES) {
    if (is(world, source)) throw refusalOfMove(ofSource, `source vault '${source.name}': ${what}.`)
    if (is(world, target)) throw refusalOfMove(ofTarget, `target vault '${target.name}': ${what}.`)
  }
  if (holdsNothing(world, source)) {
    throw refusalOfMove('UserErrorNoContainersFoundForDataMove', `source vault '${source.name}' has no containers.`)
  }
  if (!holdsNothing(world, target)) {
    throw refusalOfMove(
      'UserErrorDataMoveNotAllowedTargetVaultNotEmpty',
      `target vault '${target.name}' has some containers already registered. Move to an empty vault.`,
    )
  }
  const items = world.items.ofVault(source.key)
  const registering = [
    ...items.filter(({ configuring }) => configuring),
    ...world.containers.ofVault(source.key).filter(({ state }) => state !== 'Registered'),
  ].map(({ friendlyName }) => friendlyName)
  if (registering.length > 0) {
    throw refusalOfMove(
      'UserErrorDataMoveNotAllowedContainerRegistrationInProgress',
      `a container registration operation is running in vault '${source.name}' (${registering.join(', ')}). Wait until it ends.`,
    )
  }
  items.forEach(checkNotBusy)
}

/** A refusal of a move. */
export const refusalOfMove = (code: RefusalCode, what: string) =>
  new Refusal(code, `Data move operation is not allowed: ${what}`)

/**
 * Only whole vaults are moved, and only to another region (documentation of the data move's errors).
 * @param ends `said`: the region that the request names for the vault `is`
 */
export function checkRequest(
  level: string,
  { source, target, said, is }: { source: Vault; target: Vault; said: string; is: Vault },
): void {
  if (!same(level, 'Vault')) {
    throw refusalOfMove(
      'UserErrorDataMoveNotSupportedAtContainerLevel',
      `dataMoveLevel is '${level}'. Set it to Vault.`,
    )
  }
  const code =
    is === source ? 'UserErrorUnsupportedSourceRegionForDataMove' : 'UserErrorUnsupportedTargetRegionForDataMove'
  if (!sameRegion(said, is.location)) {
    throw refusalOfMove(code, `vault '${is.name}' is in ${is.location}, not in '${said}'. Name its own region.`)
  }
  if (sameRegion(source.location, target.location)) {
    throw refusalOfMove(code, `both vaults are in ${is.location}. Move to a vault of another region.`)
  }
}
