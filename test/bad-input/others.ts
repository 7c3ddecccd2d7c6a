import { dailyPolicy, groupPath, itemOf, protection, type Story, vaultPath } from '../support/story.js'
import type { FreeRow } from './rows.js'
import type { Stage } from './stage.js'

/** What reads, and what writes outside of the providers whose operations all have rows. */
export function otherRows({ vault, free }: Stage): FreeRow[] {
  const jobs = (filter: string) => `${vault}/backupJobs?$filter=${encodeURIComponent(filter)}`
  const filter = (what: string, text: string): FreeRow => [
    what,
    'GET',
    jobs(text),
    undefined,
    'InvalidFilterInQueryString',
  ]
  const group = (what: string, name: string): FreeRow => [
    what,
    'PUT',
    groupPath(name),
    { location: 'westeurope' },
    'InvalidResourceGroup',
  ]
  const absent = '00000000-0000-0000-0000-000000000000'
  return [
    group('a group name that ends with a full stop', 'group.'),
    group('a group name of 91 letters', 'g'.repeat(91)),
    ['a subscription that is no GUID', 'GET', '/subscriptions/mine/resourceGroups', undefined, 'InvalidSubscriptionId'],
    [
      'deletion of a group with a vault that holds items',
      'DELETE',
      groupPath('demo'),
      undefined,
      'BMSUserErrorVaultDeletionForbidden',
    ],
    ['a vault that is not there', 'GET', vaultPath('nowhere'), undefined, 'ResourceNotFound'],
    ['an api-version that is none', 'GET', `${vault}?api-version=latest`, undefined, 'InvalidApiVersionParameter'],
    ['an operation that nobody knows', 'POST', `${vault}/backupEverything`, {}, 'InvalidResourceType'],
    [
      'an operation that was never handed out',
      'GET',
      `${vault}/backupOperations/${absent}`,
      undefined,
      'BMSUserErrorOperationNotFound',
    ],
    ['an item that is not there', 'GET', itemOf(vault, free).path, undefined, 'BMSUserErrorDataSourceObjectNotFound'],
    ['a job that there is not', 'GET', `${vault}/backupJobs/${absent}`, undefined, 'UserErrorJobNotFound'],
    filter('a filter without a value', 'status eq'),
    filter('a filter that compares otherwise', "status ne 'Failed'"),
    filter('a filter that ends with and', "status eq 'Failed' and "),
    filter('a filter by a name that jobs lack', "colour eq 'red'"),
    filter('a filter by a time that is none', "startTime eq 'noon'"),
    ['a clock moved backwards', 'PUT', '/_recoverite/clock', { now: '2020-01-01T00:00:00Z' }, 'ClockMovesOnlyForward'],
  ]
}

/** A vault can hold one machine, two vaults a region, three policies a vault, one data disk a machine. */
export const LOWERED = { vmsPerVault: 1, vaultsPerRegion: 2, policiesPerVault: 3, dataDisksPerVm: 1 }

/** What goes beyond limits that were lowered to `LOWERED`, on a world that has reached them. */
export async function beyondLimits(story: Story): Promise<FreeRow[]> {
  const vault = await story.vault()
  const second = await story.vault('second')
  await story.protect(vault, story.machine('one'))
  const two = story.machine('two')
  const disk = (lun: number) => ({ lun, diskSizeGB: 8 })
  const wide = story.machine('wide', { dataDisks: [disk(0), disk(1)] })
  return [
    ['a third vault', 'PUT', vaultPath('third'), { location: 'westeurope' }, 'UserErrorVaultQuotaReached'],
    [
      'a fourth policy',
      'PUT',
      `${vault}/backupPolicies/Fourth`,
      { properties: dailyPolicy() },
      'UserErrorPolicyQuotaReached',
    ],
    [
      'a second machine',
      'PUT',
      itemOf(vault, two).path,
      protection(vault, two, 'DefaultPolicy'),
      'UserErrorProtectionQuotaExceeded',
    ],
    [
      'a machine with two data disks',
      'PUT',
      itemOf(second, wide).path,
      protection(second, wide, 'DefaultPolicy'),
      'BMSUserErrorInvalidConfigureProtectionRequest',
    ],
  ]
}
