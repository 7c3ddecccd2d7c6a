import t from 'tap'
import { skipWithoutShared } from '../support/published-schemas.js'
import { replayAll, type Stories } from './replay.js'

/** What leads up to each recorded request; rows in the order of the files. */
const STORIES: Stories = {
  '60-resourceguard-put-2024': [{ now: '2024-05-14T07:00:00Z', location: 'centraluseuap', machine: 'vm1' }],
}

/** What is not replayed, and why. */
const LEFT_OUT = [[/^(?!60-resourceguard)/, 'Backup vaults are not served yet']] as const

t.test('recorded exchanges of Backup vaults and resource guards', { skip: skipWithoutShared }, (t) =>
  replayAll(t, { folder: 'golden/disk/', stories: STORIES, onPurpose: [], leftOut: LEFT_OUT }),
)
