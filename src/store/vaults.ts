import type { DeletedVault } from '../domain/vaults/deleted-vaults.js'
import type { Vault, VaultType } from '../domain/vaults/vault.js'
import type { World } from '../domain/world.js'
import type { Database } from './database.js'
import { createReader } from './reading.js'

const readAll = <T>(bodies: string[]) => bodies.map((body) => JSON.parse(body) as T)

const ofType = (vaults: Vault[], type: VaultType | undefined) =>
  type === undefined ? vaults : vaults.filter((vault) => vault.type === type)

/** Vaults, and which machines each has discovered. */
export function vaultStore(db: Database): World['vaults'] {
  const reader = createReader<Vault>()
  const get = db.prepare<[string], string>('SELECT body FROM vaults WHERE key = ?').pluck()
  const put = db.prepare(
    `INSERT INTO vaults (key, subscription, "group", deleted, body) VALUES (?, ?, ?, ?, ?)
     ON CONFLICT (key) DO UPDATE SET body = excluded.body`,
  )
  const remove = db.prepare('DELETE FROM vaults WHERE key = ?')
  const all = db.prepare<[], string>('SELECT body FROM vaults WHERE deleted = 0 ORDER BY key').pluck()
  const ofSubscription = db
    .prepare<[string], string>('SELECT body FROM vaults WHERE subscription = ? AND deleted = 0 ORDER BY key')
    .pluck()
  const ofGroup = db
    .prepare<[string, string], string>(
      'SELECT body FROM vaults WHERE subscription = ? AND "group" = ? AND deleted = 0 ORDER BY key',
    )
    .pluck()
  // The key of a deleted vault ends with its name.
  const deletedOf = db
    .prepare<[string], string>('SELECT body FROM vaults WHERE subscription = ? AND deleted = 1 ORDER BY key')
    .pluck()
  const discovered = db.prepare<[string], { resource: string }>('SELECT resource FROM discovered WHERE vault = ?')
  const forget = db.prepare('DELETE FROM discovered WHERE vault = ?')
  const discover = db.prepare('INSERT OR IGNORE INTO discovered (vault, resource) VALUES (?, ?)')
  const kept = keptUnderVaults(db)
  const write = (vault: Vault) =>
    void put.run(
      vault.key,
      vault.subscriptionId.toLowerCase(),
      vault.resourceGroup.toLowerCase(),
      vault.deletion ? 1 : 0,
      JSON.stringify(vault),
    )
  return {
    get: (key) => {
      const body = get.get(key)
      return body === undefined ? undefined : reader.read(key, body)
    },
    put: write,
    delete: (key) => {
      kept.delete(key)
      remove.run(key)
    },
    move: (fromKey, changed) => {
      remove.run(fromKey)
      write(changed)
      kept.move(fromKey, changed.key)
    },
    deletedOf: (subscriptionId) => readAll<DeletedVault>(deletedOf.all(subscriptionId.toLowerCase())),
    all: () => readAll(all.all()),
    ofSubscription: (subscriptionId, type) => ofType(readAll(ofSubscription.all(subscriptionId.toLowerCase())), type),
    ofGroup: (subscriptionId, group, type) =>
      ofType(readAll(ofGroup.all(subscriptionId.toLowerCase(), group.toLowerCase())), type),
    discovered: (vaultKey) => new Set(discovered.all(vaultKey).map((row) => row.resource)),
    setDiscovered: (vaultKey, resourceKeys) => {
      forget.run(vaultKey)
      for (const key of resourceKeys) discover.run(vaultKey, key)
    },
  }
}

/** Every table whose rows belong to a vault has its key in a column `vault`; those with a body, in there too. */
function keptUnderVaults(db: Database) {
  const tables = db
    .prepare<[], { name: string; columns: string }>(
      `SELECT m.name, group_concat(c.name) AS columns FROM sqlite_master m JOIN pragma_table_info(m.name) c
       WHERE m.type = 'table' GROUP BY m.name`,
    )
    .all()
    .map(({ name, columns }) => ({ name, columns: columns.split(',') }))
    .filter(({ columns }) => columns.includes('vault'))
  const moves = tables.map(({ name, columns }) => {
    const body = columns.includes('body') ? `, body = json_set(body, '$.vaultKey', @to)` : ''
    return db.prepare(`UPDATE ${name} SET vault = @to${body} WHERE vault = @from`)
  })
  // An operation is found by its own id; of its vault it only knows.
  moves.push(
    db.prepare(
      "UPDATE operations SET body = json_set(body, '$.vaultKey', @to) WHERE json_extract(body, '$.vaultKey') = @from",
    ),
  )
  const deletions = tables.map(({ name }) => db.prepare(`DELETE FROM ${name} WHERE vault = ?`))
  return {
    move: (from: string, to: string) => {
      for (const move of moves) move.run({ from, to })
    },
    delete: (key: string) => {
      for (const deletion of deletions) deletion.run(key)
    },
  }
}
