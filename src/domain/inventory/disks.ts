import { membersOf } from '../documents.js'
import { keyOf, same } from '../names.js'
import type { World } from '../world.js'
import type { Resource } from './inventory.js'
import { DISK_TYPE } from './resource-types.js'

/** What Backup looks at when it looks at a managed disk. */
export interface Disk {
  resource: Resource
  sizeGB: number
  sku: string
}

/** The disk of an id; undefined where there is none or it is something else. */
export function findDisk(world: World, id: string): Disk | undefined {
  const resource = world.resources.get(keyOf(id))
  if (!resource || !same(resource.type, DISK_TYPE)) return undefined
  const { diskSizeGB } = membersOf(resource.body.properties)
  const { name } = membersOf(resource.body.sku)
  return {
    resource,
    sizeGB: typeof diskSizeGB === 'number' ? diskSizeGB : 0,
    sku: typeof name === 'string' ? name : 'Standard_LRS',
  }
}
