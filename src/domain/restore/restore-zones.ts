import { regionOf } from '../regions.js'
import { badRestore } from './bad-restore.js'
import type { RestoreRequest } from './restore-request.js'

/** Regions without availability zones (availability-zones-service-support.md); all others have three. */
const WITHOUT_ZONES = [
  ...['northcentralus', 'westcentralus', 'westus', 'canadaeast', 'ukwest', 'francesouth', 'germanynorth'],
  ...['switzerlandwest', 'norwaywest', 'swedensouth', 'uaecentral', 'southafricawest', 'southindia', 'westindia'],
  ...['japanwest', 'koreasouth', 'australiasoutheast', 'australiacentral', 'australiacentral2'],
]
const ZONES = ['1', '2', '3']

/** Whether a region, in any spelling, has availability zones. */
export const hasZones = (location: string) => !WITHOUT_ZONES.includes(regionOf(location)?.name ?? '')

/** The zones that the source was in, where it stays in its region. */
const own = ({ point, place }: RestoreRequest) => (place.crossRegion ? undefined : point.machine.zones)

/** What forbids a zone of choice, the first that applies (backup-azure-arm-restore-vms.md; az `validate_czr`). */
const OBSTACLES: readonly (readonly [why: string, when: (request: RestoreRequest) => boolean])[] = [
  ['the disks of a machine are replaced where they are. Leave zones out', ({ type }) => type === 'OriginalLocation'],
  [
    'a zone of choice is for machines with managed disks. Leave zones out',
    ({ point }) => point.machine.unmanaged === true,
  ],
  ['a zone of choice is not for encrypted machines. Leave zones out', ({ point }) => point.machine.keys !== undefined],
  [
    'only a recovery point in the vault can go to another zone. Wait until it is there, or leave zones out',
    ({ point }) => point.vaultTier !== 'Valid',
  ],
  [
    'in the region of the vault a zone of choice needs a zone-redundant vault. Leave zones out',
    ({ place, vault }) => !place.crossRegion && vault.settings.redundancy !== 'ZoneRedundant',
  ],
  [
    'in the paired region a zone of choice is for machines that were in a zone. Leave zones out',
    ({ place, point }) => place.crossRegion && point.machine.zones === undefined,
  ],
]

/** @throws Refusal UserErrorInvalidRestoreRequest for a zone that there is not, and one that the restore can't have */
export function checkZones(request: RestoreRequest): void {
  const { zones = [] } = request.input
  const [zone] = zones
  if (zone === undefined) return
  if (zones.length > 1 || !ZONES.includes(zone))
    throw badRestore(`zones is [${zones.join(', ')}]: name one of ${ZONES.join(', ')}.`)
  const region = regionOf(request.place.region)
  if (region && !hasZones(region.name))
    throw badRestore(`${region.displayName} has no availability zones. Leave zones out.`)
  // Back to where it was is no other zone.
  if (own(request)?.join() === zone) return
  const obstacle = OBSTACLES.find(([, when]) => when(request))
  if (obstacle) throw badRestore(`${obstacle[0]}.`)
}

/** The zones of what is restored: as asked for, else where the source was. */
export function zonesOf(request: RestoreRequest): string[] | null {
  if (request.type === 'OriginalLocation') return request.point.machine.zones ?? null
  const { zones = [] } = request.input
  return zones.length > 0 ? zones : (own(request) ?? null)
}
