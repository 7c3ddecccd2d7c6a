import { Refusal } from './errors.js'

/**
 * What a resource id of ARM names: `/subscriptions/{s}/resourceGroups/{g}/providers/{ns}/{type}/{name}`. One that is
 * nested in another has both their types and names: `Microsoft.Storage/storageAccounts/fileServices/shares` is the
 * type of `account/default/share`, and its path has types and names in turn.
 */
export interface ResourceId {
  subscriptionId: string
  resourceGroup: string
  /** Namespace and type, as written: `Microsoft.Compute/virtualMachines`. */
  type: string
  name: string
}

const RESOURCE_ID =
  /^\/?subscriptions\/([^/]+)\/resourceGroups\/([^/]+)\/providers\/([^/]+)\/((?:[^/]+\/[^/]+)(?:\/[^/]+\/[^/]+)*)\/?$/i

/** Reads the id of a resource; undefined where it isn't one. Casing is kept, `//` is taken as `/`. */
export function readResourceId(id: string): ResourceId | undefined {
  const parts = RESOURCE_ID.exec(id.replace(/\/{2,}/g, '/'))
  if (!parts) return undefined
  const [, subscriptionId = '', resourceGroup = '', namespace = '', path = ''] = parts
  const steps = path.split('/')
  const types = steps.filter((_, index) => index % 2 === 0)
  const names = steps.filter((_, index) => index % 2 === 1)
  return { subscriptionId, resourceGroup, type: [namespace, ...types].join('/'), name: names.join('/') }
}

export const groupId = (subscriptionId: string, group: string) =>
  `/subscriptions/${subscriptionId}/resourceGroups/${group}`

const GROUP_ID = /^\/?subscriptions\/([^/]+)\/resourceGroups\/([^/]+)\/?$/i

/** Reads the id of a resource group; undefined where it isn't one. */
export function readGroupId(id: string): Pick<ResourceId, 'subscriptionId' | 'resourceGroup'> | undefined {
  const [, subscriptionId, resourceGroup] = GROUP_ID.exec(id) ?? []
  return subscriptionId && resourceGroup ? { subscriptionId, resourceGroup } : undefined
}

export const resourceId = (of: ResourceId) =>
  `${groupId(of.subscriptionId, of.resourceGroup)}/providers/${isNested(of.type) ? nestedPath(of) : `${of.type}/${of.name}`}`

/** Whether resources of a type are parts of another: shares of an account. */
export const isNested = (type: string) => type.indexOf('/') !== type.lastIndexOf('/')

function nestedPath({ type, name }: ResourceId): string {
  const [namespace = '', ...types] = type.split('/')
  const names = name.split('/')
  return [namespace, ...types.flatMap((part, index) => [part, names[index] ?? ''])].join('/')
}

/** ARM compares ids, names and types without regard to case (ASCII). */
export const keyOf = (id: string) => id.toLowerCase()
export const same = (a: string, b: string) => a.toLowerCase() === b.toLowerCase()

/** The kind of machine: its marker in container and item names (wire-vm.md 1, domain.md 13.8). */
const MACHINE_MARKERS = {
  'microsoft.compute/virtualmachines': 'iaasvmcontainerv2',
  'microsoft.classiccompute/virtualmachines': 'iaasvmcontainer',
} as const

export interface MachineNames {
  /** `iaasvmcontainerv2;<rg>;<vm>`, the protectable item's name and `properties.containerName`. */
  bare: string
  /** `IaasVMContainer;iaasvmcontainerv2;<rg>;<vm>` */
  container: string
  /** `VM;iaasvmcontainerv2;<rg>;<vm>` */
  item: string
}

/**
 * Names of a machine's container and item: place and machine in lower case, as recorded since 2022.
 * @param place its resource group; of a classic machine its cloud service, which tells it from others of its name (SEED-10,
 * domain.md 13.8)
 */
export function machineNames(machine: ResourceId, place: string = machine.resourceGroup): MachineNames {
  const marker = MACHINE_MARKERS[machine.type.toLowerCase() as keyof typeof MACHINE_MARKERS] ?? 'iaasvmcontainerv2'
  const bare = `${marker};${place.toLowerCase()};${machine.name.toLowerCase()}`
  return { bare, container: `IaasVMContainer;${bare}`, item: `VM;${bare}` }
}

const CONTAINER_NAME = /^iaasvmcontainer;(iaasvmcontainer(?:v2)?);([^;]+);([^;]+)$/i
const ITEM_NAME = /^vm;(iaasvmcontainer(?:v2)?);([^;]+);([^;]+)$/i

/**
 * Group and machine out of a container's and an item's native names.
 * @throws Refusal BMSUserErrorContainerNameIncorrectFormat, BMSUserErrorProtectedItemNameIncorrectFormat
 */
export function readMachineNames(
  container: string,
  item: string,
): { resourceGroup: string; name: string; bare: string } {
  const ofContainer = CONTAINER_NAME.exec(container)
  if (!ofContainer) {
    throw new Refusal(
      'BMSUserErrorContainerNameIncorrectFormat',
      `The container name '${container}' is not in the expected form. Name it IaasVMContainer;iaasvmcontainerv2;<resource group>;<virtual machine>.`,
    )
  }
  const ofItem = ITEM_NAME.exec(item)
  const bare = ofContainer.slice(1).join(';')
  if (!ofItem || !same(ofItem.slice(1).join(';'), bare)) {
    throw new Refusal(
      'BMSUserErrorProtectedItemNameIncorrectFormat',
      `The protected item name '${item}' does not belong to container '${container}'. Name it VM;${bare.toLowerCase()}.`,
    )
  }
  return { resourceGroup: ofContainer[2] ?? '', name: ofContainer[3] ?? '', bare: bare.toLowerCase() }
}
