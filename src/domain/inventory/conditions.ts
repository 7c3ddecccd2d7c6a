import { Refusal } from '../errors.js'
import type { Resource } from './inventory.js'

/**
 * What can be true or wrong of a machine: name, values it takes, the value it has when nobody says anything.
 * Text conditions list their values; a number takes any that is not negative.
 */
export const CONDITIONS = {
  powerState: { values: ['running', 'stopped', 'deallocated'], default: 'running' },
  agent: { values: ['ready', 'missing', 'outdated', 'notReady', 'unresponsive'], default: 'ready' },
  /**
   * Of the VM agent of Windows, `2.6.1198.718`: below the least that Backup takes it is outdated (SEED-37). Of a server
   * outside Azure its backup agent's, `2.0.9262.0` (domain.md 8.5).
   */
  agentVersion: { values: 'version', default: undefined },
  /** What the machine's configuration says of its agent; an agent that was installed later has to be entered there (SEED-35). */
  agentFlag: { values: ['set', 'unset'], default: 'set' },
  guestCertificate: { values: ['present', 'missing'], default: 'present' },
  osSupport: { values: ['supported', 'unsupported'], default: 'supported' },
  /** `writersFailed` costs consistency only; with the others there is no snapshot. */
  vss: { values: ['ok', 'writersFailed', 'writersBroken', 'serviceBroken'], default: 'ok' },
  scripts: { values: ['none', 'ok', 'failed'], default: 'none' },
  network: { values: ['open', 'blocked', 'insecure'], default: 'open' },
  provisioningState: { values: ['Succeeded', 'Failed', 'Updating'], default: 'Succeeded' },
  bitLocker: { values: ['off', 'on'], default: 'off' },
  fileSystem: { values: ['ok', 'freezeFailed'], default: 'ok' },
  vaultTransfer: { values: ['ok', 'failing'], default: 'ok' },
  /** The backup extension in the machine. */
  extension: {
    values: [
      ...(['ok', 'failing', 'configUnreadable', 'stuckInDeletion', 'redistributableMissing'] as const),
      ...(['comPlus', 'comPlusAtInstall', 'msdtc', 'blockedByAntivirus'] as const),
    ],
    default: 'ok',
  },
  /** Processor and memory of the machine. */
  resources: { values: ['enough', 'exhausted'], default: 'enough' },
  /** How many snapshots there are of its disks, whoever made them. */
  diskSnapshots: { values: ['few', 'limitReached'], default: 'few' },
  /** A lock on the group of its restore points, which keeps old ones from being deleted. */
  backupGroupLock: { values: ['none', 'locked'], default: 'none' },
  /** What Backup may do in the key vault of an encrypted machine. */
  keyVault: { values: ['allowed', 'denied'], default: 'allowed' },
  /** What Compute says of the machine. */
  platform: { values: ['ok', 'userError'], default: 'ok' },
  storageSpace: { values: ['enough', 'full'], default: 'enough' },
  azurePolicy: { values: ['none', 'denies'], default: 'none' },
  trustedLaunch: { values: ['never', 'left'], default: 'never' },
  /** What a restore needs of the region. */
  sizeOffer: { values: ['available', 'unavailable'], default: 'available' },
  marketplace: { values: ['offered', 'withdrawn'], default: 'offered' },
  /** Something of the service's own, that nobody can name. */
  service: { values: ['ok', 'internalError'], default: 'ok' },
  /** The account type of its disks, for a classic vault. */
  storage: { values: ['standard', 'premium'], default: 'standard' },
  loadBalancer: { values: ['none', 'attached'], default: 'none' },
  nics: { values: 'number', default: undefined },
  /** Azure Disk Encryption; the keys that the machine's document names count without it. */
  encryption: { values: ['none', 'ade'], default: 'none' },
  /** Whether its disks can be reached through a disk access only; a disk's own document goes first. */
  diskAccess: { values: ['public', 'private'], default: 'public' },
  /** Whether Disk Backup takes a managed disk of its kind. */
  diskSupport: { values: ['supported', 'unsupported'], default: 'supported' },
  /** The key of the disk encryption set of a managed disk. */
  diskKey: { values: ['enabled', 'disabled', 'notAvailable'], default: 'enabled' },
  /** How many managed disks its subscription takes. */
  diskQuota: { values: ['free', 'reached'], default: 'free' },
  /** What Backup has noted down of the snapshots of a managed disk. */
  snapshotMetadata: { values: ['present', 'deleted'], default: 'present' },
  usedDataGB: { values: 'number', default: undefined },
  dailyChurnGB: { values: 'number', default: undefined },
  /** How many files a share holds. */
  files: { values: 'number', default: undefined },
  /** Of a vault: what a discovery of machines comes to. */
  discovery: { values: ['ok', 'internalError'], default: 'ok' },
  /** Of a Backup vault: whether its region has Disk Backup. */
  diskBackup: { values: ['offered', 'notOffered'], default: 'offered' },
  /** Of a vault: what cancelling one of its jobs comes to. */
  cancellation: { values: ['ok', 'failing'], default: 'ok' },
} as const

export type ConditionName = keyof typeof CONDITIONS
type ValueOf<N extends ConditionName> = (typeof CONDITIONS)[N]['values'] extends readonly (infer V)[]
  ? V
  : (typeof CONDITIONS)[N]['values'] extends 'version'
    ? string
    : number
/** What was set; absent names have their default. */
export type Conditions = { [N in ConditionName]?: ValueOf<N> }
/** Without these nothing is said: a figure is then worked out from what there is. */
type Undefaulted = {
  [N in ConditionName]: (typeof CONDITIONS)[N]['default'] extends undefined ? N : never
}[ConditionName]
type Defaulted = Exclude<ConditionName, Undefaulted>
export type EffectiveConditions = { [N in Defaulted]: ValueOf<N> } & Pick<Conditions, Undefaulted>

/** A tag `recoverite:<condition>` on a resource sets that condition. */
const TAG_PREFIX = 'recoverite:'

const VERSION = /^\d{1,9}(?:\.\d{1,9}){0,3}$/

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
  if (known.values === 'version') {
    if (typeof value === 'string' && VERSION.test(value)) return { [name]: value }
    throw new Refusal(
      'InvalidControlRequest',
      `Condition '${name}' takes a version such as '2.6.1198.718', not ${JSON.stringify(value)}.`,
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
      if (!rowOf(name)) readOne(name, value)
      delete conditions[name as ConditionName]
    } else conditions = { ...conditions, ...readOne(name, value) }
  }
  return conditions
}

const DEFAULTS = Object.fromEntries(
  Object.entries(CONDITIONS).flatMap(([name, row]) => (row.default === undefined ? [] : [[name, row.default]])),
) as unknown as EffectiveConditions

/** Whether nothing is said of a resource that is not so of every other one. */
export const isUntroubled = (conditions: EffectiveConditions) => conditions === DEFAULTS

/** What holds for a resource: the defaults, over them its tags, over them what was set. Tags that say nothing known are left alone. */
export function effectiveConditions(resource: Pick<Resource, 'tags'>, set: Conditions): EffectiveConditions {
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
  return Object.keys(set).length === 0 ? effective : { ...effective, ...set }
}
