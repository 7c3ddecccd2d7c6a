import { type Static, type TSchema, Type } from '@sinclair/typebox'
import { Tags } from '../../arm/shapes.js'
import { SHARE_QUOTA_GB } from '../../domain/inventory/file-shares.js'
import {
  DISK_SKUS,
  LARGEST_DISK_GB,
  LAST_LUN,
  OS_TYPES,
  seedInventory,
} from '../../domain/inventory/inventory-seeds.js'
import { STORAGE_KINDS, STORAGE_SKUS } from '../../domain/inventory/storage-seeds.js'
import { AGENT_NAMES } from '../../domain/vaults/registered-servers.js'
import type { Scheduler } from '../../scheduler/scheduler.js'
import { ConditionsShape } from './conditions.js'
import { type ControlScope, described, oneOf, refusals } from './shapes.js'

const SizeGB = Type.Integer({ minimum: 1, maximum: LARGEST_DISK_GB, description: 'GB' })

/** A list of seeds of one kind: whose and where, what every kind has, and what only this one has. */
const seedsOf = <P extends Record<string, TSchema>>(description: string, own: P) =>
  Type.Optional(
    Type.Array(
      Type.Object(
        {
          id: Type.Optional(Type.String({ description: 'The full ARM id; otherwise resourceGroup and name' })),
          subscriptionId: Type.Optional(Type.String({ description: 'A GUID; without it, the first subscription' })),
          resourceGroup: Type.Optional(Type.String()),
          name: Type.Optional(Type.String()),
          location: Type.Optional(Type.String({ description: 'A public region; westeurope where nothing is said' })),
          ...own,
          tags: Type.Optional(Tags),
          conditions: Type.Optional(ConditionsShape),
        },
        { additionalProperties: false },
      ),
      { description },
    ),
  )

const InventoryBody = Type.Object(
  {
    virtualMachines: seedsOf('Virtual machines; classic ones where they have a cloud service', {
      osType: Type.Optional(oneOf(OS_TYPES)),
      vmSize: Type.Optional(Type.String({ minLength: 1 })),
      osDiskSizeGB: Type.Optional(SizeGB),
      dataDisks: Type.Optional(
        Type.Array(
          Type.Object(
            { lun: Type.Integer({ minimum: 0, maximum: LAST_LUN }), diskSizeGB: SizeGB },
            { additionalProperties: false },
          ),
          { maxItems: LAST_LUN + 1 },
        ),
      ),
      cloudService: Type.Optional(Type.String({ description: 'Makes it a classic machine' })),
    }),
    disks: seedsOf('Managed disks', { diskSizeGB: SizeGB, sku: Type.Optional(oneOf(DISK_SKUS)) }),
    servers: seedsOf('Servers outside Azure, for the agents', {
      osType: Type.Optional(oneOf(OS_TYPES)),
      osVersion: Type.Optional(Type.String({ minLength: 1 })),
      registration: Type.Optional(
        Type.Object(
          {
            vault: Type.String({ description: 'The id of the vault that it has registered with' }),
            agent: oneOf(AGENT_NAMES),
            thumbprint: Type.Optional(
              Type.String({ description: 'Of the vault credentials; without it they are taken to be good' }),
            ),
          },
          { additionalProperties: false },
        ),
      ),
    }),
    storageAccounts: seedsOf('Storage accounts', {
      kind: Type.Optional(oneOf(STORAGE_KINDS)),
      sku: Type.Optional(oneOf(STORAGE_SKUS)),
      classic: Type.Optional(Type.Boolean({ description: 'Makes it a classic account' })),
      fileShares: Type.Optional(
        Type.Array(
          Type.Object(
            {
              name: Type.String(),
              quotaGB: Type.Optional(
                Type.Integer({ minimum: SHARE_QUOTA_GB.least, maximum: SHARE_QUOTA_GB.most, description: 'GB' }),
              ),
              usedDataGB: Type.Optional(Type.Number({ minimum: 0, description: 'GB; nothing where nothing is said' })),
              dailyChurnGB: Type.Optional(Type.Number({ minimum: 0, description: 'GB that change in a day' })),
              files: Type.Optional(Type.Integer({ minimum: 0, description: 'How many files it holds' })),
              conditions: Type.Optional(ConditionsShape),
            },
            { additionalProperties: false },
          ),
          { description: 'File shares of the account' },
        ),
      ),
    }),
  },
  {
    additionalProperties: false,
    examples: [
      {
        virtualMachines: [
          { resourceGroup: 'demo', name: 'vm1', osType: 'Linux', dataDisks: [{ lun: 0, diskSizeGB: 128 }] },
          { resourceGroup: 'demo', name: 'vm2', osType: 'Windows', conditions: { agent: 'outdated' } },
        ],
        storageAccounts: [
          { resourceGroup: 'demo', name: 'demostore', fileShares: [{ name: 'share1', usedDataGB: 10, files: 250 }] },
        ],
      },
    ],
  },
)

/** The body of a bulk seed. */
export type InventoryInput = Static<typeof InventoryBody>

/** The bulk seed of machines, disks, servers and storage accounts (design.md 5). */
export function registerInventory(scope: ControlScope, { scheduler }: { scheduler: Scheduler }): void {
  scope.post(
    '/_recoverite/inventory',
    described(
      'Recoverite.Inventory.Seed',
      'Seed the inventory',
      'Puts machines, disks, servers and storage accounts into the world, all or nothing. Missing groups and subscriptions are made; ' +
        'what is there already is updated: what is not said of it stays. A vault that exists sees new machines after its next refresh of containers.',
      {
        body: InventoryBody,
        response: {
          201: Type.Object(
            { created: Type.Array(Type.String()) },
            { description: 'The ids, in the order of the body' },
          ),
          ...refusals('InvalidControlRequest', 'InvalidResourceLocation', 'ResourceGroupBeingDeleted'),
        },
      },
    ),
    async (request, reply) => {
      const created = scheduler.transact((world) => seedInventory(world, request.body))
      return reply.code(201).send({ created })
    },
  )
}
