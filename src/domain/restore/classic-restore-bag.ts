import type { Job } from '../jobs/jobs.js'
import type { World } from '../world.js'
import { RESTORE_TYPES, type RestoreWork } from './restore-request.js'

/** What a restore in a classic vault says of itself from its beginning (wire-classic.md 8). */
export const classicRestoreBag = ({ type, account }: Pick<RestoreWork, 'type' | 'account'>) => ({
  JobType: RESTORE_TYPES[type].jobType,
  'Target Storage Account Name': account,
})

/** What it says in the end: the description of the machine lies beside its disks. */
export function classicBlobs(world: World, { id, bag }: Job, { account }: Pick<RestoreWork, 'account'>): Job['bag'] {
  const config = `config${id}.xml`
  const container = `vhd${world.chance.guid().replaceAll('-', '')}`
  return {
    ...bag,
    'Config Blob Name': config,
    'Config Blob Container Name': container,
    'Config Blob Uri': `https://${account}.blob.core.windows.net/${container}/${config}`,
  }
}
