import { type TSchema, Type } from '@sinclair/typebox'
import type { FastifyError, FastifyInstance } from 'fastify'
import { Refusal } from '../../domain/errors.js'
import type { Scheduler } from '../../scheduler/scheduler.js'
import { ClockShape, clockView } from './clock.js'
import { controlScope, described, isoInstant, refusals } from './shapes.js'

const MEDIA_TYPE = 'application/vnd.sqlite3'

const fileOf = <S extends TSchema>(types: readonly string[], schema: S) =>
  Object.fromEntries(types.map((type) => [type, { schema }]))
const Bytes = Type.Unsafe<Buffer>({ type: 'string', format: 'binary', description: 'A SQLite database' })

/** `recoverite-20260105T080000Z.sqlite` */
const fileName = (now: number) => `recoverite-${isoInstant(now).replace(/\.\d+|[-:]/g, '')}.sqlite`

/** The whole world as one SQLite file, out and in (design.md 5). */
export function registerTransfer(
  control: FastifyInstance,
  { scheduler, importLimit }: { scheduler: Scheduler; importLimit: number },
): void {
  controlScope(control).get(
    '/_recoverite/export',
    described(
      'Recoverite.Export',
      'Export the world',
      'The whole world as one SQLite file: the same bytes for the same world. `sqlite3` opens it, and an import takes it back.',
      { response: { 200: { description: 'A SQLite database', content: fileOf([MEDIA_TYPE], Bytes) } } },
    ),
    async (_request, reply) => {
      const file = scheduler.saved.export()
      return reply
        .header('content-type', MEDIA_TYPE)
        .header('content-disposition', `attachment; filename="${fileName(scheduler.reading().now)}"`)
        .send(file)
    },
  )

  control.register(async (files) => {
    // Whatever a client calls the bytes that it sends, they are a file.
    files.removeAllContentTypeParsers()
    files.addContentTypeParser('*', { parseAs: 'buffer', bodyLimit: importLimit }, (_request, bytes, done) =>
      done(null, bytes),
    )
    files.setErrorHandler((error: FastifyError) => {
      if (error.code !== 'FST_ERR_CTP_BODY_TOO_LARGE') throw error
      throw new Refusal(
        'RequestContentTooLarge',
        `The file is too large: a world of at most ${importLimit} bytes is taken.`,
      )
    })
    files.post(
      '/_recoverite/import',
      {
        ...described(
          'Recoverite.Import',
          'Import a world',
          "Puts the world of an exported file in the place of this one. The clock goes on from the file's instant. A file of an older version is brought up to date; what is no such file, is damaged or was written by a newer version is refused, and nothing changes.",
          {
            body: { content: fileOf(['application/octet-stream', MEDIA_TYPE], Bytes) },
            response: { 200: ClockShape, ...refusals('InvalidControlRequest', 'RequestContentTooLarge') },
          },
        ),
        validatorCompiler: () => () => true,
      },
      async (request) => {
        scheduler.saved.import(Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0))
        return clockView(scheduler.reading())
      },
    )
  })
}
