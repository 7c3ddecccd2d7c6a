import type { Vault } from '../domain/vaults.js'
import type { World } from '../domain/world.js'
import type { Database } from './database.js'
import { createReader } from './reading.js'

const readAll = <T>(bodies: string[]) => bodies.map((body) => JSON.parse(body) as T)

/** Vaults, and which machines each has discovered. */
export function vaultStore(db: Database): World['vaults'] {
  const readOne = createReader<Vault>()
  const get = db.prepare<[string], string>('SELECT body FROM vaults WHERE key = ?').pluck()
  const put = db.prepare(
    `INSERT INTO vaults (key, subscription, "group", body) VALUES (?, ?, ?, ?)
     ON CONFLICT (key) DO UPDATE SET body = excluded.body`,
  )
  const remove = db.prepare('DELETE FROM vaults WHERE key = ?')
  const all = db.prepare<[], string>('SELECT body FROM vaults ORDER BY key').pluck()
  const ofSubscription = db
    .prepare<[string], string>('SELECT body FROM vaults WHERE subscription = ? ORDER BY key')
    .pluck()
  const ofGroup = db
    .prepare<[string, string], string>('SELECT body FROM vaults WHERE subscription = ? AND "group" = ? ORDER BY key')
    .pluck()
  const discovered = db.prepare<[string], { resource: string }>('SELECT resource FROM discovered WHERE vault = ?')
  const forget = db.prepare('DELETE FROM discovered WHERE vault = ?')
  const discover = db.prepare('INSERT OR IGNORE INTO discovered (vault, resource) VALUES (?, ?)')
  return {
    get: (key) => {
      const body = get.get(key)
      return body === undefined ? undefined : readOne(body)
    },
    put: (vault) =>
      void put.run(
        vault.key,
        vault.subscriptionId.toLowerCase(),
        vault.resourceGroup.toLowerCase(),
        JSON.stringify(vault),
      ),
    delete: (key) => void remove.run(key),
    all: () => readAll(all.all()),
    ofSubscription: (subscriptionId) => readAll(ofSubscription.all(subscriptionId.toLowerCase())),
    ofGroup: (subscriptionId, group) => readAll(ofGroup.all(subscriptionId.toLowerCase(), group.toLowerCase())),
    discovered: (vaultKey) => new Set(discovered.all(vaultKey).map((row) => row.resource)),
    setDiscovered: (vaultKey, resourceKeys) => {
      forget.run(vaultKey)
      for (const key of resourceKeys) discover.run(vaultKey, key)
    },
  }
}
