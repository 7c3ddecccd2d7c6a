import type { Test } from 'tap'
import type { TestEmulator } from './emulator.js'

export const SUBSCRIPTION = '/subscriptions/00000000-0000-0000-0000-000000000001'
export const GROUP = `${SUBSCRIPTION}/resourceGroups/demo`
export const VM = `${GROUP}/providers/Microsoft.Compute/virtualMachines/vm1`
export const VAULT = `${GROUP}/providers/Microsoft.RecoveryServices/vaults/demo-vault`
export const ITEM = `${VAULT}/backupFabrics/Azure/protectionContainers/IaasVMContainer;iaasvmcontainerv2;demo;vm1/protectedItems/VM;iaasvmcontainerv2;demo;vm1`

export const CLOCK = '/_recoverite/clock'
export const ADVANCE = '/_recoverite/clock/advance'
export const INVENTORY = '/_recoverite/inventory'
export const conditionsOf = (id: string) => `/_recoverite/conditions?resourceId=${id}`
export const CONDITIONS = conditionsOf(VM)

export interface Refused {
  /** 400 where nothing is said. */
  status?: number
  /** InvalidControlRequest where nothing is said. */
  code?: string
  /** What the message says. */
  says?: RegExp
}

/** A call that is refused: status, code, what its message says, and a world and a clock that are as they were. */
export async function refused(
  t: Test,
  { call, emulator }: TestEmulator,
  [method, path, body]: readonly [string, string, unknown?],
  { status = 400, code = 'InvalidControlRequest', says = /./ }: Refused = {},
): Promise<void> {
  const before = { digest: emulator.digest(), clock: emulator.clock.read() }
  const answer = await call(method, path, body)
  const name = `${method} ${path} ${JSON.stringify(body) ?? ''}`
  t.match(answer, { status, code }, `${name}: ${answer.text('error.message')}`)
  t.match(answer.text('error.message'), says, name)
  t.same({ digest: emulator.digest(), clock: emulator.clock.read() }, before, `${name} changes nothing`)
}

/** A vault and a machine in it that is protected by the vault's own policy. */
export async function protectMachine({ call }: TestEmulator, machine: object = {}): Promise<void> {
  // As SDKs do: a job keeps the id of the request that started it.
  const headers = { 'x-ms-client-request-id': '22222222-2222-2222-2222-222222222222' }
  await call('POST', '/_recoverite/inventory', { virtualMachines: [{ id: VM, ...machine }] })
  await call('PUT', VAULT, { location: 'westeurope', sku: { name: 'RS0', tier: 'Standard' }, properties: {} })
  await call('POST', ADVANCE, { until: 'idle' })
  const properties = {
    protectedItemType: 'Microsoft.Compute/virtualMachines',
    sourceResourceId: VM,
    policyId: `${VAULT}/backupPolicies/DefaultPolicy`,
  }
  await call('PUT', ITEM, { properties }, headers)
}

/** Backs the machine up now. */
export const backUp = ({ call }: TestEmulator) =>
  call('POST', `${ITEM}/backup`, { properties: { objectType: 'IaasVMBackupRequest' } })

/** The first job of an operation in the vault's list. */
export async function jobOf({ call }: TestEmulator, operation: string) {
  const jobs = await call('GET', `${VAULT}/backupJobs?$filter=operation eq '${operation}'`)
  return { id: jobs.text('value.0.id'), name: jobs.text('value.0.name'), status: jobs.at('value.0.properties.status') }
}
