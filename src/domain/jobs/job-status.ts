export type JobStatus = 'InProgress' | 'Completed' | 'CompletedWithWarnings' | 'Failed' | 'Cancelling' | 'Cancelled'
/** How a job can end. */
export type EndedStatus = Exclude<JobStatus, 'InProgress' | 'Cancelling'>

const OPEN: readonly JobStatus[] = ['InProgress', 'Cancelling']

/** Whether a job has not ended yet. */
export const isOpen = ({ status }: { status: JobStatus }) => OPEN.includes(status)
