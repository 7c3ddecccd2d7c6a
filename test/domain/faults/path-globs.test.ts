import t from 'tap'
import { nearNames } from '../../../src/domain/faults/near-names.js'
import { canBeBelow, isAtOrBelow, readGlob } from '../../../src/domain/faults/path-globs.js'

const VAULT =
  '/subscriptions/{subscriptionId}/resourceGroups/{resourceGroupName}/providers/Microsoft.RecoveryServices/vaults/{vaultName}'

t.test('a star stands within a segment, two over segments', async (t) => {
  const rows: readonly [glob: string, path: string, matches: boolean][] = [
    ['/a/b', '/a/b', true],
    ['a/b', '/A/B/', true],
    ['/a/b', '/a/b/c', false],
    ['/a/*', '/a/b', true],
    ['/a/*', '/a', false],
    ['/a/*', '/a/b/c', false],
    ['/a/vm*-x', '/a/vm12-X', true],
    ['/a/vm*-x', '/a/vm12', false],
    ['/a/**', '/a', true],
    ['/a/**', '/a/b/c', true],
    ['**/backup', '/a/b/c/backup', true],
    ['**/backup', '/a/b/c/backupJobs', false],
    ['/a/**/c/**', '/a/c', true],
    ['/a/**/c/**', '/a/b/b/c/d', true],
    ['/a/**/c/**', '/a/b', false],
    ['**', '/', true],
    ['/a.b/(c)', '/a.b/(c)', true],
    ['/a.b', '/axb', false],
  ]
  for (const [glob, path, matches] of rows) t.equal(readGlob(glob).matches(path), matches, `${glob} and ${path}`)
})

t.test('a glob that nobody should write is read in no time', async (t) => {
  const glob = `/${Array.from({ length: 40 }, () => '**/a').join('/')}/b`
  t.equal(readGlob(glob).matches('/a'.repeat(60)), false)
})

t.test('a glob meets a route whose parameters can be what it asks for', async (t) => {
  t.ok(readGlob('**/vaults/prod-*').meets(VAULT))
  t.ok(readGlob('/subscriptions/*/resourceGroups/demo/**').meets(VAULT))
  t.notOk(readGlob('/subscriptions/*/resourceGroups/demo').meets(VAULT))
  t.notOk(readGlob('**/virtualMachines/*').meets(VAULT))
})

t.test('what lies at an id or below it', async (t) => {
  t.ok(isAtOrBelow('/a/B', '/A/b'))
  t.ok(isAtOrBelow('/a/b/c', '/a/b'))
  t.notOk(isAtOrBelow('/a/bc', '/a/b'))
  t.notOk(isAtOrBelow('/a', '/a/b'))
  t.ok(canBeBelow(VAULT, '/subscriptions/s'))
  t.ok(canBeBelow(VAULT, '/subscriptions/s/resourceGroups/g/providers/microsoft.recoveryservices/vaults/v'))
  t.notOk(canBeBelow(VAULT, '/subscriptions/s/resourceGroups/g/providers/Microsoft.Compute/virtualMachines/v'))
  t.notOk(canBeBelow(VAULT, '/subscriptions/s/resourceGroups/g/providers/Microsoft.RecoveryServices/vaults/v/a/b'))
})

t.test('names that are alike, the nearest first', async (t) => {
  const names = [
    'Vaults.Get',
    'Vaults.Update',
    'ProtectedItems.Get',
    'ProtectedItems.CreateOrUpdate',
    'Backups.Trigger',
  ]
  t.same(nearNames('vaults.gt', names)[0], 'Vaults.Get')
  t.same(nearNames('ProtectedItem.Get', names)[0], 'ProtectedItems.Get')
  t.same(nearNames('createorupdate', names), ['ProtectedItems.CreateOrUpdate'])
  t.same(nearNames('nothing like that', names), [])
})
