/**
 * Every kind of domain event and what it says has happened, by the thing it is about. Whoever listens picks from these
 * names. Who waits for all of one thing asks for `job.*`.
 */
export const EVENT_TYPES = {
  'item.created': 'Protection was asked for; the item is being configured',
  'item.configured': 'A configuration has ended: the policy holds from now on',
  'item.failed': 'A backup instance could not be configured: it is there, and not protected',
  'item.protected': 'The first backup is there, or the first since protection was resumed',
  'item.stopped': 'Protection has stopped; the data stays, or goes as the policy says',
  'item.resumed': 'Protection goes on after it had stopped',
  'item.softDeleted': 'The data was deleted and can be had back for a while',
  'item.undeleted': 'Deleted data was brought back',
  'item.deleted': 'The item and all its recovery points are gone',
  'job.started': 'A job has begun',
  'job.cancelling': 'Somebody has asked for the end of a job',
  'job.completed': 'A job has ended well; its status says whether with warnings',
  'job.failed': 'A job has failed',
  'job.cancelled': 'A job has ended because somebody asked for it, or because its item has gone',
  'task.started': 'A task of a job has begun',
  'task.ended': 'A task of a job is over: Completed, Failed, Skipped or Cancelled',
  'recoveryPoint.created': 'There is a new recovery point',
  'recoveryPoint.tierChanged': 'A tier of a recovery point has come, gone or been rehydrated',
  'recoveryPoint.retentionChanged': 'A recovery point is kept longer or shorter than it was to be',
  'recoveryPoint.deleted': 'A recovery point has gone',
  'policy.created': 'There is a new policy',
  'policy.updated': 'A policy has changed',
  'policy.deleted': 'A policy has gone; those of a deleted vault go with it, without a word',
  'vault.created': 'There is a new vault',
  'vault.updated': 'Tags, identity, settings or the guard of a vault have changed',
  'vault.moved': 'A vault is in another resource group or subscription',
  'vault.softDeleted': 'A vault was deleted and can be had back for a while',
  'vault.undeleted': 'A deleted vault was brought back',
  'vault.deleted': 'A vault has gone with everything in it',
  'alert.fired': 'An alert has come up',
  'alert.stateChanged': 'Somebody has acknowledged an alert, closed it or opened it again',
  'alert.expired': 'An alert is kept no longer',
  'clock.advanced': 'Somebody moved the time, or a waiting client had it moved',
  'clock.changed': 'Time passes in another way',
} as const satisfies Record<string, string>

export type EventType = keyof typeof EVENT_TYPES

/** What a listener is told about the events themselves, whatever it has asked for. */
export const NOTICES = {
  'events.lost': 'Events that the listener has not had are kept no more; it goes on with the oldest that there is',
  'events.restarted': 'The world was reset, restored or imported: what follows belongs to another history',
} as const satisfies Record<string, string>

export type NoticeType = keyof typeof NOTICES

/** What an event says beyond its type and subject: a few small members. */
export type EventData = Readonly<Record<string, unknown>>

/** What happened to a thing, as its own rules have it. */
export type Happening = readonly [type: EventType, data: EventData]
