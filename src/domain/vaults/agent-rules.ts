import type { RefusalCode } from '../errors.js'
import { isOlder } from '../inventory/machines.js'
import type { World } from '../world.js'
import { isImmutable } from './immutability.js'
import { AGENTS, type AgentPolicy, type AgentRetention, type RegisteredServer } from './registered-servers.js'
import { isGoodPin } from './security-pin.js'
import { limitsIn, type Vault } from './vault.js'

/** What the agent of a registered server asks of its vault. */
export const AGENT_REQUESTS = {
  changePolicy: 'change its backup policy',
  deleteData: 'delete its backup data',
  changePassphrase: 'change its passphrase',
} as const
export type AgentRequestName = keyof typeof AGENT_REQUESTS
export const AGENT_REQUEST_NAMES = Object.keys(AGENT_REQUESTS) as AgentRequestName[]

export type AgentRequest = { securityPin?: string } & (
  | { request: 'changePolicy'; policy: AgentPolicy }
  | { request: 'deleteData' }
  | { request: 'changePassphrase'; passphrase: string }
)

/** What is looked at to judge a request. */
export interface Asked {
  world: World
  vault: Vault
  server: RegisteredServer
  request: AgentRequest
  /** Of its agent; undefined stands for the newest. */
  version: string | undefined
}

/** A reason to refuse what an agent asks. */
export interface AgentRule {
  of: readonly AgentRequestName[]
  /** When it holds, in words. */
  when: string
  holds: (asked: Asked) => boolean
  code: RefusalCode
  /** What the agent says, and what to do about it. */
  message: string
  remedy: string
  source: string
}

/** The agents that know of the security features, of immutability, and of a PIN for changes that keep less. */
const LEAST = { security: '2.0.9052', immutability: '2.0.9250.0', pinForLess: '2.0.9262.0' } as const

/** Where the security features are on, points are kept for so long at least (domain.md 11). */
const LEAST_RETENTION = { days: 7, weeks: 4, months: 3, years: 1 } as const satisfies AgentRetention
export const RETENTION_UNITS = Object.keys(LEAST_RETENTION) as (keyof typeof LEAST_RETENTION)[]
const counted = (count: number, unit: string) => `${count} ${count === 1 ? unit.replace(/s$/, '') : unit}`
const LEAST_IN_WORDS = RETENTION_UNITS.map((unit) => counted(LEAST_RETENTION[unit], unit)).join(', ')

/** SEED-88: characters of a passphrase, all of them ASCII (backup-azure-file-folder-backup-faq.yml). */
const PASSPHRASE = /^\p{ASCII}{16,}$/u

/** How many days of a year have backups. The agent for files and folders knows the first two alone (SEED-83). */
export const FREQUENCIES = { Daily: 365, Weekly: 52, Monthly: 12, Yearly: 1 } as const
const OF_MARS: readonly string[] = ['Daily', 'Weekly']

const backsUpOthers = ({ server }: Asked) => AGENTS[server.agent].engine !== undefined
/** The security features are a setting of the vault. */
export const isSecured = ({ vault }: Asked) => vault.settings.enhancedSecurity !== 'Disabled'
const isBefore = ({ version }: Asked, least: string) => version !== undefined && isOlder(version, least)
const policyOf = ({ request }: Asked) => (request.request === 'changePolicy' ? request.policy : undefined)

function isBelowLeast(asked: Asked): boolean {
  const { retention = {} } = policyOf(asked) ?? {}
  return RETENTION_UNITS.some((unit) => (retention[unit] ?? Number.POSITIVE_INFINITY) < LEAST_RETENTION[unit])
}

/** Whether points of any kind are kept for a shorter time, or no longer at all. */
function keepsLess(asked: Asked): boolean {
  const [before, after] = [asked.server.policy?.retention ?? {}, policyOf(asked)?.retention]
  return after !== undefined && RETENTION_UNITS.some((unit) => (after[unit] ?? 0) < (before[unit] ?? 0))
}

const backupsAYear = ({ frequency, schedulesPerDay }: AgentPolicy) => FREQUENCIES[frequency] * schedulesPerDay

function backsUpLess(asked: Asked): boolean {
  const [before, after] = [asked.server.policy, policyOf(asked)]
  return before !== undefined && after !== undefined && backupsAYear(after) < backupsAYear(before)
}

const losesPoints = (asked: Asked) => asked.request.request === 'deleteData' || keepsLess(asked)

/** Only agents for files and folders ask for a PIN before they keep less, and only since a version. */
const needsPin = (asked: Asked) =>
  asked.request.request !== 'changePolicy' ||
  (!backsUpOthers(asked) && !isBefore(asked, LEAST.pinForLess) && (keepsLess(asked) || backsUpLess(asked)))

const ARTICLE = 'backup-azure-security-feature.md, domain.md 8.5'
const UPDATE_AGENT = (version: string) => `Update the agent to ${version} at least.`

/** Why requests of agents are refused: the first row that holds. */
export const AGENT_RULES: readonly AgentRule[] = [
  {
    of: ['changePolicy'],
    when: 'the agent is the one for files and folders, and the policy backs up monthly or yearly',
    holds: (asked) => !backsUpOthers(asked) && !OF_MARS.includes(policyOf(asked)?.frequency ?? 'Daily'),
    code: 'BMSUserErrorInvalidPolicyInput',
    message: 'The agent for files and folders backs up daily or weekly.',
    remedy: 'Choose one of these; what is kept by the month or the year is for retention to say.',
    source: 'SEED-83; the code is not public',
  },
  {
    of: ['changePolicy'],
    when: 'the policy backs up more often a day than the agent does: 3 times for files and folders, 2 times for DPM and Azure Backup Server',
    holds: (asked) => {
      const most = limitsIn(asked.world, asked.vault)[
        backsUpOthers(asked) ? 'engineSchedulesPerDay' : 'agentSchedulesPerDay'
      ]
      return (policyOf(asked)?.schedulesPerDay ?? 0) > most
    },
    code: 'BMSUserErrorInvalidPolicyInput',
    message: 'The policy has more backups a day than the agent makes.',
    remedy:
      'Schedule at most 3 a day for files and folders, 2 for DPM and Azure Backup Server, less where the limit is lowered.',
    source: 'SEED-69; the code is not public',
  },
  {
    of: ['changePassphrase'],
    when: 'the passphrase has fewer than 16 characters, or one that is not ASCII',
    holds: ({ request }) => request.request === 'changePassphrase' && !PASSPHRASE.test(request.passphrase),
    code: 'UserErrorInvalidRequestParameter',
    message: 'The passphrase cannot be used.',
    remedy: 'Give at least 16 characters, all of them ASCII, and keep them: without them the data is lost.',
    source: 'SEED-88, domain.md 11; the code is not public',
  },
  {
    of: ['changePassphrase'],
    when: `the security features are on, and the agent is older than ${LEAST.security}`,
    holds: (asked) => isSecured(asked) && isBefore(asked, LEAST.security),
    code: '120002',
    message: 'Operation failed: the agent does not know the security features of the vault.',
    remedy: `${UPDATE_AGENT(LEAST.security)} Then change the passphrase with a security PIN.`,
    source: ARTICLE,
  },
  {
    of: ['changePolicy'],
    when: `the security features are on, the agent is older than ${LEAST.security}, and the policy keeps points for less than ${LEAST_IN_WORDS}`,
    holds: (asked) => isSecured(asked) && isBelowLeast(asked) && isBefore(asked, LEAST.security),
    code: '0x29834',
    message:
      'The backup policy could not be modified: the current operation failed due to an internal service error [0x29834].',
    remedy: `Keep points for at least ${LEAST_IN_WORDS}, or update the agent, which then says so itself.`,
    source: ARTICLE,
  },
  {
    of: ['changePolicy'],
    when: `the security features are on, and the policy keeps points for less than ${LEAST_IN_WORDS}`,
    holds: (asked) => isSecured(asked) && isBelowLeast(asked),
    code: 'BMSUserErrorPolicyRetentionInvalid',
    message: 'The security features of the vault ask for a minimum retention range, and the policy is below it.',
    remedy: `Keep points for at least ${LEAST_IN_WORDS}.`,
    source: `${ARTICLE}; what a current agent says is not public`,
  },
  {
    of: ['changePolicy', 'deleteData'],
    when: `the vault is immutable, the agent is older than ${LEAST.immutability}, and the request deletes data or reduces retention`,
    holds: (asked) => isImmutable(asked.vault) && losesPoints(asked) && isBefore(asked, LEAST.immutability),
    code: '130001',
    message: 'Microsoft Azure Backup encountered an internal error.',
    remedy: `The vault is immutable, and the agent does not know: keep the data and its retention. ${UPDATE_AGENT(LEAST.immutability)}`,
    source: `${ARTICLE}; it states the version for DPM and Azure Backup Server`,
  },
  {
    of: AGENT_REQUEST_NAMES,
    when: `the security features are on, and the security PIN is missing, wrong or older than 5 minutes; changes of the policy need one where the agent is for files and folders, ${LEAST.pinForLess} or newer, and the policy keeps less or backs up less often`,
    holds: (asked) =>
      isSecured(asked) && needsPin(asked) && !isGoodPin(asked.world, asked.vault, asked.request.securityPin),
    code: '100130',
    message: 'Security PIN entered is incorrect: it is not the last one of the vault, or its 5 minutes are over.',
    remedy: 'Get a new one (backupSecurityPIN of the vault) and give it as securityPin at once.',
    source: ARTICLE,
  },
  {
    of: ['deleteData'],
    when: 'the vault is immutable, and the agent is the one of DPM or Azure Backup Server',
    holds: (asked) => isImmutable(asked.vault) && backsUpOthers(asked),
    code: '81001',
    message: 'The backup items cannot be deleted: they have active recovery points, and the vault is immutable.',
    remedy: 'Stop the backups and keep the data until its points expire.',
    source: ARTICLE,
  },
  {
    of: ['deleteData'],
    when: 'the vault is immutable, and the agent is the one for files and folders',
    holds: (asked) => isImmutable(asked.vault),
    code: '810001',
    message: 'The backup item cannot be deleted: it has valid (unexpired) recovery points, and the vault is immutable.',
    remedy: 'Stop the backups and keep the data until its points expire.',
    source: ARTICLE,
  },
  {
    of: ['changePolicy'],
    when: 'the vault is immutable, and the policy reduces retention',
    holds: (asked) => isImmutable(asked.vault) && keepsLess(asked),
    code: '810002',
    message: 'Reduction in retention is not allowed: the vault is immutable.',
    remedy: 'Keep points for as long as before, or longer.',
    source: `${ARTICLE}; it states the number for DPM and Azure Backup Server`,
  },
]
