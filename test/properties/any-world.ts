import assert from 'node:assert/strict'
import fc from 'fast-check'
import type { Answer } from '../support/emulator.js'
import type { Members } from '../support/seen.js'
import { accountPath, containerPath, type ShareStory } from '../support/share-story.js'
import { groupPath, itemOf, vaultPath } from '../support/story.js'
import { anyPolicy, SHORT } from './any-policy.js'
import { bodyOf, isOfShares, type PolicyCase } from './policy-cases.js'

/** A machine or a share, and how it is protected. */
export interface ItemCase {
  vault: string
  policy: PolicyCase
  /** GB that it holds. */
  usedDataGB: number
  /** How many data disks a machine has. */
  dataDisks: number
}

export interface WorldCase {
  seed: string
  items: readonly ItemCase[]
}

/** An item of a world that has been made, and what its requests need. */
export interface Made {
  vault: string
  path: string
  /** What says how the machine or the account is. */
  source: string
  policy: string
  of: PolicyCase['of']
  share: boolean
}

const anyItem = (of: PolicyCase['of'], every: PolicyCase['schedule']['every']): fc.Arbitrary<ItemCase> =>
  fc.record({
    vault: fc.constantFrom('one', 'two'),
    policy: anyPolicy(of, every, SHORT),
    usedDataGB: fc.integer({ min: 0, max: 120 }),
    dataDisks: fc.nat(2),
  })

/** A few items, with policies of every kind among them. */
export const anyWorld: fc.Arbitrary<WorldCase> = fc.record({
  seed: fc.constantFrom('a', 'b', 'c', 'd'),
  items: fc
    .tuple(
      fc.oneof(anyItem('standard', 'day'), anyItem('enhanced', 'day')),
      fc.oneof(anyItem('standard', 'week'), anyItem('enhanced', 'week')),
      anyItem('enhanced', 'hours'),
      fc.oneof(anyItem('snapshots', 'day'), anyItem('snapshots', 'hours')),
      fc.oneof(anyItem('vaulted', 'day'), anyItem('vaulted', 'hours')),
    )
    .chain((items) => fc.subarray(items, { minLength: 2 })),
})

const nameOf = (index: number) => `thing${index}`

function seedSource(story: ShareStory, { policy, usedDataGB, dataDisks }: ItemCase, name: string): string {
  if (isOfShares(policy)) {
    story.account(name, [{ name, quotaGB: 200, usedDataGB, dailyChurnGB: 1 }])
    return accountPath(name)
  }
  return story.machine(name, {
    conditions: { usedDataGB },
    dataDisks: Array.from({ length: dataDisks }, (_, lun) => ({ lun, diskSizeGB: 32 })),
  })
}

const accepted = (answer: Answer) => assert.equal(answer.status, 202, JSON.stringify(answer.body))

async function makeItem(story: ShareStory, { vault, policy }: ItemCase, name: string, source: string): Promise<Made> {
  const path = vaultPath(vault)
  const share = isOfShares(policy)
  const made = { vault: path, source, policy: `Policy-${name}`, of: policy.of, share }
  const put = await story.putPolicy(path, made.policy, bodyOf(policy))
  assert.equal(put.status, 200, JSON.stringify(put.body))
  if (!share) {
    accepted(await story.tryProtect(path, source, made.policy))
    return { ...made, path: itemOf(path, source).path }
  }
  const container = containerPath(path, name)
  const item = (await story.offered(path))[name]
  assert.ok(item, `the share of ${name} is not offered`)
  accepted(await story.tryProtectShare(container, item, made.policy))
  return { ...made, path: `${container}/protectedItems/${item}` }
}

/** Makes a world anew, up to the moment at which everything in it is protected. */
export async function makeWorld(story: ShareStory, { seed, items }: WorldCase): Promise<Made[]> {
  const { emulator } = story.world
  emulator.reset({ seed })
  const sources = items.map((item, index) => seedSource(story, item, nameOf(index)))
  for (const vault of new Set(items.map(({ vault }) => vault))) await story.vault(vault)
  for (const [index, { vault, policy }] of items.entries()) {
    if (isOfShares(policy)) accepted(await story.tryRegister(vaultPath(vault), nameOf(index)))
  }
  emulator.clock.advance({ until: 'idle' })
  const made: Made[] = []
  for (const [index, item] of items.entries()) {
    made.push(await makeItem(story, item, nameOf(index), sources[index] ?? ''))
  }
  emulator.clock.advance({ until: 'idle' })
  return made
}

/** The `properties` of a PUT of an item. */
export const itemBody = ({ share, source }: Made, changes: Members): Members => ({
  protectedItemType: share ? 'AzureFileShareProtectedItem' : 'Microsoft.Compute/virtualMachines',
  sourceResourceId: source,
  ...changes,
})

/** The `properties` of a POST that restores a point of an item. */
export const restoreBody = ({ share, source }: Made, point: string): Members =>
  share
    ? {
        objectType: 'AzureFileShareRestoreRequest',
        recoveryType: 'OriginalLocation',
        sourceResourceId: source,
        copyOptions: 'Overwrite',
        restoreRequestType: 'FullShareRestore',
      }
    : {
        objectType: 'IaasVMRestoreRequest',
        recoveryPointId: point,
        recoveryType: 'RestoreDisks',
        sourceResourceId: source,
        targetResourceGroupId: groupPath('restored'),
        storageAccountId: accountPath('staging', 'backup'),
        region: 'westeurope',
      }
