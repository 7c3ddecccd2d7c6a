import { digestOf } from '../chance.js'
import { Refusal } from '../errors.js'
import { type ResourceId, resourceId } from '../names.js'

/** What the name of a storage account's container says. */
export interface ContainerName {
  /** The word after `Microsoft.` in the account's type, as it was written: `Storage`, `storage`, `ClassicStorage`. */
  kind: string
  resourceGroup: string
  account: string
}

const CONTAINER_NAME = /^storagecontainer;((?:classic)?storage);([^;]+);([^;]+)$/i
const ITEM_NAME = /^azurefileshare;([^;]+)$/i
const HASH = /^[0-9a-f]{64}$/i

/** Reads `StorageContainer;Storage;<group>;<account>`; undefined where it is another name. */
export function readContainerName(name: string): ContainerName | undefined {
  const [, kind, resourceGroup, account] = CONTAINER_NAME.exec(name) ?? []
  return kind && resourceGroup && account ? { kind, resourceGroup, account } : undefined
}

export const containerName = ({ kind, resourceGroup, account }: ContainerName) =>
  `StorageContainer;${kind};${resourceGroup};${account}`

/** `Microsoft.Storage/storageAccounts` → `Storage` */
const kindOf = (type: string) => type.slice(type.indexOf('.') + 1, type.indexOf('/'))

/** The container of an account, as lists name it: group and account keep their casing (wire-files.md 1). */
export const containerOf = (account: ResourceId) =>
  containerName({ kind: kindOf(account.type), resourceGroup: account.resourceGroup, account: account.name })

/** The account that a container's name speaks of, its type spelled as in the name: the service makes ids of items so. */
export const accountIdOf = (subscriptionId: string, { kind, resourceGroup, account }: ContainerName) =>
  resourceId({ subscriptionId, resourceGroup, type: `Microsoft.${kind}/storageAccounts`, name: account })

/**
 * What the service calls a share by: 64 hex digits. What goes into the service's own is not known (wire-files.md 1),
 * an account's name is the world's only one.
 */
export const shareHash = (account: string, share: string) => digestOf(`${account}/${share}`.toLowerCase())

/** The item of a share, by its hash. */
export const shareItemName = (account: string, share: string) => `AzureFileShare;${shareHash(account, share)}`

/**
 * The item name of a share out of the names of a path. A share's own name is taken too, the hash stands for it from
 * then on (wire-files.md 1).
 * @throws Refusal BMSUserErrorContainerNameIncorrectFormat, BMSUserErrorProtectedItemNameIncorrectFormat
 */
export function readShareItem(container: string, item: string): { container: ContainerName; name: string } {
  const read = readContainerName(container)
  if (!read) {
    throw new Refusal(
      'BMSUserErrorContainerNameIncorrectFormat',
      `The container name '${container}' is not in the expected form. Name it StorageContainer;Storage;<resource group>;<storage account>.`,
    )
  }
  const [, share] = ITEM_NAME.exec(item) ?? []
  if (!share) {
    throw new Refusal(
      'BMSUserErrorProtectedItemNameIncorrectFormat',
      `The protected item name '${item}' is not in the expected form. Name it as backupProtectableItems does, AzureFileShare;<64 hex digits>, or AzureFileShare;<file share>.`,
    )
  }
  return { container: read, name: HASH.test(share) ? `AzureFileShare;${share}` : shareItemName(read.account, share) }
}
