import { request } from 'node:http'
import { FIRST_SUBSCRIPTION } from '../../src/domain/inventory/inventory.js'
import { restoreOf as diskRestoreOf, restoredDisk } from './disk-backups.js'
import { beginDisks, DISK_VAULT, instancePath } from './disk-beginning.js'
import type { Members } from './seen.js'

/** An answer as it came over the network. */
export interface RawAnswer {
  status: number
  headers: Record<string, string>
  body: Buffer
}

/** What belongs to the connection and to the machine's clock, not to the answer. */
const OF_THE_CONNECTION = ['date', 'connection', 'keep-alive']
/** Answers name the emulator as the client called it: both are called the same. */
const HOST = 'recoverite.test'

/** Asks an emulator by its port, and takes the answer byte by byte. */
function ask(port: number, method: string, path: string, body: unknown, id: string): Promise<RawAnswer> {
  const text = body === undefined ? undefined : JSON.stringify(body)
  return new Promise((resolve, reject) => {
    const headers = {
      host: HOST,
      'x-ms-client-request-id': id,
      ...(text === undefined ? {} : { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) }),
    }
    const sent = request(
      { host: '127.0.0.1', port, method, path: encodeURI(path), headers, agent: false },
      (response) => {
        const parts: Buffer[] = []
        response.on('data', (part: Buffer) => parts.push(part))
        response.on('error', reject)
        response.on('end', () => {
          const kept = Object.entries(response.headers).filter(([name]) => !OF_THE_CONNECTION.includes(name))
          resolve({
            status: response.statusCode ?? 0,
            headers: Object.fromEntries(kept.map(([name, value]) => [name, String(value)])),
            body: Buffer.concat(parts),
          })
        })
      },
    )
    sent.on('error', reject)
    sent.end(text)
  })
}

const ROOT = `/subscriptions/${FIRST_SUBSCRIPTION}`
const GROUP = `${ROOT}/resourceGroups/demo`
const VAULT = `${GROUP}/providers/Microsoft.RecoveryServices/vaults/vault`
const CLASSIC = `${GROUP}/providers/Microsoft.Backup/BackupVault/classic`
const VERSION = 'api-version=2024-04-01'
const MACHINES = 8
const DISKS = ['disk0', 'disk1', 'disk2'] as const

const machine = (at: number) => `${GROUP}/providers/Microsoft.Compute/virtualMachines/vm${at}`
const item = (at: number) =>
  `${VAULT}/backupFabrics/Azure/protectionContainers/IaasVMContainer;iaasvmcontainerv2;demo;vm${at}/protectedItems/VM;iaasvmcontainerv2;demo;vm${at}`

/** What is wrong with each machine, by turns. */
const CONDITIONS: readonly Members[] = [
  {},
  { agent: 'notReady' },
  { vss: 'writersFailed' },
  { powerState: 'deallocated' },
  { vaultTransfer: 'failing' },
]

const FAULTS: readonly Members[] = [
  { match: { method: 'GET', path: '/**/backupJobs' }, effect: { status: 503, code: 'ServerBusy' }, probability: 0.2 },
  {
    match: { jobOperation: 'Backup', phase: 'Transfer' },
    effect: { jobFailure: { code: 'TransferBroken' } },
    skipFirst: 3,
  },
  { match: { jobOperation: 'Backup' }, effect: { jobWarning: { code: 'Slow' } }, probability: 0.5 },
]

/**
 * A long day with an emulator: some 750 requests, each decided by nothing but those before it.
 * @param port where it listens, on a manual clock
 * @returns every answer, in order; the last one is the whole world
 */
export async function liveThrough(port: number): Promise<RawAnswer[]> {
  const answers: RawAnswer[] = []
  const call = async (method: string, path: string, body?: unknown): Promise<RawAnswer> => {
    const versioned = path.startsWith('/subscriptions') && !path.includes('api-version=')
    const url = versioned ? `${path}${path.includes('?') ? '&' : '?'}${VERSION}` : path
    const answer = await ask(port, method, url, body, `request-${answers.length}`)
    answers.push(answer)
    return answer
  }
  const advance = (by: string) => call('POST', '/_recoverite/clock/advance', { by })
  const list = async (path: string): Promise<Members[]> => {
    const { status, body } = await call('GET', path)
    return status === 200 ? ((JSON.parse(body.toString()) as { value: Members[] }).value ?? []) : []
  }

  await begin(call)
  for (let round = 0; round < 18; round++) {
    await call('PATCH', `/_recoverite/conditions?resourceId=${machine(round % MACHINES)}`, CONDITIONS[round % 5])
    const fault = FAULTS[round]
    if (fault) await call('POST', '/_recoverite/faults', fault)
    for (let at = 0; at < MACHINES; at++) {
      if ((at + round) % 3 === 0) {
        await call('POST', `${item(at)}/backup`, { properties: { objectType: 'IaasVMBackupRequest' } })
        await advance('PT20S')
      }
      await call('GET', item(at))
    }
    for (const { name } of (await list(`${VAULT}/backupJobs`)).slice(0, 6)) {
      await call('GET', `${VAULT}/backupJobs/${String(name)}`)
      if (round % 4 === 3) await call('POST', `${VAULT}/backupJobs/${String(name)}/cancel`)
    }
    await advance(round % 2 === 0 ? 'P1D' : 'PT7H13M')
    const [point] = await list(`${item(round % MACHINES)}/recoveryPoints`)
    if (point)
      await call('POST', `${item(round % MACHINES)}/recoveryPoints/${String(point.name)}/restore`, restoreOf(round))
    await change(call, round)
    await changeDisks(call, list, round)
    for (const path of [
      `${VAULT}/backupProtectedItems`,
      `${VAULT}/usages`,
      `${CLASSIC}/jobs`,
      `${CLASSIC}/protectedItems`,
      `${DISK_VAULT}/backupJobs`,
      `${DISK_VAULT}/backupInstances`,
    ])
      await call('GET', path)
    await call('GET', '/_recoverite/dashboard')
  }
  await call('GET', '/_recoverite/events?follow=false')
  await call('GET', '/_recoverite/faults')
  await call('GET', '/_recoverite/export')
  return answers
}

type Caller = (method: string, path: string, body?: unknown) => Promise<RawAnswer>

async function begin(call: Caller): Promise<void> {
  const names = Array.from({ length: MACHINES }, (_, at) => ({
    resourceGroup: 'demo',
    name: `vm${at}`,
    vmSize: 'Standard_D4s_v3',
  }))
  const older = ['web', 'db'].map((name) => ({ resourceGroup: 'older', name, cloudService: 'older' }))
  await call('POST', '/_recoverite/inventory', {
    virtualMachines: [...names, ...older],
    storageAccounts: [{ resourceGroup: 'demo', name: 'store', fileShares: [{ name: 'share1', usedDataGB: 10 }] }],
  })
  await call('PUT', VAULT, { location: 'westeurope', sku: { name: 'Standard' }, properties: {} })
  await call('PUT', CLASSIC, { location: 'westeurope', properties: { sku: { name: 'standard' } }, tags: {} })
  await call('POST', `${CLASSIC}/refreshContainers`)
  await call('POST', '/_recoverite/clock/advance', { by: 'PT5M' })
  for (const name of ['web', 'db', 'nobody'])
    await call('PUT', `${CLASSIC}/registeredContainers/iaasvmcontainer;older;${name}`)
  for (let at = 0; at < MACHINES; at++) {
    await call('PUT', item(at), {
      properties: {
        protectedItemType: 'Microsoft.Compute/virtualMachines',
        sourceResourceId: machine(at),
        policyId: `${VAULT}/backupPolicies/${at % 2 === 0 ? 'DefaultPolicy' : 'EnhancedPolicy'}`,
      },
    })
  }
  await call('POST', '/_recoverite/clock/advance', { until: 'idle' })
  for (const name of ['web', 'db']) {
    const container = `iaasvmcontainer;older;${name}`
    await call('PUT', `${CLASSIC}/registeredContainers/${container}/protectedItems/${container}`, {
      properties: { policyId: `${CLASSIC}/protectionPolicies/DefaultPolicy` },
    })
  }
  await beginDisks(async (...asked) => bodyOf(await call(...asked)), DISKS)
}

const bodyOf = ({ body }: RawAnswer): unknown => (body.length === 0 ? undefined : JSON.parse(body.toString()))

const restoreOf = (round: number) => ({
  properties: {
    objectType: 'IaasVMRestoreRequest',
    recoveryType: 'RestoreDisks',
    sourceResourceId: machine(round % MACHINES),
    storageAccountId: `${GROUP}/providers/Microsoft.Storage/storageAccounts/store`,
    targetResourceGroupId: `${ROOT}/resourceGroups/restored`,
    region: 'westeurope',
  },
})

/** What somebody changes in the course of a day, well and badly. */
async function change(call: Caller, round: number): Promise<void> {
  const at = round % MACHINES
  if (round % 4 === 1) await call('DELETE', item(at))
  if (round % 4 === 2) await call('PUT', item(at), { properties: { isRehydrate: true } })
  if (round % 5 === 0)
    await call('PUT', `${VAULT}/backupPolicies/Policy${round}`, { properties: { backupManagementType: 'Nothing' } })
  if (round % 6 === 5) await call('PATCH', VAULT, { tags: { round: String(round) } })
  await call('DELETE', VAULT)
}

type Lister = (path: string) => Promise<Members[]>

/** What somebody does to the disks of a Backup vault, one after the other. */
async function changeDisks(call: Caller, list: Lister, round: number): Promise<void> {
  const name = DISKS[round % DISKS.length] ?? DISKS[0]
  const instance = instancePath(name)
  await call('POST', `${instance}/backup`, {
    backupRuleOptions: { ruleName: 'BackupHourly', triggerOption: { retentionTagOverride: 'Default' } },
  })
  await call('POST', '/_recoverite/clock/advance', { by: 'PT3M20S' })
  await call('GET', instance)
  const [point] = await list(`${instance}/recoveryPoints`)
  if (point)
    await call('POST', `${instance}/restore`, diskRestoreOf(String(point.name), restoredDisk(`copy${round % 4}`)))
  if (round % 6 === 1) await call('POST', `${instance}/stopProtection`)
  if (round % 6 === 4) await call('POST', `${instance}/resumeProtection`)
  if (round % 7 === 5) await call('DELETE', instance)
  if (round % 7 === 6) await call('POST', `${DISK_VAULT}/deletedBackupInstances/${DISKS[(round - 1) % 3]}/undelete`)
  const [job] = await list(`${DISK_VAULT}/backupJobs`)
  if (job) await call('GET', `${DISK_VAULT}/backupJobs/${String(job.name)}`)
}
