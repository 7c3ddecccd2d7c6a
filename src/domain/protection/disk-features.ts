import { Refusal } from '../errors.js'
import { same } from '../names.js'
import { POLICY_RANGES } from '../policies/policy-ranges.js'
import { locationOf } from '../regions.js'

const FEATURE_TYPE = 'DataSourceType'

/** What a Backup vault of a region says of a kind of data source, in the published words. */
export interface FeatureSupport {
  featureType: typeof FEATURE_TYPE
  features: [
    {
      featureName: string
      supportStatus: 'GenerallyAvailable' | 'NotSupported'
      exposureControlledFeatures: []
    },
  ]
}

/**
 * Whether data of a kind can be backed up: managed disks can here, everywhere; no answer was recorded.
 * @throws Refusal InvalidParameter for another kind of question, LocationNotAvailableForResourceType
 */
export function diskFeature(location: string, featureType: string, featureName: string): FeatureSupport {
  locationOf(location)
  if (!same(featureType, FEATURE_TYPE))
    throw new Refusal('InvalidParameter', `featureType '${featureType}' is not known here. Use ${FEATURE_TYPE}.`)
  const known = [POLICY_RANGES.disks.datasourceType, 'AzureDisk'].some((name) => same(name, featureName))
  const supportStatus = known ? 'GenerallyAvailable' : 'NotSupported'
  return { featureType: FEATURE_TYPE, features: [{ featureName, supportStatus, exposureControlledFeatures: [] }] }
}
