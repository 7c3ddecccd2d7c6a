import { type Static, Type } from '@sinclair/typebox'
import { readFault, type ServedOperation } from '../../domain/faults/fault-rules.js'
import { addFault, FAULT_PHASES, type Fault, getFault } from '../../domain/faults/faults.js'
import { removeFault } from '../../domain/faults/job-faults.js'
import { FIRST_SUBSCRIPTION } from '../../domain/inventory/inventory.js'
import { JOB_KINDS } from '../../domain/jobs/jobs.js'
import type { World } from '../../domain/world.js'
import type { Scheduler } from '../../scheduler/scheduler.js'
import { ALL_ROUTES } from '../providers.js'
import { oneOf, readShape } from './shapes.js'

const closed = { additionalProperties: false }
const MACHINE = `/subscriptions/${FIRST_SUBSCRIPTION}/resourceGroups/demo/providers/Microsoft.Compute/virtualMachines/vm1`

/** What is said of each member is checked by the domain (domain/faults/fault-rules.ts). */
const MatchShape = Type.Object(
  {
    operation: Type.Optional(
      Type.String({ description: 'The published name of an operation: ProtectedItems.CreateOrUpdate' }),
    ),
    method: Type.Optional(Type.String({ description: 'GET, PUT, POST …' })),
    path: Type.Optional(
      Type.String({ description: 'A glob over the path: * within a segment, ** over any number of segments' }),
    ),
    resource: Type.Optional(
      Type.String({
        description:
          'An ARM id, and everything below it. Requests are at their path; a job is at its machine or storage account, its item, its vault and its own id',
      }),
    ),
    jobOperation: Type.Optional(Type.String({ description: Object.keys(JOB_KINDS).join(', ') })),
    phase: Type.Optional(
      Type.String({
        description: `Of a Backup: ${FAULT_PHASES.join(', ')}; without it a backup is met in its first phase`,
      }),
    ),
    attempt: Type.Optional(
      Type.Number({
        description: 'Which job of its operation on its item: 1, 2, 3 … since the item was first protected',
      }),
    ),
  },
  { ...closed, description: 'What it is about; everything that is named has to hold, {} is every request' },
)

const ErrorShape = Type.Object(
  { code: Type.String({ description: 'Any code' }), message: Type.Optional(Type.String()) },
  closed,
)

const EffectShape = Type.Object(
  {
    status: Type.Optional(Type.Number({ description: 'An error, 400 to 599, in place of the answer' })),
    code: Type.Optional(Type.String({ description: 'The code of that error' })),
    message: Type.Optional(Type.String({ description: 'The message of that error' })),
    retryAfter: Type.Optional(Type.Number({ description: 'Its Retry-After, in seconds' })),
    delayMs: Type.Optional(Type.Number({ description: 'The request waits that long, in real time' })),
    virtualDelay: Type.Optional(
      Type.String({
        description:
          'An ISO 8601 duration: the request comes that much later, or the phase of the job takes that much longer',
      }),
    ),
    drop: Type.Optional(
      oneOf(['before', 'after'], {
        description: 'The connection is cut before anything is done, or after all is done',
      }),
    ),
    operationFailure: Type.Optional(ErrorShape),
    jobFailure: Type.Optional(ErrorShape),
    jobWarning: Type.Optional(ErrorShape),
    jobStuck: Type.Optional(
      Type.Boolean({ description: 'The job never ends, until it is cancelled or the fault deleted' }),
    ),
  },
  {
    ...closed,
    description:
      'Exactly one of status (with code, message, retryAfter), delayMs, virtualDelay, drop, operationFailure, jobFailure, jobWarning and jobStuck',
  },
)

export const FaultBody = Type.Object(
  {
    match: MatchShape,
    effect: EffectShape,
    skipFirst: Type.Optional(Type.Number({ description: 'How many of those that match pass first', default: 0 })),
    times: Type.Optional(Type.Number({ description: 'How often it strikes; without end where nothing is said' })),
    probability: Type.Optional(
      Type.Number({ description: 'How likely it strikes, above 0 and at most 1; the seed decides', default: 1 }),
    ),
  },
  {
    ...closed,
    examples: [
      {
        match: { resource: MACHINE, jobOperation: 'Backup', phase: 'Transfer', attempt: 3 },
        effect: { jobFailure: { code: 'CopyingVHDsFromBackUpVaultTakingLongTime' } },
      },
      { match: { operation: 'Vaults.Get' }, effect: { status: 429, retryAfter: 1 }, times: 2 },
    ],
  },
)

export const FaultShape = Type.Object(
  {
    id: Type.String(),
    match: MatchShape,
    effect: EffectShape,
    skipFirst: Type.Integer(),
    times: Type.Union([Type.Integer(), Type.Null()]),
    probability: Type.Number(),
    seen: Type.Integer({ description: 'How many matched and were asked' }),
    hits: Type.Integer({ description: 'How often it struck' }),
  },
  { description: 'A fault' },
)

/** A rule as somebody writes it. */
export type FaultRule = Static<typeof FaultBody>
/** A rule as it stands, with its counts. */
export type FaultView = Static<typeof FaultShape>

const faultView = ({ id, match, effect, skipFirst, times, probability, seen, hits }: Fault): FaultView => ({
  id,
  match: { ...match },
  effect: { ...effect },
  skipFirst,
  times: times ?? null,
  probability,
  seen,
  hits,
})

/** Operations that can be long-running although their routes answer with the resource, too. */
const LONG_PUTS = [
  'Vaults.CreateOrUpdate',
  'PrivateEndpointConnectionResources.PrivateEndpointConnectionPut',
  'BackupVaultResources.BackupVaultsCreateOrUpdate',
  'BackupInstanceResources.BackupInstancesCreateOrUpdate',
]

const SERVED: readonly ServedOperation[] = ALL_ROUTES.map(({ operation, method, path, responses }) => ({
  operation,
  method,
  path,
  opens: (method !== 'GET' && 202 in responses) || LONG_PUTS.includes(operation),
}))

/** The rules of a world, for whoever makes and looks at them. */
export function createFaultBook(scheduler: Scheduler) {
  const change = <T>(run: (world: World) => T): T => {
    scheduler.catchUp()
    return scheduler.transact(run)
  }
  return {
    /** @throws Refusal InvalidControlRequest for what is no rule, or one that can never match */
    add: (rule: unknown): FaultView => {
      const input = readFault(readShape(FaultBody, rule), SERVED)
      return change((world) => faultView(addFault(world, input)))
    },
    list: (): FaultView[] => scheduler.look((world) => world.faults.all().map(faultView)),
    /** @throws Refusal FaultNotFound */
    get: (id: string): FaultView => scheduler.look((world) => faultView(getFault(world, id))),
    /** @throws Refusal FaultNotFound */
    remove: (id: string): void => change((world) => removeFault(world, getFault(world, id))),
    clear: (): void =>
      change((world) => {
        for (const fault of world.faults.all()) removeFault(world, fault)
      }),
  }
}

/** What goes wrong on demand, in this process: rules like those of `/_recoverite/faults`. */
export interface EmulatorFaults {
  /** Adds a rule. @throws Refusal InvalidControlRequest for one that makes no sense or can never match */
  add(rule: FaultRule): AddedFault
  /** All rules, in the order in which they are asked. */
  list(): FaultView[]
  /** Takes all rules away; jobs that they held go on. */
  clear(): void
}

/** A rule that was added; one that is gone has the counts that it had. */
export interface AddedFault {
  readonly id: string
  /** How many matched and were asked. */
  readonly seen: number
  /** How often it struck. */
  readonly hits: number
  /** Takes it away; jobs that it held go on. @throws Refusal FaultNotFound where it is gone already */
  remove(): void
}

export function emulatorFaults(scheduler: Scheduler): EmulatorFaults {
  const book = createFaultBook(scheduler)
  const added = (fault: FaultView): AddedFault => {
    let last = fault
    const read = () => {
      last = book.list().find(({ id }) => id === fault.id) ?? last
      return last
    }
    return {
      id: fault.id,
      get seen() {
        return read().seen
      },
      get hits() {
        return read().hits
      },
      remove: () => {
        read()
        book.remove(fault.id)
      },
    }
  }
  return { add: (rule) => added(book.add(rule)), list: book.list, clear: book.clear }
}
