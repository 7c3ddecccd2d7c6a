import { Refusal } from '../errors.js'

/** A restore whose parts don't fit together, and what exactly is wrong. */
export function badRestore(what: string): Refusal {
  return new Refusal('UserErrorInvalidRestoreRequest', `The restore request is not valid: ${what}`)
}
