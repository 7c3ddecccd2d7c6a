import fc from 'fast-check'
import type { Answer } from '../support/emulator.js'
import type { ShareStory } from '../support/share-story.js'
import { anyPolicy, SHORT } from './any-policy.js'
import { itemBody, type Made, restoreBody } from './any-world.js'
import { bodyOf, type PolicyCase } from './policy-cases.js'

/** What somebody does with a world at some moment; `item` counts the items round and round. */
export type Deed =
  | { deed: 'backUp' | 'stop' | 'resume' | 'deleteData' | 'undelete' | 'restore' | 'cancel' | 'discover'; item: number }
  | { deed: 'condition'; item: number; name: string; value: string | number | null }
  | { deed: 'changePolicy'; item: number; policies: Record<PolicyCase['of'], PolicyCase> }

const CONDITIONS: readonly (readonly [name: string, value: string | number | null])[] = [
  ['powerState', 'deallocated'],
  ['powerState', 'running'],
  ['agent', 'notReady'],
  ['agent', null],
  ['vss', 'writersFailed'],
  ['vss', null],
  ['network', 'blocked'],
  ['network', null],
  ['vaultTransfer', 'failing'],
  ['vaultTransfer', null],
  ['usedDataGB', 90],
  ['usedDataGB', 3],
]

const item = fc.nat(4)

const BY_NAME = ['stop', 'resume', 'deleteData', 'undelete', 'cancel', 'discover'] as const

export const anyDeed: fc.Arbitrary<Deed> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ deed: fc.constantFrom('backUp' as const, 'restore' as const), item }) },
  { weight: 3, arbitrary: fc.record({ deed: fc.constantFrom(...BY_NAME), item }) },
  {
    weight: 2,
    arbitrary: fc
      .record({ item, condition: fc.constantFrom(...CONDITIONS) })
      .map(({ item, condition: [name, value] }) => ({ deed: 'condition', item, name, value }) as const),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      deed: fc.constant('changePolicy' as const),
      item,
      policies: fc.record({
        standard: anyPolicy('standard', 'day', SHORT),
        enhanced: anyPolicy('enhanced', 'hours', SHORT),
        snapshots: anyPolicy('snapshots', 'day', SHORT),
        vaulted: anyPolicy('vaulted', 'hours', SHORT),
      }),
    }),
  },
)

async function ask(story: ShareStory, deed: Deed, made: Made): Promise<Answer> {
  const { vault, path, source, policy } = made
  const policyId = `${vault}/backupPolicies/${policy}`
  const put = (changes: object) => story.call('PUT', path, { properties: itemBody(made, { ...changes }) })
  switch (deed.deed) {
    case 'backUp': {
      const objectType = made.share ? 'AzureFileShareBackupRequest' : 'IaasVMBackupRequest'
      return story.call('POST', `${path}/backup`, { properties: { objectType } })
    }
    case 'stop':
      return put({ policyId: '', protectionState: 'ProtectionStopped' })
    case 'resume':
      return put({ policyId })
    case 'deleteData':
      return story.call('DELETE', path)
    case 'undelete':
      return put({ policyId: '', protectionState: 'ProtectionStopped', isRehydrate: true })
    case 'restore': {
      const point = String((await story.call('GET', `${path}/recoveryPoints`)).names[0] ?? '0')
      return story.call('POST', `${path}/recoveryPoints/${point}/restore`, { properties: restoreBody(made, point) })
    }
    case 'cancel': {
      const open = await story.call('GET', `${vault}/backupJobs?$filter=status eq 'InProgress'`)
      const job = String(open.names[0] ?? '00000000-0000-4000-8000-000000000000')
      return story.call('POST', `${vault}/backupJobs/${job}/cancel`)
    }
    case 'discover':
      return story.call('POST', `${vault}/backupFabrics/Azure/refreshContainers`)
    case 'condition':
      return story.call('PATCH', `/_recoverite/conditions?resourceId=${source}`, { [deed.name]: deed.value })
    case 'changePolicy':
      return story.putPolicy(vault, policy, bodyOf(deed.policies[made.of]))
  }
}

/** Does it, and tells what the service answered. */
export async function act(story: ShareStory, deed: Deed, items: readonly Made[]): Promise<string> {
  const made = items[deed.item % items.length]
  if (!made) return 'nothing'
  const answer = await ask(story, deed, made)
  const urls = ['azure-asyncoperation', 'location'].map((name) => answer.header(name))
  return [deed.deed, answer.status, ...urls, JSON.stringify(answer.body)].join(' ')
}

/** The paths of the jobs that have not ended, in all vaults. */
export async function openJobs({ call }: ShareStory, items: readonly Made[]): Promise<string[]> {
  const filter = "$filter=status eq 'InProgress'"
  const vaults = [...new Set(items.map(({ vault }) => vault))]
  const lists = await Promise.all(vaults.map((vault) => call('GET', `${vault}/backupJobs?${filter}`)))
  return lists.flatMap(({ values }) => values.map(({ id }) => String(id)))
}
