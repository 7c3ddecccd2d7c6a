import assert from 'node:assert/strict'
import t from 'tap'
import { runsBetween } from '../../src/domain/policies/schedule.js'
import { TIME_ZONES } from '../../src/domain/policies/time-zones.js'
import { DAY, HOUR, members } from '../support/seen.js'
import { type ShareStory, snapshotPolicy, tellShareStory } from '../support/share-story.js'
import { vaultPath } from '../support/story.js'
import { anyPolicy, SHORT } from './any-policy.js'
import { storedForm } from './policy-cases.js'
import { holds, sameLines } from './property.js'
import { timesOf } from './reference-calendar.js'
import { standardOffset, ZONES } from './reference-zones.js'

const iso = (instant: number) => new Date(instant).toISOString()
const MINUTE = 60_000
const YEAR = [Date.UTC(2026, 0, 1), Date.UTC(2027, 0, 1)] as const

t.test('the zones are all that Windows has', async (t) => {
  t.ok(ZONES.length > 130)
  t.same([...TIME_ZONES].sort(), ZONES)
})

for (const [name, policies] of [
  ['daily', anyPolicy('standard', 'day', SHORT)],
  ['weekly', anyPolicy('standard', 'week', SHORT)],
  ['hourly', anyPolicy('enhanced', 'hours', SHORT)],
] as const) {
  t.test(`a ${name} policy runs by the winter clock of its zone all the year, in every zone (SEED-53)`, async (t) => {
    await holds(t, 2, policies, (policy) => {
      for (const zone of ZONES) {
        const there = { ...policy, zone }
        sameLines(runsBetween(storedForm(there), ...YEAR).map(iso), timesOf(there, ...YEAR).map(iso), zone)
      }
    })
  })
}

/** Over the days on which America, Europe and Australia put their clocks forward or back. */
const BEFORE_SUMMER_TIME = '2026-03-06T00:00:00Z'
const DAYS = 32
const VAULTS = 3

const vaultOf = (index: number) => `zones${index % VAULTS}`
const shareOf = (index: number) => `share${index}`

/** A share in every zone, each backed up at eight in the evening there. */
async function protectInEveryZone(story: ShareStory): Promise<void> {
  for (let number = 0; number < VAULTS; number++) {
    const shares = ZONES.map((_, index) => index).filter((index) => index % VAULTS === number)
    const name = vaultOf(number)
    story.account(name, shares.map(shareOf))
    const vault = await story.vault(name)
    const container = await story.register(vault, name)
    const offered = await story.offered(vault)
    for (const index of shares) {
      const put = await story.putPolicy(vault, `Policy-${index}`, snapshotPolicy({ timeZone: ZONES[index] }))
      assert.equal(put.status, 200)
      await story.tryProtectShare(container, offered[shareOf(index)] ?? '', `Policy-${index}`)
    }
  }
  story.world.emulator.clock.advance({ until: 'idle' })
}

/** When each share was backed up, oldest first. */
async function startsOf({ call }: ShareStory): Promise<Map<string, number[]>> {
  const starts = new Map<string, number[]>()
  for (let number = 0; number < VAULTS; number++) {
    const { values } = await call('GET', `${vaultPath(vaultOf(number))}/backupJobs?$filter=operation eq 'Backup'`)
    for (const { properties } of values.toReversed()) {
      const { entityFriendlyName: share, startTime } = members(properties)
      starts.set(String(share), [...(starts.get(String(share)) ?? []), Date.parse(String(startTime))])
    }
  }
  return starts
}

t.test('in every zone a share is backed up once a day, at its hour by the winter clock', async (t) => {
  const story = await tellShareStory(t, { now: BEFORE_SUMMER_TIME })
  await protectInEveryZone(story)
  await story.advance(`${DAYS}d`)
  const starts = await startsOf(story)
  const wrong: string[] = []
  for (const [index, zone] of ZONES.entries()) {
    const atEight = 20 * HOUR - standardOffset(zone) * MINUTE
    const late = (starts.get(shareOf(index)) ?? []).map((start) => (start - atEight) % DAY)
    const onTime = late.filter((ms) => ms <= MINUTE)
    if (onTime.length !== DAYS || late.length !== DAYS) wrong.push(`${zone}: ${onTime.length} of ${late.length}`)
  }
  t.same(wrong, [], `${DAYS} backups within a minute of the hour`)
})
