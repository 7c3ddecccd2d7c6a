import { Type } from '@sinclair/typebox'
import { WINDOWS_PROGRAM, WINDOWS_PROGRAM_PATH } from '../backup/recovery-scripts.js'
import { type ControlScope, described } from './shapes.js'

/** What clients fetch to recover files of a Windows machine. It is the same for every recovery point. */
export function registerFileRecovery(scope: ControlScope): void {
  scope.get(
    WINDOWS_PROGRAM_PATH,
    described(
      'Recoverite.FileRecovery.Get',
      'The program that recovers files',
      'Handed out by item-level recovery of Windows machines in place of the one that attaches the volumes of a recovery point. It does nothing.',
      {
        response: {
          200: { description: 'A file', content: { 'application/octet-stream': { schema: Type.String() } } },
        },
      },
    ),
    async (_request, reply) => reply.header('content-type', 'application/octet-stream').send(WINDOWS_PROGRAM),
  )
}
