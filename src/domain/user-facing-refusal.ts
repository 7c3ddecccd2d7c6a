import { Refusal, type RefusalCode } from './errors.js'

/** A refusal of a Backup vault that tells apart what is wrong and what to do (wire-disk.md 1.2, golden disk/70). */
export class UserFacingRefusal extends Refusal {
  readonly recommendation: string

  constructor(code: RefusalCode, message: string, recommendation: string) {
    super(code, message)
    this.recommendation = recommendation
  }
}

/** What Backup vaults refuse bodies with. @param problem without a full stop @param remedy what to do, a sentence */
export const invalidInput = (problem: string, remedy: string) =>
  new UserFacingRefusal('BMSUserErrorInvalidInput', `Input provided for the call is invalid: ${problem}.`, remedy)
