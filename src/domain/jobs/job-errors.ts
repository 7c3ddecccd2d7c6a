import type { FaultError } from '../faults/faults.js'
import { CLASSIC_JOB_ERRORS } from './classic-job-errors.js'
import { DISK_JOB_ERRORS } from './disk-job-errors.js'
import type { JobErrorRows } from './job-error-rows.js'
import { RESTORE_JOB_ERRORS } from './restore-job-errors.js'
import { SHARE_JOB_ERRORS } from './share-job-errors.js'
import { VM_JOB_ERRORS } from './vm-job-errors.js'

/** What every failed or warning job says of itself, by the name of its error. */
export const JOB_ERRORS = {
  ...VM_JOB_ERRORS,
  ...RESTORE_JOB_ERRORS,
  ...SHARE_JOB_ERRORS,
  ...CLASSIC_JOB_ERRORS,
  ...DISK_JOB_ERRORS,
} as const satisfies JobErrorRows

export type JobErrorName = keyof typeof JOB_ERRORS

/** What a job fails or warns with: an error of the table, or one that a fault names. */
export type JobError = JobErrorName | FaultError

/** What an error is called, its `title` on the wire. */
export const errorName = (error: JobError): string => (typeof error === 'string' ? error : error.code)

const isKnown = (name: string): name is JobErrorName => Object.hasOwn(JOB_ERRORS, name)

/** The error that a fault names. */
export const errorOfFault = (error: FaultError): JobError =>
  isKnown(error.code) && error.message === undefined ? error.code : error

/** What no table has; beyond the numbers that Recoverite gives by itself. */
const UNKNOWN = [
  499999,
  'Somebody wants this job to end so.',
  'Delete the fault that makes it so, then try again.',
] as const

/** Its title, where its source has one that is not its name; '' otherwise. */
export function errorTitle(error: JobError): string {
  const name = errorName(error)
  const rows: JobErrorRows = JOB_ERRORS
  return (isKnown(name) ? rows[name]?.[3] : name) ?? ''
}

/** Number, text and what to do. */
export function errorRow(error: JobError): readonly [code: number, text: string, recommendation: string] {
  const name = errorName(error)
  const [code, text, recommendation] = isKnown(name) ? JOB_ERRORS[name] : UNKNOWN
  const given = typeof error === 'string' ? undefined : error.message
  return [code, given ?? text, recommendation]
}
