import { type Static, type TObject, type TProperties, type TSchema, Type } from '@sinclair/typebox'
import { type Call, type Reply, type Route, route } from '../../arm/route.js'
import type { RefusalCode } from '../../domain/errors.js'
import type { Operation } from '../../domain/operations.js'
import { CLASSIC_VAULT_TYPE, getVault, type Vault } from '../../domain/vaults/vault.js'
import type { World } from '../../domain/world.js'

const version = (example: string) =>
  Type.Optional(Type.String({ description: 'Any; it changes headers alone', examples: [example] }))

/** Vaults, their storage and their agents came with one version, machines with another; each takes both (wire-classic.md 1). */
const QUERIES = {
  vault: Type.Object({ 'api-version': version('2015-03-15') }),
  machine: Type.Object({ 'api-version': version('2014-09-01') }),
} as const

const Filter = Type.Object({
  $filter: Type.Optional(Type.String({ description: "name eq 'value' and name eq 'value'" })),
})

/** The machine of the examples: it is in the cloud service `demo-service`. */
export const EXAMPLE_MACHINE = 'iaasvmcontainer;demo-service;classic-vm1'

const PATH_EXAMPLES = { protectionContainerName: EXAMPLE_MACHINE, protectedItemName: EXAMPLE_MACHINE } as const

type Declared<Body extends TSchema> = Pick<
  Route<Body>,
  'method' | 'path' | 'tag' | 'summary' | 'description' | 'body' | 'bodyOptional' | 'example' | 'responses' | 'waitsFor'
> & {
  /** Which version an example has. */
  of: keyof typeof QUERIES
  /** The list can be narrowed. */
  filtered?: true
  /** Beside those that every one has. */
  errors?: readonly RefusalCode[]
  handle: (world: World, call: Call<Static<Body>>) => Reply
}

const OF_ANY: readonly RefusalCode[] = ['ResourceNotFound']
const OF_FILTERS: readonly RefusalCode[] = ['InvalidFilterInQueryString']
const OF_BODIES: readonly RefusalCode[] = ['InvalidRequestContent']

/** A route of the classic provider: in its dialect, with what all its routes have in common. */
export function classicRoute<const Operation extends string, Body extends TSchema>(
  definition: Declared<Body> & { operation: Operation },
): Route & { operation: Operation } {
  const { of, filtered, errors = [], ...declared } = definition
  return route({
    ...declared,
    dialect: 'classic',
    pathExamples: PATH_EXAMPLES,
    query: filtered ? Type.Composite([QUERIES[of], Filter]) : QUERIES[of],
    errors: [...OF_ANY, ...(filtered ? OF_FILTERS : []), ...(declared.body ? OF_BODIES : []), ...errors],
  } as unknown as Route<Body> & { operation: Operation })
}

/** The classic vault that a path names. @throws Refusal ResourceNotFound */
export const classicVaultOf = (world: World, { params }: Pick<Call, 'params'>): Vault =>
  getVault(
    world,
    params.subscriptionId ?? '',
    params.resourceGroupName ?? '',
    params.vaultName ?? '',
    CLASSIC_VAULT_TYPE,
  )

/** What answers of this provider are made of has exactly these members. */
export const Exact = <Members extends TProperties>(members: Members): TObject<Members> =>
  Type.Object(members, { additionalProperties: false })

/** Something of a vault: what it is, under its id. */
export const Thing = <Properties extends TSchema>(properties: Properties) =>
  Exact({ properties, id: Type.String(), name: Type.String(), type: Type.String() })

/** A list is never continued: all of it is there. */
export const List = <Value extends TSchema>(value: Value) => Exact({ value: Type.Array(value), nextLink: Type.Null() })

export const listOf = (value: unknown[]): Reply => ({ status: 200, body: { value, nextLink: null } })

export const GUID_PATTERN = '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$'

/** An answer that is nothing but the id of an operation (wire-classic.md 3). */
const OperationId = Type.String({ pattern: GUID_PATTERN })

/** What there is nothing to follow of has the GUID of zeros. */
export const NO_OPERATION = '00000000-0000-0000-0000-000000000000'

/** 202, and where it is asked how that goes on: the bare id is the whole answer. */
export const accepted = ({ key }: Operation): Reply => ({ status: 202, body: key })

export const ACCEPTED = {
  202: { description: 'Accepted: the id of the operation, for operationResults', schema: OperationId },
} as const
export const NOTHING_TO_FOLLOW = { 200: { description: 'Done: the GUID of zeros', schema: OperationId } } as const
export const CANCELLING = { 200: { description: 'The id of the operation', schema: OperationId } } as const
export const NO_CONTENT = { 204: { description: 'Done' } } as const
