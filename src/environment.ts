import { FIRST_SUBSCRIPTION, TENANT_ID } from './domain/inventory/inventory.js'

export interface EnvironmentParts {
  host: string
  httpPort: number
  httpsPort: number
  /** Where the certificate authority is, or where to put it. */
  ca: string
  /** It is kept there by the emulator itself. */
  kept: boolean
}

/** A text as a shell takes it, whatever is in it. */
const quoted = (text: string) => `'${text.replaceAll("'", "'\\''")}'`

/** The address that clients on this machine use. */
function addressOf(host: string): string {
  if (host === '127.0.0.1' || host === '0.0.0.0' || host === '::') return 'localhost'
  return host.includes(':') ? `[${host}]` : host
}

/**
 * What `recoverite env` prints: per client, the variables that make it trust and use the emulator. It is a shell
 * script with comments, so that a part can be copied, or the whole evaluated.
 */
export function environmentText({ host, httpPort, httpsPort, ca, kept }: EnvironmentParts): string {
  const name = addressOf(host)
  const https = `https://${name}:${httpsPort}`
  const fetch = kept
    ? '# The emulator keeps its certificate authority here.'
    : `# Fetch the certificate authority while the emulator runs (with --data-dir it is kept and stays the same).\ncurl -sf ${quoted(`http://${name}:${httpPort}/_recoverite/ca.pem`)} -o ${quoted(ca)}`
  return `${fetch}
RECOVERITE_CA=${quoted(ca)}
export NO_PROXY=localhost,127.0.0.1

# Node: adds to what is trusted; read when the process starts
export NODE_EXTRA_CA_CERTS="$RECOVERITE_CA"

# Python and az: replaces what is trusted
export REQUESTS_CA_BUNDLE="$RECOVERITE_CA"

# Go, Terraform and Python's ssl
export SSL_CERT_FILE="$RECOVERITE_CA"

# curl
export CURL_CA_BUNDLE="$RECOVERITE_CA"

# Azure SDKs: EnvironmentCredential; give the clients the endpoint ${https}
export AZURE_AUTHORITY_HOST=${quoted(https)}
export AZURE_TENANT_ID=adfs
export AZURE_CLIENT_ID=00000000-0000-0000-0000-0000000000aa
export AZURE_CLIENT_SECRET=anything

# Terraform
export ARM_METADATA_HOSTNAME=${quoted(`${name}:${httpsPort}`)}
export ARM_TENANT_ID=${TENANT_ID}
export ARM_SUBSCRIPTION_ID=${FIRST_SUBSCRIPTION}
export ARM_CLIENT_ID=00000000-0000-0000-0000-0000000000aa
export ARM_CLIENT_SECRET=anything
export ARM_USE_CLI=false
export ARM_RESOURCE_PROVIDER_REGISTRATIONS=none
export GO_AZURE_SDK_SKIP_POLLING_DELAY=true
export CHECKPOINT_DISABLE=1

# az: in a configuration folder of its own, once
export AZURE_CONFIG_DIR="$PWD/.azure-recoverite"
export AZURE_CORE_COLLECT_TELEMETRY=no
# az cloud register -n Recoverite --endpoint-resource-manager ${https}
# az cloud set -n Recoverite
# az login --service-principal -u app -p secret --tenant ${TENANT_ID}

# Java: a trust store of its own
# keytool -importcert -noprompt -alias recoverite -file "$RECOVERITE_CA" -keystore recoverite-ca.p12 -storetype PKCS12 -storepass recoverite
# export JAVA_TOOL_OPTIONS="-Djavax.net.ssl.trustStore=$PWD/recoverite-ca.p12 -Djavax.net.ssl.trustStorePassword=recoverite"
`
}
