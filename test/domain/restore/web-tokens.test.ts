import t from 'tap'
import { readToken, writeToken } from '../../../src/domain/restore/web-tokens.js'

const CLAIMS = { aud: 'https://RecoveryServices/IaasCoord/aadmgmt/ne', exp: 1_767_600_000, vault: 'grüße/日本/vault' }

t.test('a token says what it was given, in the form of a JWT', async (t) => {
  const token = writeToken(CLAIMS)
  t.same(readToken(token), CLAIMS)
  const [header, claims] = token.split('.').map((part) => Buffer.from(part, 'base64url').toString())
  t.same(JSON.parse(header ?? ''), { typ: 'JWT', alg: 'RS256' })
  t.same(JSON.parse(claims ?? ''), CLAIMS, 'every library can read it')
  t.equal(writeToken(CLAIMS), token, 'the same claims make the same token')
})

t.test('a token that was altered is none', async (t) => {
  const [header, claims, seal] = writeToken(CLAIMS).split('.')
  const other = Buffer.from(JSON.stringify({ ...CLAIMS, exp: 1 })).toString('base64url')
  const tokens = [
    `${header}.${other}.${seal}`,
    `${header}.${claims}`,
    `${header}.${claims}.`,
    `${header}.${claims}.${seal}.more`,
    `${claims}.${header}.${seal}`,
    '',
    '..',
  ]
  for (const token of tokens) t.equal(readToken(token), undefined, token)
})
