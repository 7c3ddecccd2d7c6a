import { errorName, errorRow, type JobError } from '../domain/jobs/job-errors.js'
import type { UserFacingRefusal } from '../domain/user-facing-refusal.js'

/** What Backup vaults tell a user of an error, wherever they do (wire-disk.md 1.2). */
export interface UserFacingError {
  message: string
  recommendedAction: string[]
  code: string
  target: ''
  innerError?: { code: string; additionalInfo: Record<string, string> }
  isRetryable: false
  isUserError: false
  properties: { ActivityId: string }
}

/**
 * An error as resources, jobs and operations of Backup vaults have it inside (golden disk/19, 71).
 * @param activityId what the call that it came of was known by
 * @param detail what the service itself ran into
 */
export function userFacingError(error: JobError, activityId: string, detail?: string): UserFacingError {
  const code = errorName(error)
  const [, message, recommendation] = errorRow(error)
  return {
    message,
    recommendedAction: [recommendation],
    code,
    target: '',
    ...(detail === undefined ? {} : { innerError: { code, additionalInfo: { DetailedNonLocalisedMessage: detail } } }),
    isRetryable: false,
    isUserError: false,
    properties: { ActivityId: activityId },
  }
}

/** The same as requests and operations fail with it: as more information of an error of ARM's. */
export const userFacingInfo = (info: UserFacingError) => ({ additionalInfo: [{ type: 'UserFacingError', info }] })

/** What a request is refused with that has more to tell a user, with the nulls that it has there (golden disk/70). */
export function userFacingBody({ code, message, recommendation }: UserFacingRefusal, activityId: string) {
  const info = {
    message,
    recommendedAction: [recommendation],
    details: null,
    code,
    target: '',
    innerError: null,
    isRetryable: false,
    isUserError: false,
    properties: { ActivityId: activityId },
  }
  return { error: { additionalInfo: [{ type: 'UserFacingError', info }], code, message, target: null, details: null } }
}
