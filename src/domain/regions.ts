import { Refusal } from './errors.js'

/**
 * The public regions: name, display name, geography code as Backup's own resource groups use it, the region of the
 * other half of its pair. A vault in `westeurope` and a machine in `West Europe` are in one region.
 */
const ROWS = [
  ['eastus', 'East US', 'westus'],
  ['eastus2', 'East US 2', 'centralus'],
  ['centralus', 'Central US', 'eastus2'],
  ['northcentralus', 'North Central US', 'southcentralus'],
  ['southcentralus', 'South Central US', 'northcentralus'],
  ['westcentralus', 'West Central US', 'westus2'],
  ['westus', 'West US', 'eastus'],
  ['westus2', 'West US 2', 'westcentralus'],
  ['westus3', 'West US 3', 'eastus'],
  ['canadacentral', 'Canada Central', 'canadaeast'],
  ['canadaeast', 'Canada East', 'canadacentral'],
  ['brazilsouth', 'Brazil South', 'southcentralus'],
  ['northeurope', 'North Europe', 'westeurope'],
  ['westeurope', 'West Europe', 'northeurope'],
  ['uksouth', 'UK South', 'ukwest'],
  ['ukwest', 'UK West', 'uksouth'],
  ['francecentral', 'France Central', 'francesouth'],
  ['francesouth', 'France South', 'francecentral'],
  ['germanywestcentral', 'Germany West Central', 'germanynorth'],
  ['germanynorth', 'Germany North', 'germanywestcentral'],
  ['switzerlandnorth', 'Switzerland North', 'switzerlandwest'],
  ['switzerlandwest', 'Switzerland West', 'switzerlandnorth'],
  ['norwayeast', 'Norway East', 'norwaywest'],
  ['norwaywest', 'Norway West', 'norwayeast'],
  ['swedencentral', 'Sweden Central', 'swedensouth'],
  ['swedensouth', 'Sweden South', 'swedencentral'],
  ['polandcentral', 'Poland Central', undefined],
  ['italynorth', 'Italy North', undefined],
  ['spaincentral', 'Spain Central', undefined],
  ['uaenorth', 'UAE North', 'uaecentral'],
  ['uaecentral', 'UAE Central', 'uaenorth'],
  ['qatarcentral', 'Qatar Central', undefined],
  ['israelcentral', 'Israel Central', undefined],
  ['southafricanorth', 'South Africa North', 'southafricawest'],
  ['southafricawest', 'South Africa West', 'southafricanorth'],
  ['centralindia', 'Central India', 'southindia'],
  ['southindia', 'South India', 'centralindia'],
  ['westindia', 'West India', 'southindia'],
  ['eastasia', 'East Asia', 'southeastasia'],
  ['southeastasia', 'Southeast Asia', 'eastasia'],
  ['japaneast', 'Japan East', 'japanwest'],
  ['japanwest', 'Japan West', 'japaneast'],
  ['koreacentral', 'Korea Central', 'koreasouth'],
  ['koreasouth', 'Korea South', 'koreacentral'],
  ['australiaeast', 'Australia East', 'australiasoutheast'],
  ['australiasoutheast', 'Australia Southeast', 'australiaeast'],
  ['australiacentral', 'Australia Central', 'australiacentral2'],
  ['australiacentral2', 'Australia Central 2', 'australiacentral'],
  ['eastus2euap', 'East US 2 EUAP', 'centraluseuap'],
  ['centraluseuap', 'Central US EUAP', 'eastus2euap'],
] as const

export interface Region {
  name: string
  displayName: string
  paired: string | undefined
}

export const REGIONS: readonly Region[] = ROWS.map(([name, displayName, paired]) => ({ name, displayName, paired }))
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
