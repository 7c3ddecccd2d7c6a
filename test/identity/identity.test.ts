import { execFile } from 'node:child_process'
import { createPublicKey, X509Certificate } from 'node:crypto'
import { chmodSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { promisify } from 'node:util'
import swagger from '@fastify/swagger'
import Fastify, { type FastifyInstance } from 'fastify'
import { createLocalJWKSet, decodeJwt, jwtVerify } from 'jose'
import t, { type Test } from 'tap'
import { CA_FILE, CA_KEY_FILE, loadOrCreateAuthority } from '../../src/identity/certificates.js'
import {
  DEFAULT_TENANT_ID,
  instanceDiscovery,
  metadataEndpoints,
  openIdConfiguration,
  readTokenRequest,
  tenantGuid,
} from '../../src/identity/discovery.js'
import { registerIdentity } from '../../src/identity/routes.js'
import { createTokenIssuer, readBearer } from '../../src/identity/tokens.js'

const run = promisify(execFile)
const DAY_MS = 86_400_000
const BASE = 'https://localhost:10191'
const OTHER_TENANT = '22222222-2222-2222-2222-222222222222'
const ARM = 'https://management.azure.com'
const NOW = Date.parse('2026-11-21T10:00:00Z') / 1000

async function buildApp(t: Test, nowSeconds = () => Date.now() / 1000): Promise<FastifyInstance> {
  const app = Fastify({
    routerOptions: { caseSensitive: false, ignoreDuplicateSlashes: true, ignoreTrailingSlash: true },
  })
  await app.register(swagger, { openapi: { info: { title: 'Identity', version: '1' } } })
  registerIdentity(app, { tenantId: DEFAULT_TENANT_ID, issuer: createTokenIssuer(), nowSeconds })
  app.post('/subscriptions/:id/echo', async (request) => request.body)
  await app.ready()
  t.teardown(() => app.close())
  return app
}

/** The same application over HTTPS, with an authority kept in the test's folder: the base URL and the CA's file. */
async function serveHttps(t: Test): Promise<{ base: string; caFile: string }> {
  const dir = t.testdir()
  const app = await buildApp(t)
  const { cert, key } = await loadOrCreateAuthority(dir, new Date(), [])
  const server = createServer({ cert, key }, (request, response) => app.routing(request, response))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  t.teardown(() => server.close())
  const { port } = server.address() as AddressInfo
  return { base: `https://localhost:${port}`, caFile: join(dir, CA_FILE) }
}

/** Node reads NODE_EXTRA_CA_CERTS only when it starts, so a client that trusts the authority is a process of its own. */
async function runNode(script: string, caFile: string | undefined, env: Record<string, string>): Promise<string> {
  const trust = caFile === undefined ? {} : { NODE_EXTRA_CA_CERTS: caFile }
  const { stdout } = await run(process.execPath, ['--no-warnings', '--input-type=module', '--eval', script], {
    env: { PATH: process.env.PATH, ...trust, ...env },
  })
  return stdout.trim()
}

/** The reason to skip a test that needs `command`, or false when the command is here. */
async function missing(command: string): Promise<string | false> {
  const attempts = await Promise.allSettled([run(command, ['version']), run(command, ['--version'])])
  return attempts.some(({ status }) => status === 'fulfilled') ? false : `no ${command} here`
}

function form(fields: Record<string, string>) {
  return {
    method: 'POST' as const,
    headers: { 'content-type': 'application/x-www-form-urlencoded', host: 'localhost:10191' },
    payload: new URLSearchParams(fields).toString(),
  }
}

const APPLICATION = { grant_type: 'client_credentials', client_id: 'app', client_secret: 's', scope: `${ARM}/.default` }

t.test('certificates', async (t) => {
  t.test('an authority is kept and reused, and each start has a new leaf', async (t) => {
    const dir = join(t.testdir(), 'made', 'on', 'demand')
    const before = new Date(Date.now() - 3600_000)
    const first = await loadOrCreateAuthority(dir, before, [])
    const second = await loadOrCreateAuthority(dir, new Date(), ['backup.example', '[fd00::1]', '0.0.0.0', 'localhost'])

    t.equal(first.renewed, false, 'a first start renews nothing')
    t.equal(second.renewed, false)
    t.equal(second.ca, first.ca)
    t.equal(readFileSync(join(dir, CA_FILE), 'utf8'), first.ca)
    t.equal(statSync(join(dir, CA_KEY_FILE)).mode & 0o777, 0o600, 'nobody else reads the key')
    t.not(second.cert, first.cert)
    t.not(second.key, first.key)
    t.notMatch(first.key, readFileSync(join(dir, CA_KEY_FILE), 'utf8'), 'the server does not hold the CA key')

    const leaf = new X509Certificate(second.cert)
    t.ok(leaf.verify(createPublicKey(first.ca)))
    t.ok(leaf.checkIP('127.0.0.1'))
    t.ok(leaf.checkIP('::1'))
    t.ok(leaf.checkIP('fd00::1'))
    t.ok(leaf.checkHost('localhost'))
    t.ok(leaf.checkHost('host.docker.internal'))
    t.ok(leaf.checkHost('backup.example'))
    t.notOk(leaf.checkHost('elsewhere.example'))
    t.notOk(leaf.checkIP('0.0.0.0'))
    t.ok(Date.parse(leaf.validFrom) < Date.now() - DAY_MS + 60_000, 'valid a day before')
    t.ok(Date.parse(leaf.validTo) - Date.parse(leaf.validFrom) <= 825 * DAY_MS)
  })

  t.test('a pair that can not be used is replaced, and the caller is told', async (t) => {
    const now = new Date()
    const other = t.testdir({ other: {} })
    const foreign = await loadOrCreateAuthority(join(other, 'other'), now, [])
    const spoil: Record<string, (dir: string) => void> = {
      'a certificate cut short': (dir) => writeFileSync(join(dir, CA_FILE), foreign.ca.slice(0, 200)),
      'an empty key': (dir) => writeFileSync(join(dir, CA_KEY_FILE), ''),
      'the certificate of another key': (dir) => writeFileSync(join(dir, CA_FILE), foreign.ca),
      'a leaf in place of the authority': (dir) => {
        writeFileSync(join(dir, CA_FILE), foreign.cert)
        writeFileSync(join(dir, CA_KEY_FILE), foreign.key)
      },
    }
    for (const [what, how] of Object.entries(spoil)) {
      const dir = join(other, what)
      const before = await loadOrCreateAuthority(dir, now, [])
      how(dir)
      const after = await loadOrCreateAuthority(dir, now, [])
      t.equal(after.renewed, true, what)
      t.not(after.ca, before.ca, what)
      t.equal((await loadOrCreateAuthority(dir, now, [])).ca, after.ca, `${what}: the new one stays`)
    }

    const halfWritten = t.testdir({ [CA_KEY_FILE]: foreign.key })
    t.equal((await loadOrCreateAuthority(halfWritten, now, [])).renewed, true, 'a key without a certificate')
    const later = new Date(now.getTime() + 3650 * DAY_MS)
    t.equal((await loadOrCreateAuthority(halfWritten, later, [])).renewed, true, 'an authority at its end')
  })

  t.test('an authority near its end outlives its leaf', async (t) => {
    const dir = t.testdir()
    const { ca } = await loadOrCreateAuthority(dir, new Date(), [])
    const nearEnd = new Date(Date.now() + 3600 * DAY_MS)
    const { cert, renewed } = await loadOrCreateAuthority(dir, nearEnd, [])
    t.equal(renewed, false)
    t.equal(new X509Certificate(cert).validTo, new X509Certificate(ca).validTo)
  })

  t.test('without a folder every authority is new, under a name of its own', async (t) => {
    const [one, two] = await Promise.all([
      loadOrCreateAuthority(undefined, new Date(), []),
      loadOrCreateAuthority(undefined, new Date(), []),
    ])
    t.not(new X509Certificate(one.ca).subject, new X509Certificate(two.ca).subject)
    t.notOk('getMetadata' in Reflect, 'the library leaves nothing behind on Reflect')
  })

  t.test('what can not be done is said', async (t) => {
    await t.rejects(loadOrCreateAuthority(undefined, new Date(), ['not a host']), /neither a host name nor an IP/)
    const dir = t.testdir({ [CA_FILE]: {} })
    await t.rejects(loadOrCreateAuthority(dir, new Date(), []), { code: 'EISDIR' }, 'nothing is overwritten')
  })

  t.test('OpenSSL takes them under its strictest rules', { skip: await missing('openssl') }, async (t) => {
    const dir = t.testdir()
    const { cert } = await loadOrCreateAuthority(dir, new Date(), [])
    const leafFile = join(dir, 'leaf.pem')
    writeFileSync(leafFile, cert)
    chmodSync(leafFile, 0o600)
    const caFile = join(dir, CA_FILE)
    const strict = ['verify', '-x509_strict', '-purpose', 'sslserver', '-CAfile', caFile]
    t.match((await run('openssl', [...strict, '-verify_ip', '127.0.0.1', leafFile])).stdout, /: OK/)
    const text = async (file: string) => (await run('openssl', ['x509', '-noout', '-text', '-in', file])).stdout
    const ca = await text(caFile)
    t.match(ca, /Basic Constraints: critical\s+CA:TRUE/)
    t.match(ca, /Key Usage: critical\s+Certificate Sign, CRL Sign\n/)
    t.match(ca, /Subject Key Identifier/)
    const leaf = await text(leafFile)
    t.match(leaf, /CA:FALSE/)
    t.match(leaf, /Digital Signature, Key Encipherment\n/)
    t.match(leaf, /TLS Web Server Authentication\n/)
    t.match(leaf, /Subject Key Identifier/)
    t.match(leaf, /Authority Key Identifier/)
  })

  t.test('Python takes them under its strictest rules', { skip: await missing('python3') }, async (t) => {
    const { base, caFile } = await serveHttps(t)
    const script = [
      'import ssl, sys, urllib.request',
      'context = ssl.create_default_context(cafile=sys.argv[1])',
      'context.verify_flags |= ssl.VERIFY_X509_STRICT',
      'print(urllib.request.urlopen(sys.argv[2], context=context).status)',
    ].join('\n')
    const url = `${base}/metadata/endpoints?api-version=2022-09-01`
    t.equal((await run('python3', ['-c', script, caFile, url])).stdout.trim(), '200')
  })
})

t.test('@azure/identity gets a token over HTTPS', async (t) => {
  const { base, caFile } = await serveHttps(t)
  const script = `
    import { ClientSecretCredential, EnvironmentCredential, UsernamePasswordCredential } from '@azure/identity'
    const { AZURE_AUTHORITY_HOST: authorityHost, TENANT } = process.env
    const known = { authorityHost, disableInstanceDiscovery: true }
    const credentials = [
      new ClientSecretCredential(TENANT, 'app', 'secret', known),
      new ClientSecretCredential('contoso.com', 'app', 'secret', known),
      new UsernamePasswordCredential(TENANT, 'app', 'jo@contoso.com', 'password', known),
      new EnvironmentCredential(),
    ]
    const tokens = []
    for (const credential of credentials) tokens.push(await credential.getToken('${ARM}/.default'))
    console.log(JSON.stringify(tokens))
  `
  const environment = { AZURE_TENANT_ID: 'adfs', AZURE_CLIENT_ID: 'app', AZURE_CLIENT_SECRET: 'secret' }
  const env = { AZURE_AUTHORITY_HOST: base, TENANT: OTHER_TENANT, ...environment }
  const tokens: { token: string; expiresOnTimestamp: number }[] = JSON.parse(await runNode(script, caFile, env))
  const [byGuid, byDomain, byPassword, byEnvironment] = tokens.map(({ token }) => decodeJwt(token))

  t.match(byGuid, { aud: ARM, tid: OTHER_TENANT, appid: 'app', iss: `${base}/${OTHER_TENANT}/`, idtyp: 'app' })
  t.match(byDomain, { tid: DEFAULT_TENANT_ID }, 'a domain name means the emulator’s tenant')
  t.match(byPassword, { upn: 'jo@contoso.com', idtyp: 'user' })
  t.match(byEnvironment, { tid: DEFAULT_TENANT_ID }, 'tenant adfs needs no option, so variables are enough')
  for (const { expiresOnTimestamp } of tokens) t.ok(expiresOnTimestamp > Date.now() + 3500_000)
  await t.rejects(runNode(`await fetch('${base}/metadata/endpoints')`, undefined, {}), 'nobody trusts it unasked')
})

t.test('the metadata has the shape of its api-version', async (t) => {
  const app = await buildApp(t)
  const get = async (version: string, path = '/metadata/endpoints') => {
    return (await app.inject({ url: `${path}?api-version=${version}`, headers: { host: 'localhost:10191' } })).json()
  }
  const base = 'http://localhost:10191'

  for (const version of ['2015-01-01', '2018-01-01']) {
    t.match(await get(version), {
      galleryEndpoint: String,
      graphEndpoint: String,
      portalEndpoint: String,
      authentication: { loginEndpoint: `${base}/adfs`, audiences: [`${base}/`] },
    })
  }
  const cloud = await get('2022-09-01')
  t.match(cloud, {
    name: /^(?!Azure(Cloud|StackCloud)$)/,
    resourceManager: base,
    microsoftGraphResourceId: String,
    authentication: {
      loginEndpoint: `${base}/adfs`,
      audiences: [`${base}/`, base],
      tenant: 'common',
      identityProvider: 'AAD',
    },
    suffixes: { keyVaultDns: 'vault.azure.net', storage: 'core.windows.net' },
  })
  t.same(await get('2023-11-01', '//Metadata//Endpoints/'), cloud)
  t.same((await app.inject({ url: '/metadata/endpoints', headers: { host: 'localhost:10191' } })).json(), cloud)
  for (const version of ['2019-05-01', '2020-06-01']) t.same(await get(version), [cloud], version)
  t.notMatch(JSON.stringify(metadataEndpoints(BASE, '2022-09-01')), /https:\/\/(?!localhost:10191)/, 'all stay here')
})

t.test('discovery leads to endpoints that are there', async (t) => {
  const app = await buildApp(t)
  const paths = ['', '/common', '/organizations', `/${OTHER_TENANT}`, '/adfs', '/adfs/contoso.com']
  for (const path of paths.flatMap((prefix) => [prefix, `${prefix}/v2.0`])) {
    const headers = { host: 'localhost:10191' }
    const document = (await app.inject({ url: `${path}/.well-known/openid-configuration`, headers })).json()
    const tenant = path.includes(OTHER_TENANT) ? OTHER_TENANT : DEFAULT_TENANT_ID
    t.equal(document.issuer, `http://localhost:10191/${tenant}/`, path)
    const tokenPath = new URL(document.token_endpoint).pathname
    t.equal((await app.inject({ url: tokenPath, ...form(APPLICATION) })).statusCode, 200, tokenPath)
    const keysPath = new URL(document.jwks_uri).pathname
    t.match((await app.inject(keysPath)).json(), { keys: [{ kty: 'RSA', alg: 'RS256', use: 'sig' }] }, keysPath)
    t.match(document.authorization_endpoint, /^http:\/\/localhost:10191\/.+\/authorize$/)
  }
  t.equal(openIdConfiguration(BASE, DEFAULT_TENANT_ID, true, true).token_endpoint, `${BASE}/adfs/oauth2/token`)
  t.match((await app.inject('/common/discovery/instance')).json(), { metadata: [{ aliases: ['localhost:80'] }] })
  t.match(instanceDiscovery(BASE, DEFAULT_TENANT_ID).tenant_discovery_endpoint, DEFAULT_TENANT_ID)
  const realm = (await app.inject('/common/UserRealm/jo%40contoso.com?api-version=1.0')).json()
  t.match(realm, { account_type: 'Managed', domain_name: 'contoso.com' })
  t.match((await app.inject('/common/userrealm/jo')).json(), { domain_name: 'localhost:80' })
  t.equal(tenantGuid('AAAAAAAA-0000-0000-0000-00000000000B', 'x'), 'aaaaaaaa-0000-0000-0000-00000000000b')
})

t.test('tokens', async (t) => {
  const app = await buildApp(t, () => NOW + 0.5)
  const ask = async (fields: Record<string, string>, path = '/adfs/oauth2/token') => {
    const reply = await app.inject({ url: path, ...form(fields) })
    return { status: reply.statusCode, body: reply.json(), headers: reply.headers }
  }

  t.test('carry what clients look for', async (t) => {
    const { status, body, headers } = await ask({ ...APPLICATION, scope: `${BASE}//.default` })
    t.equal(status, 200)
    t.equal(headers['cache-control'], 'no-store')
    t.strictSame(
      { ...body, access_token: '' },
      {
        token_type: 'Bearer',
        expires_in: 3599,
        ext_expires_in: 3599,
        expires_on: String(NOW + 3599),
        not_before: String(NOW),
        resource: `${BASE}/`,
        access_token: '',
      },
    )
    const claims = decodeJwt(body.access_token)
    t.match(claims, { aud: `${BASE}/`, iat: NOW, nbf: NOW, exp: NOW + 3599, tid: DEFAULT_TENANT_ID, appid: 'app' })
    t.match(claims, { iss: `http://localhost:10191/${DEFAULT_TENANT_ID}/`, ver: '1.0' })
    t.match(claims.oid, /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-8[0-9a-f]{3}-[0-9a-f]{12}$/)
    t.equal(claims.sub, claims.oid)
    const again = decodeJwt((await ask(APPLICATION)).body.access_token)
    t.equal(again.oid, claims.oid, 'the same application is the same object')

    const keys = createLocalJWKSet((await app.inject('/adfs/discovery/keys')).json())
    await t.resolves(jwtVerify(body.access_token, keys, { currentDate: new Date(NOW * 1000) }), 'the signature is true')
  })

  t.test('are given on every path, in any case, in the tenant that is named', async (t) => {
    const paths = [
      '/ADFS/OAuth2/Token',
      `/adfs/${OTHER_TENANT}/oauth2/token`,
      `/adfs/${OTHER_TENANT}/oauth2/v2.0/token`,
      `/${OTHER_TENANT}/oauth2/v2.0/token`,
      `//${OTHER_TENANT}/oauth2/token/?client-request-id=1`,
    ]
    for (const path of paths) {
      const { status, body } = await ask({ ...APPLICATION, scope: '', resource: `${ARM}/` }, path)
      t.equal(status, 200, path)
      const tid = path.includes(OTHER_TENANT) ? OTHER_TENANT : DEFAULT_TENANT_ID
      t.match(decodeJwt(body.access_token), { aud: `${ARM}/`, tid }, path)
    }
  })

  t.test('of a user can be refreshed, by an emulator with another key too', async (t) => {
    const user = { grant_type: 'password', client_id: 'app', username: 'jo@contoso.com', password: 'p' }
    const first = (await ask({ ...user, scope: `openid ${ARM}/user_impersonation` })).body
    t.match(decodeJwt(first.access_token), { aud: ARM, upn: 'jo@contoso.com', scp: 'user_impersonation' })
    t.match(decodeJwt(first.id_token), { aud: 'app', preferred_username: 'jo@contoso.com' })
    t.match(JSON.parse(Buffer.from(first.client_info, 'base64url').toString()), { utid: DEFAULT_TENANT_ID })

    const restarted = await buildApp(t)
    const refresh = { grant_type: 'refresh_token', client_id: 'app', refresh_token: first.refresh_token }
    const reply = await restarted.inject({ url: '/common/oauth2/v2.0/token', ...form(refresh) })
    t.match(decodeJwt(reply.json().access_token), { upn: 'jo@contoso.com' })
  })

  t.test('are refused as OAuth refuses', async (t) => {
    const { grant_type, client_id, scope } = APPLICATION
    const password = { grant_type: 'password', client_id, scope }
    const refresh = { grant_type: 'refresh_token', client_id }
    const refusals: [Record<string, string>, number, string, number][] = [
      [{}, 400, 'invalid_request', 900144],
      [{ grant_type }, 400, 'invalid_request', 900144],
      [{ grant_type: 'authorization_code', client_id, code: 'x' }, 400, 'unsupported_grant_type', 70003],
      [{ grant_type, client_id, scope }, 401, 'invalid_client', 7000216],
      [{ grant_type, client_id, client_secret: 's' }, 400, 'invalid_request', 900144],
      [{ ...APPLICATION, scope: `${ARM}/user_impersonation` }, 400, 'invalid_scope', 1002012],
      [{ ...APPLICATION, scope: 'openid' }, 400, 'invalid_scope', 1002012],
      [password, 400, 'invalid_request', 900144],
      [{ ...password, username: 'jo' }, 400, 'invalid_request', 900144],
      [refresh, 400, 'invalid_request', 900144],
      [{ ...refresh, refresh_token: 'of.another.make' }, 400, 'invalid_grant', 9002313],
      [{ ...refresh, refresh_token: 'recoverite.!' }, 400, 'invalid_grant', 9002313],
    ]
    for (const [fields, status, error, code] of refusals) {
      const reply = await ask(fields)
      t.equal(reply.status, status, JSON.stringify(fields))
      const error_description = new RegExp(`^AADSTS${code}: `)
      t.match(reply.body, { error, error_codes: [code], error_description, timestamp: '2026-11-21 10:00:00Z' })
      t.notOk('access_token' in reply.body)
    }
    const headers = { 'client-request-id': 'mine' }
    const withoutBody = await app.inject({ method: 'POST', url: '/adfs/oauth2/token', headers })
    t.match(withoutBody.json(), { error: 'invalid_request', correlation_id: 'mine' })
  })

  t.test('an application may prove itself by header or assertion', async (t) => {
    const grant = new URLSearchParams({ grant_type: 'client_credentials', scope: `${ARM}/.default` })
    const basic = `Basic ${Buffer.from('my%20app:a:b%26').toString('base64')}`
    t.same(readTokenRequest(grant, basic), { grant: 'client_credentials', clientId: 'my app', audience: ARM })
    t.match(readTokenRequest(grant, `Basic ${Buffer.from('app').toString('base64')}`), { error: 'invalid_client' })
    grant.set('client_id', 'app')
    grant.set('client_assertion', 'a.b.c')
    t.match(readTokenRequest(grant), { clientId: 'app' })
  })
})

t.test('strict mode reads a bearer token without asking who signed it', async (t) => {
  const order = { tenant: DEFAULT_TENANT_ID, clientId: 'app', audience: ARM, base: BASE, nowSeconds: NOW }
  const { access_token } = await createTokenIssuer().issue(order)
  const [head, body] = access_token.split('.')
  const claims = { aud: ARM, appid: 'app' }

  t.match(readBearer(`Bearer ${access_token}`, NOW), { ok: true, claims })
  t.match(readBearer(`bearer ${head}.${body}.forged`, NOW + 3600), { ok: true, claims }, 'clocks may differ a little')
  t.match(readBearer(undefined, NOW), { ok: false, reason: 'missing' })
  t.match(readBearer(' ', NOW), { ok: false, reason: 'missing' })
  t.match(readBearer(`Bearer ${access_token}`, NOW + 4000), { ok: false, reason: 'expired', message: /2026/ })
  const json = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url')
  const malformed: Record<string, string> = {
    'another scheme': 'Basic YTpi',
    'no token': 'Bearer ',
    'not a JWT': 'Bearer anything',
    'two parts': `Bearer ${head}.${body}`,
    'no header': `Bearer .${body}.x`,
    'no claims': `Bearer ${head}.${json(['no', 'claims'])}.x`,
    'no expiry': `Bearer ${head}.${json({ aud: ARM })}.x`,
    'an expiry that is no number': `Bearer ${head}.${json({ exp: 'soon' })}.x`,
    'two tokens': `Bearer ${access_token} ${access_token}`,
  }
  for (const [what, header] of Object.entries(malformed)) {
    t.match(readBearer(header, NOW), { ok: false, reason: 'malformed' }, what)
  }
})

t.test('the rest of the application is left alone', async (t) => {
  const app = await buildApp(t)
  const reply = await app.inject({ url: '/subscriptions/1/echo', ...form({ a: 'b' }) })
  t.equal(reply.statusCode, 415, 'forms are read for tokens only')
  t.equal((await app.inject('/subscriptions/1/providers')).statusCode, 404)

  const paths: Record<string, Record<string, { summary?: string; tags?: string[] }>> = JSON.parse(
    JSON.stringify(app.swagger().paths),
  )
  const operations = Object.entries(paths)
    .filter(([path]) => !path.startsWith('/subscriptions'))
    .flatMap(([, methods]) => Object.values(methods))
  t.equal(operations.length, 19)
  for (const operation of operations) t.match(operation, { summary: String, tags: ['Identity'] })
  t.match(paths['/adfs/oauth2/token'], {
    post: {
      requestBody: { content: { 'application/x-www-form-urlencoded': { schema: { required: ['grant_type'] } } } },
    },
  })
})
