import t from 'tap'
import { FIRST_SUBSCRIPTION } from '../../src/domain/inventory/inventory.js'
import { startTestEmulator, type TestEmulator } from '../support/emulator.js'

interface Parameter {
  name: string
  in: string
  required?: boolean
  example?: string
}

interface Operation {
  operationId?: string
  summary?: string
  parameters?: Parameter[]
  requestBody?: { content: Record<string, { example?: unknown }> }
  responses: Record<string, { description?: string }>
}

interface OpenApi {
  openapi: string
  paths: Record<string, Record<string, Operation>>
}

const ROOT = `/subscriptions/${FIRST_SUBSCRIPTION}`
const METHODS = ['put', 'post', 'patch', 'get', 'head', 'delete']
/** What stands in the world only after something else was asked for: nobody can know its name beforehand. */
const HANDED_OUT = ['operationId', 'deletedVaultName', 'backupEngineName', 'backupJobName', 'recoveryPointId']

/** What can't be clicked here, and why. */
const NOT_CLICKED: readonly (readonly [path: RegExp, why: string])[] = [
  [/\/triggerDataMove$/, 'the correlation id is handed out by the preparation'],
  [/\/backupCrossRegionRestore$/, 'the access token is handed out with a recovery point'],
  [/\/backupCrrJob$/, 'the job is handed out by a cross-region restore'],
]

const bodyOf = (operation: Operation) => operation.requestBody?.content['application/json']?.example

/** A request as Swagger UI has it filled in; undefined where a value has no example. */
function filledIn(path: string, operation: Operation): string | undefined {
  let url = path
  const query = new URLSearchParams()
  for (const parameter of operation.parameters ?? []) {
    const value = parameter.example
    if (parameter.in === 'path') {
      if (value === undefined) return undefined
      url = url.replace(`{${parameter.name}}`, encodeURIComponent(value))
    } else if (value !== undefined && parameter.in === 'query') query.set(parameter.name, value)
  }
  return query.size > 0 ? `${url}?${query}` : url
}

async function documentOf(world: TestEmulator, name: string): Promise<OpenApi> {
  const answer = await world.call('GET', `/docs/${name}.json`)
  return answer.body as OpenApi
}

/** The order in which somebody would click: the machine, the vault, its item, then all the rest; deletions last. */
const order = (path: string, method: string) => {
  if (/restart$/.test(path)) return 2.5
  // A share moves with its account.
  if (/\/shares\/\{[^/]*\}$/.test(path) && method === 'delete') return 7.9
  if (/\/moveResources$/.test(path)) return 8
  // A vault with private endpoints does not move.
  if (/privateEndpointConnections\/\{[^/]*\}$/.test(path) && method === 'delete') return 8.01
  if (/prepareDataMove$/.test(path)) return 8.02
  // A guard is attached when all the rest is done: it would stand in front of that.
  if (/backupResourceGuardProxies\//.test(path)) return 8.1 + ['put', 'get', 'post', 'delete'].indexOf(method) / 100
  if (method === 'delete') return 9 - path.split('/').length / 100
  if (/virtualMachines\/\{[^/]*\}$/.test(path) && method === 'put') return 0
  if (/vaults\/\{[^/]*\}$/.test(path) && method === 'put') return 1
  // A vault is reached privately before anything is protected in it.
  if (/privateEndpointConnections\/\{[^/]*\}$/.test(path)) return 1.5 + METHODS.indexOf(method) / 100
  if (/protectedItems\/\{[^/]*\}$/.test(path) && method === 'put') return 2
  return METHODS.indexOf(method) + 3
}

t.test('Swagger UI is there, with a document a provider', async (t) => {
  const world = await startTestEmulator(t)
  const page = await world.call('GET', '/docs')
  t.equal(page.status, 200)
  t.match(String(page.body), /Recoverite/)
  for (const name of Object.keys(world.emulator.openapi())) {
    const document = await documentOf(world, name)
    t.match(document.openapi, /^3\./, name)
    for (const [path, operations] of Object.entries(document.paths)) {
      for (const [method, operation] of Object.entries(operations)) {
        t.ok(operation.summary, `${method} ${path} has a summary`)
        for (const [status, { description }] of Object.entries(operation.responses))
          t.ok(description, `${method} ${path} ${status} is described`)
      }
    }
  }
})

t.test('each operation works on the first click, in the order of the story', async (t) => {
  const world = await startTestEmulator(t)
  const names = ['resource-manager', 'storage', 'compute', 'recovery-services', 'backup', 'data-protection']
  // Subnets are shown in a network that somebody has made as a resource of any type.
  const network = `${ROOT}/resourceGroups/demo/providers/Microsoft.Network/virtualNetworks/demo-net`
  const made = await world.call('PUT', network, {
    location: 'westeurope',
    properties: { addressSpace: { addressPrefixes: ['10.0.0.0/16'] } },
  })
  t.equal(made.status, 201)
  // A vault moves to one of another region.
  const north = `${ROOT}/resourceGroups/demo/providers/Microsoft.RecoveryServices/vaults/demo-vault-north`
  t.equal((await world.call('PUT', north, { location: 'northeurope' })).status, 201)
  const requests: { path: string; method: string; operation: Operation }[] = []
  for (const name of names) {
    const { paths } = await documentOf(world, name)
    for (const [path, operations] of Object.entries(paths)) {
      for (const [method, operation] of Object.entries(operations)) requests.push({ path, method, operation })
    }
  }
  requests.sort((a, b) => order(a.path, a.method) - order(b.path, b.method))
  for (const { path, method, operation } of requests) {
    if (NOT_CLICKED.some(([not]) => not.test(path))) continue
    const url = filledIn(path, operation)
    if (url === undefined) {
      t.ok(
        HANDED_OUT.some((name) => path.includes(`{${name}}`)),
        `${method} ${path}: what has no example is handed out by another operation`,
      )
      continue
    }
    const answer = await world.call(method.toUpperCase(), url, bodyOf(operation))
    t.ok(answer.status < 400, `${method} ${path}: ${answer.status} ${answer.code} ${answer.text('error.message')}`)
    await world.advance('2m')
  }
})
