import { type Static, Type } from '@sinclair/typebox'
import { type Call, ok, type Reply } from '../../arm/route.js'
import { setStorageType } from '../../domain/vaults/classic-vaults.js'
import type { World } from '../../domain/world.js'
import { CLASSIC_VAULT } from '../scopes.js'
import { classicRoute, classicVaultOf, Exact, NO_CONTENT } from './classic-route.js'

const STORAGE_CONFIG = `${CLASSIC_VAULT}/storageconfig/vaultstorageconfig`
const tag = 'Classic vaults'

/** It is read under another name than it is set under. */
const StorageBody = Type.Object({ properties: Type.Object({ storageModelType: Type.String() }) })

const StorageView = Exact({
  resourceId: Type.Integer(),
  properties: Exact({
    storageType: Type.Union([Type.Literal('GeoRedundant'), Type.Literal('LocallyRedundant')]),
    storageTypeState: Type.Union([Type.Literal('Locked'), Type.Literal('Unlocked')]),
  }),
})

function get(world: World, call: Call): Reply {
  const { number, settings, storageLocked } = classicVaultOf(world, call)
  return ok({
    resourceId: number,
    properties: { storageType: settings.redundancy, storageTypeState: storageLocked ? 'Locked' : 'Unlocked' },
  })
}

function patch(world: World, call: Call<Static<typeof StorageBody>>): Reply {
  setStorageType(world, classicVaultOf(world, call), call.body.properties.storageModelType)
  return { status: 204 }
}

/** How often a classic vault keeps its data. */
export const classicStorageConfigRoutes = [
  classicRoute({
    operation: 'ClassicStorageConfigs.Get',
    of: 'vault',
    method: 'GET',
    path: STORAGE_CONFIG,
    tag,
    summary: 'Get the redundancy of a backup vault',
    responses: { 200: { description: 'The redundancy, and whether it can still be changed', schema: StorageView } },
    handle: get,
  }),
  classicRoute({
    operation: 'ClassicStorageConfigs.Update',
    of: 'vault',
    method: 'PATCH',
    path: STORAGE_CONFIG,
    tag,
    summary: 'Change the redundancy, before the first machine is registered',
    body: StorageBody,
    example: { properties: { storageModelType: 'LocallyRedundant' } },
    responses: NO_CONTENT,
    errors: ['InvalidParameter', 'StorageModelModifyError'],
    handle: patch,
  }),
] as const
