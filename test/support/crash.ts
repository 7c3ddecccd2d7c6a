import { startEmulator } from '../../src/emulator.js'
import { MONDAY } from './emulator.js'

/** What every start of a world that is killed is told; what is kept goes on as it was. */
export const options = (folder: string) => [
  '--data-dir',
  folder,
  '--clock',
  'manual',
  '--now',
  MONDAY,
  '--seed',
  'crash',
]

/** A digest of the world that a program has left in a folder. */
export async function digestOf(folder: string): Promise<string> {
  const emulator = await startEmulator({ dataDir: folder, port: 0, https: false, logLevel: 'error' })
  const digest = emulator.digest()
  await emulator.close()
  return digest
}
