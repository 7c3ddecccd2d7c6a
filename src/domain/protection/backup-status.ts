import { Refusal } from '../errors.js'
import { isStorageAccount, shareKey } from '../inventory/file-shares.js'
import { isMachine, namesOfMachine } from '../inventory/machines.js'
import { keyOf, machineNames, type ResourceId, readResourceId, resourceId, same } from '../names.js'
import type { Vault } from '../vaults/vault.js'
import type { World } from '../world.js'
import { isStopped, type ProtectedItem, type WorkloadName } from './protected-items.js'
import { containerOf, shareItemName } from './storage-names.js'

/** What a status is asked of: one thing that can be protected, by the type of its data source. */
export interface SourceQuestion {
  resourceType: string
  resourceId: string
  /** The name of what is protected where the resource holds several: of a file share. */
  poLogicalName?: string
}

/** A source that can be protected, as its container and item would be called. */
export interface NamedSource {
  workload: WorkloadName
  sourceKey: string
  containerName: string
  itemName: string
}

const invalid = (what: string) => new Refusal('InvalidParameter', what)

/** Data sources that are emulated, and those that the definitions know beside them. */
const SOURCES: Record<string, ((world: World, question: SourceQuestion, id: ResourceId) => NamedSource) | undefined> = {
  VM: machineSource,
  AzureFileShare: shareSource,
}
const OTHER_TYPES = [
  ...['Invalid', 'FileFolder', 'AzureSqlDb', 'SQLDB', 'Exchange', 'Sharepoint', 'VMwareVM', 'SystemState'],
  ...['Client', 'GenericDataSource', 'SQLDataBase', 'SAPHanaDatabase', 'SAPAseDatabase', 'SAPHanaDBInstance'],
]

function machineSource(world: World, question: SourceQuestion, id: ResourceId): NamedSource {
  if (!isMachine(id)) throw invalid(`resourceId '${question.resourceId}' is not the id of a virtual machine.`)
  const sourceKey = keyOf(resourceId(id))
  const machine = world.resources.get(sourceKey)
  const { container, item } = machine ? namesOfMachine(machine) : machineNames(id)
  return { workload: 'VM', sourceKey, containerName: container, itemName: item }
}

function shareSource(_: World, { poLogicalName, resourceId: text }: SourceQuestion, id: ResourceId): NamedSource {
  if (!isStorageAccount(id)) throw invalid(`resourceId '${text}' is not the id of a storage account.`)
  if (!poLogicalName) throw invalid('poLogicalName is missing: it is the name of the file share.')
  return {
    workload: 'AzureFileShare',
    sourceKey: shareKey(id, poLogicalName),
    containerName: containerOf(id),
    itemName: shareItemName(id.name, poLogicalName),
  }
}

/**
 * The source that a question is about; undefined for types that exist and are never protected here.
 * @throws Refusal InvalidParameter
 */
export function readSource(world: World, question: SourceQuestion): NamedSource | undefined {
  const type = [...Object.keys(SOURCES), ...OTHER_TYPES].find((known) => same(known, question.resourceType))
  if (type === undefined) {
    throw invalid(`resourceType '${question.resourceType}' is none of ${Object.keys(SOURCES).join(', ')}.`)
  }
  const id = readResourceId(question.resourceId)
  if (!id) throw invalid(`resourceId '${question.resourceId}' is not the id of a resource.`)
  return SOURCES[type]?.(world, question, id)
}

export interface SourceStatus {
  status: 'NotProtected' | 'Protecting' | 'Protected'
  item?: ProtectedItem
  vault?: Vault
}

/** Whether and where a source is protected: of several vaults the one that backs it up counts (SEED-47). */
export function statusOfSource(world: World, source: NamedSource): SourceStatus {
  const items = world.items.ofSource(source.sourceKey)
  const item = items.find((candidate) => !isStopped(candidate)) ?? items[0]
  if (!item) return { status: 'NotProtected' }
  const vault = world.vaults.get(item.vaultKey)
  return { status: item.configuring ? 'Protecting' : 'Protected', item, ...(vault ? { vault } : {}) }
}
