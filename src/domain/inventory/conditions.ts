import { Refusal } from '../errors.js'
import type { Resource } from './inventory.js'

/**
 * What can be true or wrong of a machine: name, values it takes, the value it has when nobody says anything.
 * Text conditions list their values; a number takes any that is not negative.
 */
export const CONDITIONS = {
  powerState: { values: ['running', 'stopped', 'deallocated'], default: 'running' },
  agent: { values: ['ready', 'missing', 'outdated', 'notReady'], default: 'ready' },
  vss: { values: ['ok', 'writersFailed'], default: 'ok' },
  scripts: { values: ['none', 'ok', 'failed'], default: 'none' },
  network: { values: ['open', 'blocked'], default: 'open' },
  provisioningState: { values: ['Succeeded', 'Failed'], default: 'Succeeded' },
  bitLocker: { values: ['off', 'on'], default: 'off' },
  fileSystem: { values: ['ok', 'freezeFailed'], default: 'ok' },
  vaultTransfer: { values: ['ok', 'failing'], default: 'ok' },
  /** Azure Disk Encryption; the keys that the machine's document names count without it. */
  encryption: { values: ['none', 'ade'], default: 'none' },
  /** Whether its disks can be reached through a disk access only; a disk's own document goes first. */
  diskAccess: { values: ['public', 'private'], default: 'public' },
  usedDataGB: { values: 'number', default: undefined },
  dailyChurnGB: { values: 'number', default: undefined },
  /** How many files a share holds. */
  files: { values: 'number', default: undefined },
} as const

export type ConditionName = keyof typeof CONDITIONS
type ValueOf<N extends ConditionName> = (typeof CONDITIONS)[N]['values'] extends readonly (infer V)[] ? V : number
/** What was set; absent names have their default. */
export type Conditions = { [N in ConditionName]?: ValueOf<N> }
type Defaulted = Exclude<ConditionName, 'usedDataGB' | 'dailyChurnGB' | 'files'>
export type EffectiveConditions = { [N in Defaulted]: ValueOf<N> } & Pick<
  Conditions,
  'usedDataGB' | 'dailyChurnGB' | 'files'
>

/** A tag `recoverite:<condition>` on a resource sets that condition. */
const TAG_PREFIX = 'recoverite:'

/** The most that a figure can be: 64 disks of 32 TB. */
const MOST_GB = 64 * 32_768

/** A condition's row by its exact name; undefined also for what every object has, like `constructor`. */
const rowOf = (name: string) => (Object.hasOwn(CONDITIONS, name) ? CONDITIONS[name as ConditionName] : undefined)

function readOne(name: string, value: unknown): Conditions {
  const known = rowOf(name)
  if (!known) {
    throw new Refusal(
      'InvalidControlRequest',
      `There is no condition '${name}'. Known conditions: ${Object.keys(CONDITIONS).join(', ')}.`,
    )
  }
  if (known.values === 'number') {
    const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value
    if (typeof number === 'number' && number >= 0 && number <= MOST_GB) return { [name]: number }
    throw new Refusal(
      'InvalidControlRequest',
      `Condition '${name}' takes a number from 0 to ${MOST_GB}, not ${JSON.stringify(value)}.`,
    )
  }
  const values: readonly string[] = known.values
  const match = typeof value === 'string' && values.find((v) => v.toLowerCase() === value.toLowerCase())
  if (match) return { [name]: match }
  throw new Refusal(
    'InvalidControlRequest',
    `Condition '${name}' takes ${values.join(', ')}, not ${JSON.stringify(value)}.`,
  )
}

/**
 * Reads conditions as the control API takes them; `null` takes a condition back.
 * @throws Refusal InvalidControlRequest that lists what is known
 */
export function readConditions(input: Readonly<Record<string, unknown>>, before: Conditions = {}): Conditions {
  let conditions: Conditions = { ...before }
  for (const [name, value] of Object.entries(input)) {
    if (value === null) {
      readOne(name, rowOf(name)?.default ?? 0)
      delete conditions[name as ConditionName]
    } else conditions = { ...conditions, ...readOne(name, value) }
  }
  return conditions
}

const defaultOf = <N extends Defaulted>(name: N): ValueOf<N> => CONDITIONS[name].default as ValueOf<N>
const DEFAULTS: EffectiveConditions = {
  powerState: defaultOf('powerState'),
  agent: defaultOf('agent'),
  vss: defaultOf('vss'),
  scripts: defaultOf('scripts'),
  network: defaultOf('network'),
  provisioningState: defaultOf('provisioningState'),
  bitLocker: defaultOf('bitLocker'),
  fileSystem: defaultOf('fileSystem'),
  vaultTransfer: defaultOf('vaultTransfer'),
  encryption: defaultOf('encryption'),
  diskAccess: defaultOf('diskAccess'),
}

/** What holds for a resource: the defaults, over them its tags, over them what was set. Tags that say nothing known are left alone. */
export function effectiveConditions(resource: Resource, set: Conditions): EffectiveConditions {
  let effective: EffectiveConditions = DEFAULTS
  for (const [tag, value] of Object.entries(resource.tags ?? {})) {
    if (!tag.toLowerCase().startsWith(TAG_PREFIX)) continue
    const name = Object.keys(CONDITIONS).find((n) => n.toLowerCase() === tag.slice(TAG_PREFIX.length).toLowerCase())
    if (!name) continue
    try {
      effective = { ...effective, ...readOne(name, value) }
    } catch (error) {
      if (!(error instanceof Refusal)) throw error
    }
  }
  return { ...effective, ...set }
}
