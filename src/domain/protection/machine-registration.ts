import { within } from '../durations.js'
import { Refusal } from '../errors.js'
import type { Resource } from '../inventory/inventory.js'
import { cloudServiceOf, findMachine, isClassicMachine, namesOfMachine } from '../inventory/machines.js'
import type { JobError } from '../jobs/job-errors.js'
import { endJob, type Job, type JobOperation, openJob, subjectOf } from '../jobs/jobs.js'
import { openRefusedJob } from '../jobs/refused-jobs.js'
import { same } from '../names.js'
import type { Operation } from '../operations.js'
import { sameRegion } from '../regions.js'
import type { Vault } from '../vaults/vault.js'
import type { World } from '../world.js'
import { followJob } from './item-jobs.js'
import { isLocked } from './machine-lock.js'
import { checkElsewhere, holdsElsewhere } from './protection-checks.js'
import { getRegistration, jobSubject, type MachineRegistration } from './registered-machines.js'
import { registrationFailure } from './registration-failures.js'

/** A machine as a classic vault lists it: what its last discovery saw, and what is registered (wire-classic.md 5). */
export interface ListedMachine extends Pick<MachineRegistration, 'name' | 'friendlyName' | 'cloudService'> {
  status: 'NotRegistered' | 'Registering' | 'Registered'
  /** It has been deleted and is still registered. */
  deleted: boolean
}

const bareName = (machine: Resource) => namesOfMachine(machine).bare

/**
 * The machines of a classic vault: those that are registered, and of those that its last discovery saw the ones that
 * could be (SEED-08): classic machines of its region that no other vault has. By name.
 */
export function listMachines(world: World, vault: Vault): ListedMachine[] {
  const registered = world.registrations.ofVault(vault.key)
  const known = new Set(registered.map(({ sourceKey }) => sourceKey))
  const free = candidates(world, vault).filter((machine) => !known.has(machine.key))
  const rows: ListedMachine[] = [
    ...registered.map(({ name, friendlyName, cloudService, state, sourceKey }) => {
      return { name, friendlyName, cloudService, status: state, deleted: !world.resources.get(sourceKey) }
    }),
    ...free.map((machine) => ({
      name: bareName(machine),
      friendlyName: machine.name,
      cloudService: cloudServiceOf(machine),
      status: 'NotRegistered' as const,
      deleted: false,
    })),
  ]
  return rows.sort((a, b) => (a.name < b.name ? -1 : 1))
}

function candidates(world: World, vault: Vault): Resource[] {
  const discovered = world.vaults.discovered(vault.key)
  return world.resources
    .ofSubscription(vault.subscriptionId)
    .filter(
      (resource) =>
        isClassicMachine(resource) &&
        discovered.has(resource.key) &&
        sameRegion(resource.location, vault.location) &&
        !holdsElsewhere(world, vault, { sourceKey: resource.key }),
    )
}

/**
 * Registers a discovered machine: it shows at once as Registering, and a job puts the backup extension onto its agent
 * (SEED-06, SEED-11).
 * @throws Refusal BMSUserErrorContainerObjectNotFound for what was not discovered, sits in another region or is gone,
 * BMSUserErrorContainerAlreadyRegistered, VirtualMachineAlreadyProtected, UserErrorRegistrationQuotaReached
 */
export function registerMachine(world: World, vault: Vault, name: string, activityId: string | undefined): Operation {
  const before = world.registrations.get(vault.key, name)
  if (before && isLocked(world, before)) return refusedJob(world, before, 'Register', activityId)
  if (before) {
    throw new Refusal(
      'BMSUserErrorContainerAlreadyRegistered',
      `The virtual machine '${before.friendlyName}' is registered with vault '${vault.name}' already. Protect it, or unregister it first.`,
    )
  }
  const machine = findDiscovered(world, vault, name)
  checkElsewhere(world, vault, { sourceKey: machine.key })
  checkRoom(world, vault)
  const registration: MachineRegistration = {
    vaultKey: vault.key,
    name: bareName(machine),
    sourceId: machine.id,
    sourceKey: machine.key,
    friendlyName: machine.name,
    cloudService: cloudServiceOf(machine),
    resourceGroup: machine.resourceGroup,
    state: 'Registering',
  }
  return startJob(world, registration, 'Register', activityId)
}

function findDiscovered(world: World, vault: Vault, name: string): Resource {
  const discovered = world.vaults.discovered(vault.key)
  const machine = world.resources
    .ofSubscription(vault.subscriptionId)
    .find((resource) => isClassicMachine(resource) && same(bareName(resource), name) && discovered.has(resource.key))
  if (machine && sameRegion(machine.location, vault.location)) return machine
  throw new Refusal(
    'BMSUserErrorContainerObjectNotFound',
    machine
      ? `The virtual machine '${machine.name}' is in ${machine.location} and the vault '${vault.name}' in ${vault.location}. Register it with a vault in its own region.`
      : `There is no virtual machine '${name}' that vault '${vault.name}' has discovered. Check the name, then discover (refreshContainers) and register again.`,
  )
}

/** SEED-67. */
function checkRoom(world: World, vault: Vault): void {
  const most = world.classicLimits.vmsPerVault
  const there = world.registrations.ofVault(vault.key).length
  if (there < most) return
  throw new Refusal(
    'UserErrorRegistrationQuotaReached',
    `The vault has ${there} virtual machines registered, and ${most} is the most. Use another vault.`,
  )
}

/**
 * Takes a machine's registration back. The job fails where the machine is busy or its item is still there
 * (wire-classic.md 10).
 * @throws Refusal BMSUserErrorContainerObjectNotFound
 */
export function unregisterMachine(world: World, vault: Vault, name: string, activityId: string | undefined): Operation {
  const registration = world.registrations.get(vault.key, name) ?? getRegistration(world, vault, name)
  if (isLocked(world, registration)) return refusedJob(world, registration, 'UnRegister', activityId)
  if (world.items.find(vault.key, registration.name)) {
    return refusedJob(world, registration, 'UnRegister', activityId, 'ContainerHasProtectedItems')
  }
  return startJob(world, registration, 'UnRegister', activityId)
}

const PACES = { Register: 'classicRegisterMs', UnRegister: 'classicUnregisterMs' } as const

const bag = ({ friendlyName, cloudService }: MachineRegistration) => ({
  'VM Name': friendlyName,
  'Cloud Service': cloudService,
})

function startJob(
  world: World,
  registration: MachineRegistration,
  operation: keyof typeof PACES,
  activityId: string | undefined,
): Operation {
  const work = { registration: registration.name }
  const job = openJob(world, jobSubject(registration), { operation, activityId, bag: bag(registration), work })
  world.registrations.put({ ...registration, busyWith: job.id })
  const length = within(PACES[operation], world.chance.fraction(operation, job.id))
  world.timeline.at(world.now + length, 'job.end', subjectOf(job))
  return followJob(world, job)
}

/**
 * The job that a classic vault opens for what it can't do now: it is accepted, and the job fails a moment later
 * (wire-classic.md 10).
 */
export function refusedJob(
  world: World,
  registration: MachineRegistration,
  operation: JobOperation,
  activityId: string | undefined,
  error: 'BMSUserErrorObjectLocked' | 'ContainerHasProtectedItems' = 'BMSUserErrorObjectLocked',
): Operation {
  const input = { operation, activityId, bag: bag(registration) }
  return followJob(world, openRefusedJob(world, jobSubject(registration), input, error))
}

/**
 * Due: the extension is on the machine, or why it could not be put there.
 * @param failure why it can't be, whatever machine it is
 */
export function finishMachineRegistration(world: World, job: Job, failure?: JobError): void {
  const registration = world.registrations.get(job.vaultKey, String(job.work?.registration))
  const machine = registration && findMachine(world, registration.sourceId)
  const error = failure ?? registrationFailure(world, machine)
  endJob(world, error ? { ...job, error } : job, error ? 'Failed' : 'Completed')
  if (!registration) return
  if (error) return world.registrations.delete(job.vaultKey, registration.name)
  world.registrations.put({ ...registration, state: 'Registered' })
  const vault = world.vaults.get(job.vaultKey)
  if (vault && !vault.storageLocked) world.vaults.put({ ...vault, storageLocked: true })
}

/** Due: a machine is no longer registered. */
export function finishMachineUnregistration(world: World, job: Job): void {
  endJob(world, job, 'Completed')
  world.registrations.delete(job.vaultKey, String(job.work?.registration))
}
