import { Refusal } from './errors.js'

/**
 * The public regions: name, display name, the code that Backup's own host names and zones have it by, the region of the
 * other half of its pair. A vault in `westeurope` and a machine in `West Europe` are in one region.
 */
const ROWS = [
  ['eastus', 'East US', 'eus', 'westus'],
  ['eastus2', 'East US 2', 'eus2', 'centralus'],
  ['centralus', 'Central US', 'cus', 'eastus2'],
  ['northcentralus', 'North Central US', 'ncus', 'southcentralus'],
  ['southcentralus', 'South Central US', 'scus', 'northcentralus'],
  ['westcentralus', 'West Central US', 'wcus', 'westus2'],
  ['westus', 'West US', 'wus', 'eastus'],
  ['westus2', 'West US 2', 'wus2', 'westcentralus'],
  ['westus3', 'West US 3', 'wus3', 'eastus'],
  ['canadacentral', 'Canada Central', 'cnc', 'canadaeast'],
  ['canadaeast', 'Canada East', 'cne', 'canadacentral'],
  ['brazilsouth', 'Brazil South', 'brs', 'southcentralus'],
  ['northeurope', 'North Europe', 'ne', 'westeurope'],
  ['westeurope', 'West Europe', 'we', 'northeurope'],
  ['uksouth', 'UK South', 'uks', 'ukwest'],
  ['ukwest', 'UK West', 'ukw', 'uksouth'],
  ['francecentral', 'France Central', 'frc', 'francesouth'],
  ['francesouth', 'France South', 'frs', 'francecentral'],
  ['germanywestcentral', 'Germany West Central', 'gwc', 'germanynorth'],
  ['germanynorth', 'Germany North', 'gn', 'germanywestcentral'],
  ['switzerlandnorth', 'Switzerland North', 'szn', 'switzerlandwest'],
  ['switzerlandwest', 'Switzerland West', 'szw', 'switzerlandnorth'],
  ['norwayeast', 'Norway East', 'nwe', 'norwaywest'],
  ['norwaywest', 'Norway West', 'nww', 'norwayeast'],
  ['swedencentral', 'Sweden Central', 'sdc', 'swedensouth'],
  ['swedensouth', 'Sweden South', 'sds', 'swedencentral'],
  ['polandcentral', 'Poland Central', 'plc', undefined],
  ['italynorth', 'Italy North', 'itn', undefined],
  ['spaincentral', 'Spain Central', 'spc', undefined],
  ['uaenorth', 'UAE North', 'uan', 'uaecentral'],
  ['uaecentral', 'UAE Central', 'uac', 'uaenorth'],
  ['qatarcentral', 'Qatar Central', 'qac', undefined],
  ['israelcentral', 'Israel Central', 'ilc', undefined],
  ['southafricanorth', 'South Africa North', 'san', 'southafricawest'],
  ['southafricawest', 'South Africa West', 'saw', 'southafricanorth'],
  ['centralindia', 'Central India', 'inc', 'southindia'],
  ['southindia', 'South India', 'ins', 'centralindia'],
  ['westindia', 'West India', 'inw', 'southindia'],
  ['eastasia', 'East Asia', 'ea', 'southeastasia'],
  ['southeastasia', 'Southeast Asia', 'sea', 'eastasia'],
  ['japaneast', 'Japan East', 'jpe', 'japanwest'],
  ['japanwest', 'Japan West', 'jpw', 'japaneast'],
  ['koreacentral', 'Korea Central', 'krc', 'koreasouth'],
  ['koreasouth', 'Korea South', 'krs', 'koreacentral'],
  ['australiaeast', 'Australia East', 'ae', 'australiasoutheast'],
  ['australiasoutheast', 'Australia Southeast', 'ase', 'australiaeast'],
  ['australiacentral', 'Australia Central', 'acl', 'australiacentral2'],
  ['australiacentral2', 'Australia Central 2', 'acl2', 'australiacentral'],
  ['eastus2euap', 'East US 2 EUAP', 'ecy', 'centraluseuap'],
  ['centraluseuap', 'Central US EUAP', 'ccy', 'eastus2euap'],
] as const

export interface Region {
  name: string
  displayName: string
  /** `we`: as in `privatelink.we.backup.windowsazure.com`. */
  code: string
  paired: string | undefined
}

export const REGIONS: readonly Region[] = ROWS.map(([name, displayName, code, paired]) => ({
  name,
  displayName,
  code,
  paired,
}))
const byName = new Map(REGIONS.map((region) => [region.name, region]))

/** `West Europe`, `WestEurope` and `westeurope` are one region: the last is its name. */
const normalise = (location: string) => location.replace(/\s+/g, '').toLowerCase()

/**
 * A region's name out of what a client wrote.
 * @throws Refusal LocationNotAvailableForResourceType where no public region is called so
 */
export function locationOf(location: string): string {
  const name = normalise(location)
  if (byName.has(name)) return name
  throw new Refusal(
    'LocationNotAvailableForResourceType',
    `The provided location '${location}' is not available. Use one of: ${REGIONS.map((r) => r.name).join(', ')}.`,
  )
}

export const regionOf = (name: string): Region | undefined => byName.get(normalise(name))

export const sameRegion = (a: string, b: string) => normalise(a) === normalise(b)
