import type { Test } from 'tap'
import type { Answer } from './emulator.js'
import type { Stage } from './stage.js'

/** A call that is refused with a code, and leaves everything as it was. @returns the refusal */
export async function refused(t: Test, story: Stage, code: string, ask: () => Promise<Answer>): Promise<Answer> {
  const before = story.world.emulator.digest()
  const answer = await ask()
  t.equal(answer.code, code, JSON.stringify(answer.body))
  t.equal(story.world.emulator.digest(), before, `${code}: nothing has changed`)
  return answer
}
