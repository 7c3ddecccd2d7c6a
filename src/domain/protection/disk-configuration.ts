import { isMembers, type Members, membersOf } from '../documents.js'
import { Refusal } from '../errors.js'
import { DISK_TYPE } from '../inventory/resource-types.js'
import { readResourceId, same } from '../names.js'
import { UserFacingRefusal } from '../user-facing-refusal.js'
import type { BackupInstance } from './protected-items.js'

/** What the body of a PUT or of a validation says of a backup instance. */
export interface DiskConfiguration {
  /** The id of the disk, as it was written. */
  sourceId: string
  friendlyName: string
  policyId: string
  instance: BackupInstance
  /** `resourceGuardOperationRequests` */
  requests: string[]
}

/** The members of each object of the document, in the order of the wire (golden disk/12). */
const MEMBERS = {
  source: [
    ...['resourceID', 'resourceUri', 'datasourceType', 'resourceName'],
    ...['resourceType', 'resourceLocation', 'objectType'],
  ],
  store: ['dataStoreType', 'objectType', 'resourceGroupId'],
  identity: ['useSystemAssignedIdentity', 'userAssignedIdentityArmUrl'],
} as const satisfies Record<string, readonly string[]>

const SOURCE = 'Datasource'
const OPERATIONAL_STORE = 'AzureOperationalStoreParameters'

const notUnderstood = (what: string) =>
  new Refusal('InvalidRequestContent', `The request content was invalid and could not be deserialized: ${what}`)

/** What doesn't fit into an instance, and what to do, as sentences. */
export const badInstance = (what: string, remedy: string) =>
  new UserFacingRefusal('UserErrorInvalidRequestParameter', `The backup instance is not valid: ${what}`, remedy)

/** What stands under a name in any casing: articles and clients spell them as they like (wire-disk.md 1). Null is nothing. */
export function under(value: unknown, name: string): unknown {
  const found = Object.entries(membersOf(value)).find(([given]) => same(given, name))
  return found?.[1] ?? undefined
}

/** The same where it has to be a text. @throws Refusal InvalidRequestContent */
export function textUnder(value: unknown, name: string): string | undefined {
  const text = under(value, name)
  if (text === undefined || typeof text === 'string') return text
  throw notUnderstood(`${name} is not a text.`)
}

/** The object under a name; an empty one where there is none. */
function objectUnder(value: unknown, name: string): Members {
  const object = under(value, name)
  if (object === undefined || isMembers(object)) return object ?? {}
  throw notUnderstood(`${name} is not an object.`)
}

/** The objects of the list under a name; none where there is no list. */
function objectsUnder(value: unknown, name: string): Members[] {
  const list = under(value, name) ?? []
  if (!Array.isArray(list)) throw notUnderstood(`${name} is not a list.`)
  return list.map((entry: unknown, index) => {
    if (isMembers(entry)) return entry
    throw notUnderstood(`${name}.${index} is not an object.`)
  })
}

/** What an object says it is has to be what is meant; it may say nothing, or an empty text as azurerm does. */
function checkType(value: unknown, meant: string): void {
  const said = textUnder(value, 'objectType') || meant
  if (!same(said, meant)) throw notUnderstood(`objectType '${said}' is none that belongs here, which is ${meant}.`)
}

function required(value: unknown, within: string, name: string): string {
  const text = textUnder(value, name)
  if (text) return text
  throw notUnderstood(`${within}.${name} is missing. Send it.`)
}

/** The texts of an object under their published names, in the order of the wire. */
const textsOf = (value: unknown, names: readonly string[]): Members =>
  Object.fromEntries(
    names.flatMap((name) => {
      const text = textUnder(value, name)
      return text === undefined ? [] : [[name, text]]
    }),
  )

/** A disk of that id; other kinds of source are not protected here. */
function readSource(value: Members): Members & { resourceID: string; resourceName: string } {
  checkType(value, SOURCE)
  const resourceID = required(value, 'dataSourceInfo', 'resourceID')
  const id = readResourceId(resourceID)
  const kind = textUnder(value, 'datasourceType') ?? DISK_TYPE
  if (!same(kind, DISK_TYPE) || !id || !same(id.type, DISK_TYPE)) {
    throw badInstance(
      `dataSourceInfo is of ${id ? `a ${same(kind, DISK_TYPE) ? id.type : kind}` : `'${resourceID}', which is no id`}.`,
      `Name a managed disk: datasourceType ${DISK_TYPE}, and its id as resourceID.`,
    )
  }
  const resourceName = textUnder(value, 'resourceName') || id.name
  const named = { resourceID, resourceName, objectType: SOURCE }
  return { ...textsOf({ ...textsOf(value, MEMBERS.source), ...named }, MEMBERS.source), ...named }
}

/** Where snapshots go: members stay in the order in which they were sent, as the service has it (golden disk/12, 46). */
function readStore(value: Members): Members {
  checkType(value, OPERATIONAL_STORE)
  const sent = Object.keys(value).flatMap((given) => MEMBERS.store.find((name) => same(name, given)) ?? [])
  const store = textsOf(value, sent)
  if (store.objectType) return store
  return { ...store, objectType: store.resourceGroupId === undefined ? null : OPERATIONAL_STORE }
}

function readPolicyInfo(value: Members): { policyInfo: Members; policyId: string; snapshotGroupId: string } {
  const policyId = required(value, 'policyInfo', 'policyId')
  const stores = objectsUnder(objectUnder(value, 'policyParameters'), 'dataStoreParametersList').map(readStore)
  const operational = stores.find(({ dataStoreType }) => same(String(dataStoreType), 'OperationalStore'))
  return {
    policyInfo: {
      policyId,
      ...textsOf(value, ['policyVersion']),
      ...(stores.length > 0 ? { policyParameters: { dataStoreParametersList: stores } } : {}),
    },
    policyId,
    snapshotGroupId: typeof operational?.resourceGroupId === 'string' ? operational.resourceGroupId : '',
  }
}

function readIdentity(properties: unknown): Members | undefined {
  const value = objectUnder(properties, 'identityDetails')
  if (Object.keys(value).length === 0) return undefined
  const [own, other] = MEMBERS.identity
  const useSystemAssignedIdentity = under(value, own)
  const userAssignedIdentityArmUrl = textUnder(value, other)
  if (useSystemAssignedIdentity !== undefined && typeof useSystemAssignedIdentity !== 'boolean')
    throw notUnderstood(`${own} is neither true nor false.`)
  if (useSystemAssignedIdentity === false && !userAssignedIdentityArmUrl)
    throw badInstance('identityDetails uses no identity.', `Name one as ${other}, or set ${own}.`)
  return {
    ...(useSystemAssignedIdentity === undefined ? {} : { [own]: useSystemAssignedIdentity }),
    ...(userAssignedIdentityArmUrl === undefined ? {} : { [other]: userAssignedIdentityArmUrl }),
  }
}

/**
 * Reads the `properties` of an instance, names in any casing.
 * @throws Refusal InvalidRequestContent, UserErrorInvalidRequestParameter where it is not of a managed disk
 */
export function readInstance(properties: unknown): DiskConfiguration {
  checkType(properties, 'BackupInstance')
  const source = readSource(objectUnder(properties, 'dataSourceInfo'))
  const set = textsOf(objectUnder(properties, 'dataSourceSetInfo'), MEMBERS.source)
  const { policyInfo, policyId, snapshotGroupId } = readPolicyInfo(objectUnder(properties, 'policyInfo'))
  const identityDetails = readIdentity(properties)
  const friendlyName = textUnder(properties, 'friendlyName') || source.resourceName
  const requests = under(properties, 'resourceGuardOperationRequests')
  return {
    sourceId: source.resourceID,
    friendlyName,
    policyId,
    instance: {
      document: {
        friendlyName,
        dataSourceInfo: source,
        ...(Object.keys(set).length === 0 ? {} : { dataSourceSetInfo: set }),
        policyInfo,
        ...(identityDetails ? { identityDetails } : {}),
      },
      snapshotGroupId,
    },
    requests: Array.isArray(requests) ? requests.map(String) : [],
  }
}

/** The disk that an instance names, and what the instance calls itself. */
export function namesOf({ document }: BackupInstance): { sourceId: string; friendlyName: string } {
  const { resourceID } = membersOf(document.dataSourceInfo)
  return { sourceId: String(resourceID), friendlyName: String(document.friendlyName) }
}

/** The id of the policy that an instance names, as it was written. */
export const policyIdOf = ({ document }: BackupInstance): string => String(membersOf(document.policyInfo).policyId)
