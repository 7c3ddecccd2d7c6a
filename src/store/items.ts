import type { ProtectedItem } from '../domain/protection/protected-items.js'
import type { World } from '../domain/world.js'
import type { Database } from './database.js'
import { createReader } from './reading.js'

const readAll = (bodies: string[]) => bodies.map((body) => JSON.parse(body) as ProtectedItem)

/** Protected items by row number, by vault and name, and by the machine they protect. */
export function itemStore(db: Database): World['items'] {
  const reader = createReader<ProtectedItem>()
  const read = (key: string | number, body: string | undefined) =>
    body === undefined ? undefined : reader.read(key, body)
  const get = db.prepare<[number], string>('SELECT body FROM items WHERE id = ?').pluck()
  const find = db.prepare<[string, string], string>('SELECT body FROM items WHERE vault = ? AND name = ?').pluck()
  const change = db.prepare('UPDATE items SET policy = ?, body = ? WHERE id = ?')
  const add = db.prepare('INSERT INTO items (id, vault, name, source, policy, body) VALUES (?, ?, ?, ?, ?, ?)')
  const remove = db.prepare('DELETE FROM items WHERE id = ?')
  const ofVault = db.prepare<[string], string>('SELECT body FROM items WHERE vault = ? ORDER BY id').pluck()
  const ofSource = db.prepare<[string], string>('SELECT body FROM items WHERE source = ? ORDER BY id').pluck()
  const countOfPolicy = db.prepare<[string, string], { n: number }>(
    'SELECT count(*) AS n FROM items WHERE vault = ? AND policy = ?',
  )
  const any = db.prepare<[string], { n: number }>('SELECT 1 AS n FROM items WHERE vault = ? LIMIT 1')
  return {
    any: (vaultKey) => any.get(vaultKey) !== undefined,
    get: (id) => read(id, get.get(id)),
    find: (vaultKey, name) => read(`${vaultKey} ${name}`, find.get(vaultKey, name)),
    put: (item) => {
      const body = JSON.stringify(item)
      reader.keep(item.id, body, item)
      if (change.run(item.policyName, body, item.id).changes > 0) return
      add.run(item.id, item.vaultKey, item.name, item.sourceKey, item.policyName, body)
    },
    delete: (id) => void remove.run(id),
    ofVault: (vaultKey) => readAll(ofVault.all(vaultKey)),
    ofSource: (resourceKey) => readAll(ofSource.all(resourceKey)),
    countOfPolicy: (vaultKey, policyName) => countOfPolicy.get(vaultKey, policyName)?.n ?? 0,
  }
}
