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
const HANDED_OUT = [
  'operationId',
  'deletedVaultName',
  'backupEngineName',
  'backupJobName',
  'recoveryPointId',
  'alertId',
  'agentId',
]

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

type Click = readonly [path: RegExp, methods: readonly string[], order: number, step?: number]

/**
 * What somebody would click out of the order of methods: the machine, the vault, its item first. Of several methods each
 * comes a step after the one before.
 */
const CLICKS: readonly Click[] = [
  [/restart$/, METHODS, 2.5],
  // A share moves with its account.
  [/\/shares\/\{[^/]*\}$/, ['delete'], 7.9],
  [/\/moveResources$/, METHODS, 8],
  // A vault with private endpoints does not move.
  [/privateEndpointConnections\/\{[^/]*\}$/, ['delete'], 8.01],
  [/prepareDataMove$/, METHODS, 8.02],
  // A guard is attached when all the rest is done: it would stand in front of that.
  [/backupResourceGuardProxies\//, ['put', 'get', 'post', 'delete'], 8.1, 0.01],
  [/virtualMachines\/\{[^/]*\}$/, ['put'], 0],
  [/(vaults|BackupVault)\/\{[^/]*\}$/, ['put'], 1],
  // A classic vault keeps its redundancy once a machine is registered, which it has to discover before.
  [/\/storageconfig\//, ['patch'], 1.1],
  [/\/BackupVault\/.*\/refreshContainers$/, METHODS, 1.2],
  // A vault is reached privately before anything is protected in it.
  [/privateEndpointConnections\/\{[^/]*\}$/, METHODS, 1.5, 0.01],
  [/\/registeredContainers\/\{[^/]*\}$/, ['put'], 1.9],
  [/protectedItems\/\{[^/]*\}$/, ['put'], 2],
]

/** The order in which somebody would click; deletions last, the inner ones before the outer. */
function order(path: string, method: string): number {
  const [, methods = [], first = 0, step = 0] =
    CLICKS.find(([clicked, methods]) => clicked.test(path) && methods.includes(method)) ?? []
  if (methods.length > 0) return first + step * methods.indexOf(method)
  return method === 'delete' ? 9 - path.split('/').length / 100 : METHODS.indexOf(method) + 3
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
  const names = [
    ...['resource-manager', 'storage', 'compute', 'recovery-services', 'backup', 'data-protection'],
    ...['alerts-management', 'insights', 'classic-backup'],
  ]
  world.emulator.seed({
    virtualMachines: [{ resourceGroup: 'demo', name: 'classic-vm1', cloudService: 'demo-service' }],
  })
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
