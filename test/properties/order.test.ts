import assert from 'node:assert/strict'
import t from 'tap'
import { holds } from './property.js'
import { anyAdvances, byTheRule, byTheScheduler, MANUAL } from './timeline-story.js'

t.test('events run by due time, then as they were put there, those put there meanwhile too', async (t) => {
  await holds(t, 200, anyAdvances, (story) => {
    assert.deepEqual(byTheScheduler(story, MANUAL), byTheRule(story, MANUAL))
  })
})
