import type { Call } from '../../arm/route.js'
import { Refusal } from '../../domain/errors.js'
import { GROUP, SUBSCRIPTION } from '../scopes.js'

const RESOURCE = `${GROUP}/providers/{resourceProviderNamespace}/{resourceType}/{resourceName}`
const PART = `${RESOURCE}/{partType}/{partName}`

/** Where somebody can have a role: the path, how the operations there are told apart, and what it is in words. */
export interface RoleScope {
  path: string
  suffix: string
  words: string
  /** What is named where the scope is named for an example. */
  examples?: Readonly<Record<string, string>>
}

/** The example of a resource: a managed disk, and of a part: a file share's service. */
const DISK = { resourceProviderNamespace: 'Microsoft.Compute', resourceType: 'disks', resourceName: 'vm1_OsDisk' }
const SERVICE = { partType: 'fileServices', partName: 'default' }
const SHARE = { innerType: 'shares', innerName: 'share1' }

export const ROLE_SCOPES: readonly RoleScope[] = [
  { path: SUBSCRIPTION, suffix: 'ForSubscription', words: 'a subscription' },
  { path: GROUP, suffix: 'ForResourceGroup', words: 'a resource group' },
  { path: RESOURCE, suffix: 'ForResource', words: 'a resource', examples: DISK },
  { path: PART, suffix: 'ForPart', words: 'a part of a resource', examples: SERVICE },
  {
    path: `${PART}/{innerType}/{innerName}`,
    suffix: 'ForInnerPart',
    words: 'a part of a part of a resource',
    examples: { ...SERVICE, ...SHARE },
  },
]

const AUTHORIZATION = '/providers/microsoft.authorization/'

/** The scope that a path is about: what stands before the provider, as it was written. */
export const scopeOf = ({ path }: Call): string => path.slice(0, path.toLowerCase().lastIndexOf(AUTHORIZATION))

const TERM = /^(?:(\w+)\(\s*(?:'([^']*)')?\s*\)|(\w+)\s+eq\s+'([^']*)')(?:\s+and\s+|\s*$)/i

/**
 * Reads the filters of this provider: `atScope()`, `assignedTo('…')`, `name eq '…'`, and several joined by `and`.
 * @param known what can be asked for here
 * @returns what is asked for by its name in lower case
 * @throws Refusal InvalidFilterInQueryString
 */
export function readRoleFilter(call: Call, known: readonly string[]): ReadonlyMap<string, string> {
  const text = call.query.$filter?.trim() ?? ''
  const terms = new Map<string, string>()
  for (let rest = text; rest !== ''; ) {
    const [whole = '', asked, argument = '', name = asked, value = argument] = TERM.exec(rest) ?? []
    if (name === undefined || !known.some((one) => one.toLowerCase() === name.toLowerCase())) {
      throw new Refusal(
        'InvalidFilterInQueryString',
        `The $filter '${text}' cannot be read at '${rest}'. Known here: ${known.join(', ')}, joined by 'and'.`,
      )
    }
    terms.set(name.toLowerCase(), value)
    rest = rest.slice(whole.length)
  }
  return terms
}
