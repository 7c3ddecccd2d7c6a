import { X509Certificate } from 'node:crypto'
import t, { type Test } from 'tap'
import { HOUR } from '../support/seen.js'
import { groupPath, type Story, tellStory, vaultPath } from '../support/story.js'

const BODY = { location: 'westeurope', properties: {} }
const put = ({ call }: Story, name: string, location = 'westeurope') =>
  call('PUT', vaultPath(name), { ...BODY, location })

async function refusesOneMore(t: Test, story: Story): Promise<void> {
  const before = story.world.emulator.digest()
  const refused = await put(story, 'one-more')
  t.equal(refused.status, 400)
  t.equal(refused.code, 'UserErrorVaultQuotaReached')
  t.match(refused.text('error.message'), 'use another subscription')
  t.equal(story.world.emulator.digest(), before, 'nothing has changed')
}

t.test('SEED-66: a subscription has 25 vaults in a region', async (t) => {
  for (const profile of ['2015', '2016'] as const) {
    await t.test(`in ${profile}`, async (t) => {
      const story = await tellStory(t, { profile })
      const { call } = story
      for (let vault = 1; vault <= 25; vault++) t.equal((await put(story, `vault-${vault}`)).status, 201)
      await refusesOneMore(t, story)
      t.equal((await put(story, 'vault-25')).status, 200, 'one that is there can be put again')
      t.equal((await put(story, 'far-away', 'northeurope')).status, 201, 'another region has its own 25')
      const other = vaultPath('one-more').replace(/1(?=\/resourceGroups)/, '2')
      t.equal((await call('PUT', other, BODY)).status, 201, 'another subscription, too')
      const group = vaultPath('elsewhere').replace('/backup/', '/another-group/')
      t.equal((await call('PUT', group, BODY)).code, 'UserErrorVaultQuotaReached', 'another group does not')
      await story.advance('10s')
      await story.finished(await call('DELETE', vaultPath('vault-1')))
      t.equal((await put(story, 'one-more')).status, 201, 'a deleted one makes room')
    })
  }

  await t.test('today there is room for more', async (t) => {
    const story = await tellStory(t)
    for (let vault = 1; vault <= 26; vault++) t.equal((await put(story, `vault-${vault}`)).status, 201)
  })

  await t.test('a limit that was lowered is met by as few', async (t) => {
    const story = await tellStory(t, { limits: { vaultsPerRegion: 2 } })
    for (const name of ['first', 'second']) t.equal((await put(story, name)).status, 201)
    await refusesOneMore(t, story)
    await story.advance('10s')
    await story.finished(await story.call('DELETE', `${vaultPath('first')}?api-version=2025-08-01`))
    t.equal((await put(story, 'third')).status, 201, 'a deleted vault takes no room while it is kept')
  })
})

const register = (story: Story, vault: string, name: string, more: object = { agent: 'MARS' }) =>
  story.call('POST', '/_recoverite/inventory', {
    servers: [{ resourceGroup: 'servers', name, registration: { vault, agent: 'MARS', ...more } }],
  })

t.test('SEED-67: 50 servers register with a vault, and who has more makes another vault', async (t) => {
  for (const profile of ['2016', 'present'] as const) {
    await t.test(`in ${profile}`, async (t) => {
      const story = await tellStory(t, { profile })
      const vault = await story.vault()
      for (let server = 1; server <= 50; server++) await register(story, vault, `server${server}`)
      const before = story.world.emulator.digest()
      const refused = await register(story, vault, 'server51')
      t.equal(refused.status, 400)
      t.match(refused.text('error.message'), /has 50 such servers registered.*another vault/)
      t.equal(story.world.emulator.digest(), before, 'nothing has changed, not even the inventory')
      t.equal((await register(story, vault, 'server50')).status, 201, 'one of them can register again')
      t.equal((await register(story, vault, 'dpm1', { agent: 'DPM' })).status, 201, 'servers of DPM are counted apart')
      t.equal((await register(story, await story.vault('another'), 'server51')).status, 201)
    })
  }
})

/** Of server1, signed by itself, good for 5 days of November 2026. */
const CERTIFICATE =
  'MIIBnjCCAUOgAwIBAgIUNDij0KI8OBFbiQYE7JNfPEXsXd0wCgYIKoZIzj0EAwIwJDEQMA4GA1UECgwHQ29udG9zbzEQMA4GA1UEAwwHc2VydmVyMTAeFw0yNjExMjExMTMyNTVaFw0yNjExMjYxMTMyNTVaMCQxEDAOBgNVBAoMB0NvbnRvc28xEDAOBgNVBAMMB3NlcnZlcjEwWTATBgcqhkjOPQIBBggqhkjOPQMBBwNCAASar1c8tmyRW1te5ahLcLO0PMkn5O54SdO2vjZ47kSOPou4Ht/yULPUai10+xd+P0U5t/aQ/T30bonryZj+MRVpo1MwUTAdBgNVHQ4EFgQU5YuAVY4PvcrfQWYRhNMFymfcTuMwHwYDVR0jBBgwFoAU5YuAVY4PvcrfQWYRhNMFymfcTuMwDwYDVR0TAQH/BAUwAwEB/zAKBggqhkjOPQQDAgNJADBGAiEA1uuDmor02FA/n7h6T6Bs6btEBD5FyZ9NaFdRmCGNsiQCIQDwGMgZj6DgoWA7awn2l5FS3cOGjoiBj6KEkcy5uAiyBw=='
const NOVEMBER = '2026-11-21T12:00:00Z'

const credentials = (vault: string, name = 'server1') => `${vault}/certificates/${name}`
const download = ({ call }: Story, vault: string, properties: object = {}) =>
  call('PUT', credentials(vault), { properties: { authType: 'AAD', certificate: CERTIFICATE, ...properties } })

t.test('SEED-68: vault credentials expire after 48 hours, and are downloaded again', async (t) => {
  await t.test('in 2016', async (t) => {
    const story = await tellStory(t, { profile: '2016', now: NOVEMBER })
    const vault = await story.vault()
    const first = await download(story, vault)
    t.equal(first.status, 200)
    t.equal(Date.parse(first.text('properties.validTo')), story.now + 48 * HOUR)
    await story.advance('50h')
    const again = await download(story, vault)
    t.equal(Date.parse(again.text('properties.validTo')), story.now + 48 * HOUR)
  })

  await t.test('today after 10 days, or with their certificate', async (t) => {
    const story = await tellStory(t, { now: NOVEMBER })
    const vault = await story.vault()
    const shorter = await download(story, vault)
    t.equal(shorter.text('properties.validTo'), '2026-11-26T11:32:55Z', 'the certificate ends before')
    const lowered = await tellStory(t, { now: NOVEMBER, limits: { vaultCredentialHours: 1 } })
    const hour = await download(lowered, await lowered.vault())
    t.equal(Date.parse(hour.text('properties.validTo')), lowered.now + HOUR)
  })

  await t.test('a server registers with the last ones, in their time', async (t) => {
    const story = await tellStory(t, { profile: '2016', now: NOVEMBER })
    const vault = await story.vault()
    const thumbprint = (await download(story, vault)).text('properties.thumbprint')
    t.equal((await register(story, vault, 'server1', { thumbprint })).status, 201)
    const before = story.world.emulator.digest()
    const wrong = await register(story, vault, 'server2', { thumbprint: thumbprint.replaceAll(/[0-9]/g, 'F') })
    t.match(wrong.text('error.message'), 'not those that were last downloaded')
    t.equal(story.world.emulator.digest(), before)
    await story.advance('49h')
    const late = await register(story, vault, 'server2', { thumbprint })
    t.match(late.text('error.message'), /expired at 2026-11-23T12.*Download them again/)
    await download(story, vault)
    t.equal((await register(story, vault, 'server2', { thumbprint })).status, 201)
  })

  await t.test('they say whose they are, and where a server signs in with them', async (t) => {
    const story = await tellStory(t, { now: NOVEMBER })
    const vault = await story.vault()
    const answer = await download(story, vault)
    t.equal(answer.text('id'), credentials(vault))
    const known = new X509Certificate(Buffer.from(CERTIFICATE, 'base64'))
    t.match(answer.at('properties'), {
      authType: 'AzureActiveDirectory',
      subject: 'CN=server1, O=Contoso',
      issuer: 'CN=server1, O=Contoso',
      thumbprint: known.fingerprint.replaceAll(':', ''),
      validFrom: '2026-11-21T11:32:55Z',
      certificate: CERTIFICATE,
    })
    t.match(answer.text('properties.azureManagementEndpointAudience'), '.we.backup.windowsazure.com')
    const pem = { certificate: Buffer.from(known.toString()).toString('base64') }
    t.equal((await download(story, vault, pem)).text('properties.subject'), 'CN=server1, O=Contoso', 'PEM does as well')
    const older = await download(story, vault, { authType: 'ACS' })
    t.match(older.at('properties'), {
      authType: 'AccessControlService',
      globalAcsHostName: 'accesscontrol.windows.net',
    })
  })

  await t.test('a certificate that cannot be read is refused', async (t) => {
    const story = await tellStory(t)
    const vault = await story.vault()
    const before = story.world.emulator.digest()
    for (const certificate of ['', 'hello', CERTIFICATE.slice(0, 100)])
      t.equal((await download(story, vault, { certificate })).code, 'UserErrorInvalidCertificate')
    t.equal((await download(story, vault, { authType: 'Password' })).code, 'InvalidParameter')
    t.equal((await download(story, vault, { certificate: 5 })).code, 'InvalidRequestContent')
    t.equal(
      (await download(story, `${groupPath('backup')}/providers/Microsoft.RecoveryServices/vaults/none`)).status,
      404,
    )
    t.equal(story.world.emulator.digest(), before)
  })
})
