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
  'deletedBackupInstanceName',
  'jobId',
]

/** What can't be clicked here, and why. */
const NOT_CLICKED: readonly (readonly [path: RegExp, why: string])[] = [
  [/\/triggerDataMove$/, 'the correlation id is handed out by the preparation'],
  [/\/backupCrossRegionRestore$/, 'the access token is handed out with a recovery point'],
  [/\/backupCrrJob$/, 'the job is handed out by a cross-region restore'],
  [/\/locations\/.*CrossRegionRestore(Job)?$/i, 'nothing of a disk is in the paired region'],
  [/\/backupInstances\/.*\/(validateRestore|restore|rehydrate)$/, 'the recovery point is handed out by a backup'],
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
  // A disk is validated before it is protected; what is suspended is not stopped.
  [/backupVaults\/\{[^/]*\}$/, ['put'], 1],
  [/backupVaults\/.*\/backupPolicies\/\{[^/]*\}$/, ['put'], 1.8],
  [/\/validateForBackup$/, METHODS, 1.9],
  [/\/backupInstances\/\{[^/]*\}$/, ['put'], 2],
  [/\/backupInstances\/\{[^/]*\}$/, ['delete'], 8.88],
  [/\/suspendBackups$/, METHODS, 4.1],
  [/\/resumeBackups$/, METHODS, 4.11],
  [/\/stopProtection$/, METHODS, 4.12],
  [/\/resumeProtection$/, METHODS, 4.13],
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

/** A disk, and a Backup vault that may protect it: to whom roles are given nobody knows before the vault is there. */
async function allowDisks({ call, emulator, advance }: TestEmulator) {
  const group = `${ROOT}/resourceGroups/demo`
  emulator.seed({ disks: [{ resourceGroup: 'demo', name: 'demo-disk', diskSizeGB: 4 }] })
  const vault = `${group}/providers/Microsoft.DataProtection/backupVaults/demo-backup-vault`
  await call('PUT', vault, {
    location: 'westeurope',
    identity: { type: 'SystemAssigned' },
    properties: {
      storageSettings: [{ datastoreType: 'VaultStore', type: 'LocallyRedundant' }],
      // Else what is deleted stands in the way of the vault's deletion.
      securitySettings: { softDeleteSettings: { state: 'Off', retentionDurationInDays: 14 } },
    },
  })
  await advance('1m')
  const principalId = (await call('GET', vault)).text('identity.principalId')
  for (const role of ['3e5e47e6-65f7-47ef-90b5-e5dd4d455f24', '7efff54f-a5b4-42b5-a1c5-5411624893ce']) {
    await call('PUT', `${group}/providers/Microsoft.Authorization/roleAssignments/${role}?api-version=2022-04-01`, {
      properties: {
        roleDefinitionId: `/providers/Microsoft.Authorization/roleDefinitions/${role}`,
        principalId,
        principalType: 'ServicePrincipal',
      },
    })
  }
}

t.test('each operation works on the first click, in the order of the story', async (t) => {
  const world = await startTestEmulator(t)
  const names = [
    ...['resource-manager', 'storage', 'compute', 'recovery-services', 'backup', 'data-protection'],
    ...['alerts-management', 'insights', 'classic-backup', 'authorization'],
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
  await allowDisks(world)
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
