import type { RecoveryPoint } from '../../domain/backup/recovery-points.js'
import { base64 } from '../../domain/base64.js'
import { guidOf } from '../../domain/chance.js'
import type { DiskKeys } from '../../domain/restore/machine-snapshots.js'

/** What the service keeps of a key or a secret: opaque, the same at every reading. */
const backupOf = (url: string) => base64(`${guidOf(`backup/${url}`)}${guidOf(url)}`)

/** Whether the disks were encrypted by Azure Disk Encryption; a single point names the keys too (wire-vm-more.md 10). */
export function encryptionView(keys: DiskKeys | undefined, detailed: boolean): Record<string, unknown> {
  if (!keys || !detailed) return { isSourceVMEncrypted: keys !== undefined }
  const { secretUrl, secretVaultId, keyUrl, keyVaultId } = keys
  const kekDetails = keyUrl ? { kekDetails: { keyUrl, keyVaultId, keyBackupData: backupOf(keyUrl) } } : {}
  const bekDetails = { secretUrl, secretVaultId, secretData: backupOf(secretUrl) }
  return { isSourceVMEncrypted: true, keyAndSecret: { ...kekDetails, bekDetails } }
}

export const hasPrivateDisk = ({ machine }: RecoveryPoint) =>
  machine?.disks.some(({ access }) => access !== undefined) ?? false

export const storageTypeOf = ({ machine }: RecoveryPoint) =>
  machine?.premium ? 'PremiumVMOnPartialPremiumStorage' : 'NormalStorage'
