import t, { type Test } from 'tap'
import { FIRST_SUBSCRIPTION } from '../../src/domain/inventory/inventory.js'
import { classicLimitsOf, limitsOf, type Profile } from '../../src/domain/limits.js'
import { isGoodPin, issueSecurityPin } from '../../src/domain/vaults/security-pin.js'
import {
  type CredentialInput,
  checkVaultCredentials,
  putCredential,
} from '../../src/domain/vaults/vault-credentials.js'
import { putVault } from '../../src/domain/vaults/vaults.js'
import type { World } from '../../src/domain/world.js'
import { openWorldStore } from '../../src/store/world.js'
import { DAY, HOUR } from '../support/seen.js'

const START = Date.parse('2026-01-05T08:00:00Z')
const KEY = `/subscriptions/${FIRST_SUBSCRIPTION}/resourcegroups/backup/providers/microsoft.recoveryservices/vaults/vault`

/** A world with a vault, that anything can be asked of at any time. */
function worldOf(t: Test, profile: Profile = 'present') {
  const fresh = { seed: 'test', now: START, wall: 0, clock: '{}' }
  const store = openWorldStore({
    file: ':memory:',
    limits: limitsOf(profile),
    classicLimits: classicLimitsOf(profile),
    strict: false,
    fresh,
  })
  t.teardown(() => store.close())
  const at = <R>(ms: number, run: (world: World) => R) => store.transact(START + ms, 0, run)
  const id = { subscriptionId: FIRST_SUBSCRIPTION, resourceGroup: 'backup', name: 'vault' }
  const call = { asynchronous: false, secureByDefault: false }
  at(0, (world) => putVault(world, id, { location: 'westeurope' }, call))
  return at
}

function vaultIn(world: World) {
  const vault = world.vaults.get(KEY)
  if (!vault) throw new Error('the vault is there')
  return vault
}

t.test('a security PIN opens what it was given out for, for five minutes', async (t) => {
  const at = worldOf(t)
  const isGood = (ms: number, pin: string | undefined) => at(ms, (world) => isGoodPin(world, vaultIn(world), pin))
  t.notOk(isGood(0, '123456'), 'none was given out')
  t.notOk(isGood(0, undefined))
  const { pin } = at(0, (world) => issueSecurityPin(world, vaultIn(world), []))
  t.ok(isGood(1, pin))
  t.notOk(isGood(1, undefined))
  t.notOk(isGood(1, `${pin}0`))
  t.ok(isGood(300_000, pin))
  t.notOk(isGood(300_001, pin))
  const second = at(400_000, (world) => issueSecurityPin(world, vaultIn(world), []))
  t.notOk(isGood(400_000, pin), 'only the last one')
  t.ok(isGood(400_000, second.pin))
})

const certificate = (thumbprint: string, notAfter = START + 365 * DAY): CredentialInput => ({
  name: thumbprint,
  certificate: '',
  facts: { subject: 'CN=server1', issuer: 'CN=server1', thumbprint, notBefore: START, notAfter },
  auth: 'AzureActiveDirectory',
})

for (const [profile, hours] of [
  ['2015', 48],
  ['2016', 48],
  ['present', 240],
] as const) {
  t.test(`SEED-68: vault credentials register a server for ${hours} hours in profile ${profile}`, async (t) => {
    const at = worldOf(t, profile)
    const put = (ms: number, input: CredentialInput) => at(ms, (world) => putCredential(world, vaultIn(world), input))
    const check = (ms: number, thumbprint: string) =>
      at(ms, (world) => checkVaultCredentials(world, vaultIn(world), thumbprint))
    t.throws(() => check(0, 'AA'), { code: 'UserErrorInvalidVaultCredentials' })
    put(0, certificate('AA'))
    t.doesNotThrow(() => check(hours * HOUR - 1, 'aa'))
    t.throws(() => check(hours * HOUR, 'AA'), { code: 'UserErrorVaultCredentialsExpired' })
    put(hours * HOUR, certificate('AA'))
    t.doesNotThrow(() => check(hours * HOUR, 'AA'), 'downloaded again')
    put(hours * HOUR, certificate('BB'))
    t.throws(() => check(hours * HOUR, 'AA'), { code: 'UserErrorInvalidVaultCredentials' }, 'only the last ones count')
    t.doesNotThrow(() => check(hours * HOUR, 'BB'))
    put(hours * HOUR, certificate('CC', START + (hours + 1) * HOUR))
    t.throws(
      () => check((hours + 1) * HOUR, 'CC'),
      { code: 'UserErrorVaultCredentialsExpired' },
      'nor longer than it lasts',
    )
  })
}
