import swagger from '@fastify/swagger'
import swaggerUi from '@fastify/swagger-ui'
import type { FastifyInstance } from 'fastify'

/** One OpenAPI document: the routes that are registered in its own context. */
export interface Document {
  name: string
  title: string
  /** Registers the routes. */
  register: (scope: FastifyInstance) => void | Promise<void>
}

declare module 'fastify' {
  interface FastifyInstance {
    [openapi: `openapi:${string}`]: () => object
  }
}

const LOGO = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 190 40" height="40">
  <path d="M8 20a12 12 0 1 0 4-9" fill="none" stroke="#49cc90" stroke-width="4" stroke-linecap="round"/>
  <path d="M6 4v9h9" fill="none" stroke="#49cc90" stroke-width="4" stroke-linecap="round" stroke-linejoin="round"/>
  <text x="42" y="28" font-family="sans-serif" font-size="24" font-weight="600" fill="#fff">Recoverite</text>
</svg>`

/** The UI's own paths are no routes of the service. */
const FRONT = '/docs'

/**
 * Serves routes under a document each, `/docs/<name>.json`, and Swagger UI over all of them at `/docs`.
 * A document is made when it is first asked for.
 */
export async function registerDocuments(
  app: FastifyInstance,
  documents: readonly Document[],
  version: string,
): Promise<Map<string, () => object>> {
  const made = new Map<string, () => object>()
  for (const document of documents) {
    await app.register(async (scope) => {
      await scope.register(swagger, {
        decorator: `openapi:${document.name}`,
        openapi: {
          openapi: '3.1.0',
          info: {
            title: `Recoverite: ${document.title}`,
            description:
              'What this emulator serves of it. Every request works as it stands on a world that has the things it names.',
            version,
          },
          servers: [{ url: '/' }],
        },
        hideUntagged: true,
      })
      await document.register(scope)
      made.set(document.name, () => scope[`openapi:${document.name}`]?.() ?? {})
    })
    app.get(`${FRONT}/${document.name}.json`, { schema: { hide: true } }, (_request, reply) =>
      reply.header('content-type', 'application/json; charset=utf-8').send(JSON.stringify(made.get(document.name)?.())),
    )
  }
  await app.register(async (scope) => {
    await scope.register(swagger, { openapi: { info: { title: 'Recoverite', version } }, hideUntagged: true })
    await scope.register(swaggerUi, {
      routePrefix: FRONT,
      uiConfig: {
        urls: documents.map(({ name, title }) => ({ url: `${FRONT}/${name}.json`, name: title })),
        tryItOutEnabled: true,
        displayRequestDuration: true,
        docExpansion: 'list',
        deepLinking: true,
      },
      theme: { title: 'Recoverite' },
      logo: { type: 'image/svg+xml', content: LOGO, href: 'docs', target: '_self' },
    })
  })
  return made
}
