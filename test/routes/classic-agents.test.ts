import t from 'tap'
import { EXAMPLE_CERTIFICATE } from '../../src/routes/recovery-services/credentials.js'
import { tellClassicStory } from '../support/classic-story.js'
import { members } from '../support/seen.js'

const AGENTS = [
  ['FILES1.CONTOSO.COM', 'MARS', 'OBS'],
  ['dpm1.contoso.com', 'DPM', 'DPM'],
  ['mabs1.contoso.com', 'AzureBackupServer', 'DPMVenus'],
] as const

t.test('servers with an agent are listed, let in again and let go', async (t) => {
  const story = await tellClassicStory(t)
  const vault = await story.vault()
  const register = (name: string, agent: (typeof AGENTS)[number][1]) =>
    story.world.emulator.seed({ servers: [{ resourceGroup: 'servers', name, registration: { vault, agent } }] })
  for (const [name, agent] of AGENTS) register(name, agent)
  const listed = (await story.list(vault, 'backupContainers', "type eq 'Machine'")).values
  t.strictSame(
    listed.map(({ uniqueName, containerType, properties }) => {
      const { friendlyName, customerType, canReRegister } = members(properties)
      return [uniqueName, containerType, friendlyName, customerType, canReRegister]
    }),
    AGENTS.map(([name, , type]) => [name.toLowerCase(), 'Machine', name, type, false]).sort(),
  )
  const one = async () => {
    const filter = "type eq 'Machine' and friendlyName eq 'files1.contoso.com'"
    return members((await story.list(vault, 'backupContainers', filter)).values[0]?.properties)
  }
  const { containerId, containerStampUri } = await one()
  t.equal(containerStampUri, 'https://pod01-prot1.we.backup.windowsazure.com')

  const path = `${vault}/backupContainers/${containerId}`
  const enable = (enableReRegister: boolean) =>
    story.ask('PATCH', `${path}/enableReRegister`, { properties: { enableReRegister } })
  t.equal((await enable(true)).status, 204)
  t.equal((await one()).canReRegister, true)
  register('FILES1.CONTOSO.COM', 'MARS')
  t.match(await one(), { canReRegister: false, containerId }, 'to register uses it up')
  await enable(true)
  await enable(false)
  t.equal((await one()).canReRegister, false)

  t.equal((await story.ask('DELETE', `${path}/unregistercontainer`)).status, 204)
  t.strictSame(await one(), {})
  t.equal((await story.ask('DELETE', `${path}/UnRegisterContainer`)).status, 404, 'it is gone')
  t.equal((await story.list(vault, 'backupContainers')).values.length, 2)
})

t.test('credentials of a classic vault last for 48 hours, whatever the profile', async (t) => {
  const story = await tellClassicStory(t)
  const vault = await story.vault()
  const made = await story.ask('PUT', `${vault}/certificates/IdMgmtInternalCert`, {
    properties: { certificate: EXAMPLE_CERTIFICATE },
  })
  t.equal(made.status, 200)
  t.strictSame(Object.keys(made.body as object), ['properties'], 'it has no name of its own')
  const { certificate, resourceId, ...properties } = members(made.at('properties'))
  t.equal(certificate, EXAMPLE_CERTIFICATE)
  t.equal(resourceId, (await story.ask('GET', `${vault}/storageconfig/vaultstorageconfig`)).at('resourceId'))
  t.strictSame(properties, {
    globalAcsNamespace: 'werrp1users',
    globalAcsHostName: 'accesscontrol.windows.net',
    globalAcsRPRealm: 'http://windowscloudbackup/m3',
    subject: 'CN=demo-server',
    validFrom: '2026-11-21T11:19:21Z',
    validTo: '2026-01-07T08:00:00Z',
    thumbprint: properties.thumbprint,
    friendlyName: '',
    issuer: 'CN=demo-server',
  })
})
