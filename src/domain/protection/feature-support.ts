import { Refusal } from '../errors.js'
import { same } from '../names.js'
import { smallness } from './machine-limits.js'

/** `SupportStatus` of the definitions. Default: whether a machine of this kind is backed up from the start. */
export type SupportStatus = 'Supported' | 'DefaultON' | 'DefaultOFF' | 'NotSupported'

export interface FeatureQuestion {
  featureType: string
  vmSize?: string
  vmSku?: string
}

/** Names of sizes as Azure gives them; how small one is stands in machine-limits.ts. */
const SIZE = /^(basic|standard)_[a-z]+[a-z\d]*(-\d+)?[a-z\d]*(_[a-z\d]+)*$/i

/** Support of machines by what of them is asked for, first row that fits. */
const MACHINES: readonly (readonly [fits: (size: string, sku: string) => boolean, SupportStatus, source: string])[] = [
  [(size) => size !== '' && !SIZE.test(size), 'NotSupported', '-: no size has such a name'],
  [(_, sku) => /ephemeral/i.test(sku), 'NotSupported', 'domain.md 3: ephemeral OS disks'],
  [(_, sku) => /shared/i.test(sku), 'NotSupported', 'domain.md 3: shared disks'],
  [
    (_, sku) => /ultra|premiumv2|trustedlaunch|confidential/i.test(sku),
    'DefaultOFF',
    'domain.md 3: enhanced policy only',
  ],
  [
    (size) => smallness(size).cores < 2,
    'DefaultOFF',
    'golden S-backupValidateFeatures: Basic_A0; domain.md 3: two cores',
  ],
  [() => true, 'DefaultON', '-: everything else is backed up'],
]

/** What each feature says, by `featureType`. Goals are what a vault is for: it takes everything that the portal offers. */
const FEATURES: Record<string, (question: FeatureQuestion) => SupportStatus> = {
  AzureVMResourceBackup: ({ vmSize = '', vmSku = '' }) =>
    MACHINES.find(([fits]) => fits(vmSize, vmSku))?.[1] ?? 'NotSupported',
  AzureBackupGoals: () => 'Supported',
}

/**
 * Whether a feature of Backup is there for what is asked.
 * @throws Refusal InvalidParameter for a feature that there is not
 */
export function supportOf(question: FeatureQuestion): SupportStatus {
  const known = Object.keys(FEATURES).find((name) => same(name, question.featureType))
  const feature = known === undefined ? undefined : FEATURES[known]
  if (feature) return feature(question)
  throw new Refusal(
    'InvalidParameter',
    `featureType '${question.featureType}' is none of ${Object.keys(FEATURES).join(', ')}.`,
  )
}
