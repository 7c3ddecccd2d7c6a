import { AuthorizationManagementClient } from '@azure/arm-authorization'
import { RecoveryServicesClient } from '@azure/arm-recoveryservices'
import {
  type AzureIaaSVMJob,
  type OperationStatusJobExtendedInfo,
  type ProtectedItemsDeleteOptionalParams,
  RecoveryServicesBackupClient,
} from '@azure/arm-recoveryservicesbackup'
import { ServiceClient } from '@azure/core-client'
import { ClientSecretCredential } from '@azure/identity'
import t, { type Test } from 'tap'
import { problemsOf } from '../support/published-schemas.js'

/**
 * What the stories of users' programs share: the SDKs as they are, over HTTPS, with a token, with the pollers' own waits.
 * `azure-sdk.test.ts` starts each story as a process that trusts the emulator.
 */
const {
  RECOVERITE_URL: url = '',
  RECOVERITE_TENANT: tenant = '',
  RECOVERITE_SUBSCRIPTION: subscription = '',
} = process.env

export const FABRIC = 'Azure'
export const GROUP = 'sdk'
export const GROUP_ID = `/subscriptions/${subscription}/resourceGroups/${GROUP}`
export const VM_ID = `${GROUP_ID}/providers/Microsoft.Compute/virtualMachines/vm1`
export const CONTAINER = `IaasVMContainer;iaasvmcontainerv2;${GROUP};vm1`
export const ITEM = `VM;iaasvmcontainerv2;${GROUP};vm1`

const credential = new ClientSecretCredential(tenant, 'an application', 'a secret', {
  authorityHost: url,
  disableInstanceDiscovery: true,
})
const vaultClient = new RecoveryServicesClient(credential, subscription, { endpoint: url })
export const vaults = vaultClient.vaults
export const backup = new RecoveryServicesBackupClient(credential, subscription, { endpoint: url })
export const authorization = new AuthorizationManagementClient(credential, subscription, { endpoint: url, $host: url })
/** What the SDK of Backup vaults is generated on; it calls itself as that SDK does. */
export const core = new ServiceClient({
  endpoint: url,
  credential,
  credentialScopes: `${url}/.default`,
  userAgentOptions: { userAgentPrefix: 'azsdk-js-arm-dataprotection/4.0.0' },
})

/** Every answer that the SDKs read is held against the published definitions. */
for (const { pipeline } of [vaultClient, backup, core]) {
  pipeline.addPolicy({
    name: 'heldAgainstThePublishedDefinitions',
    async sendRequest(request, next) {
      const answer = await next(request)
      const body: unknown = answer.bodyAsText ? JSON.parse(answer.bodyAsText) : undefined
      const problems = problemsOf({ method: request.method, url: request.url, status: answer.status, body })
      if (problems.length > 0) throw new Error(problems.join('\n'))
      return answer
    },
  })
}

/** Sends what no SDK of the story has an operation for. */
export async function put(path: string, body: object): Promise<void> {
  const token = await credential.getToken(`${url}/.default`)
  const answer = await fetch(`${url}${path}`, {
    method: 'PUT',
    headers: { authorization: `Bearer ${token.token}`, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })
  if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`)
}

type Start = (options: ProtectedItemsDeleteOptionalParams) => Promise<unknown>

export async function all<T>(list: AsyncIterable<T>): Promise<T[]> {
  const values: T[] = []
  for await (const value of list) values.push(value)
  return values
}

/** The id of the operation that a call was answered with, from a header. */
export async function begin(header: string, start: Start): Promise<string> {
  let location = ''
  await start({
    onResponse: ({ headers }) => {
      location = headers.get(header) ?? ''
    },
  })
  return new URL(location).pathname.split('/').pop() ?? ''
}

/** What a story does again and again with its vault. */
export function using(vault: string) {
  const at = [vault, GROUP, FABRIC, CONTAINER, ITEM] as const

  /** Where the SDK has no poller its users ask for the operation's status until it has ended. */
  async function settle(start: Start) {
    const id = await begin('azure-asyncoperation', start)
    for (;;) {
      const { status = '', properties } = await backup.backupOperationStatuses.get(vault, GROUP, id)
      if (status !== 'InProgress') {
        const jobId = (properties as OperationStatusJobExtendedInfo | undefined)?.jobId ?? ''
        return { status, jobId, properties }
      }
    }
  }

  /** Polls a job to its end; what each poll saw of its status and its tasks' goes into `seen`. */
  async function followJob(id: string, seen: string[] = []): Promise<AzureIaaSVMJob> {
    for (;;) {
      const job = (await backup.jobDetails.get(vault, GROUP, id)).properties as AzureIaaSVMJob
      seen.push([job.status, ...(job.extendedInfo?.tasksList ?? []).map((task) => task.status)].join(' '))
      if (job.status !== 'InProgress') return job
    }
  }

  return { at, settle, followJob }
}

/** One step of a story; how long it took is told, not judged. */
export const step = (name: string, run: (t: Test) => Promise<void>) =>
  t.test(name, async (t) => {
    const start = performance.now()
    await run(t)
    t.comment(`took ${Math.round(performance.now() - start)} ms`)
  })
