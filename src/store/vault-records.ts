import type { OfVault, VaultRecord } from '../domain/world.js'
import type { Database } from './database.js'
import { createReader } from './reading.js'

/** Things of a vault that are known by a name, in any casing: policies, registrations, connections. */
export function recordsOfVault<T extends VaultRecord>(db: Database, table: string): OfVault<T> {
  const reader = createReader<T>()
  const get = db.prepare<[string, string], string>(`SELECT body FROM ${table} WHERE vault = ? AND name = ?`).pluck()
  const put = db.prepare(
    `INSERT INTO ${table} (vault, name, body) VALUES (?, ?, ?) ON CONFLICT (vault, name) DO UPDATE SET body = excluded.body`,
  )
  const remove = db.prepare(`DELETE FROM ${table} WHERE vault = ? AND name = ?`)
  const removeAll = db.prepare(`DELETE FROM ${table} WHERE vault = ?`)
  const ofVault = db.prepare<[string], string>(`SELECT body FROM ${table} WHERE vault = ? ORDER BY name`).pluck()
  return {
    get: (vaultKey, name) => {
      const body = get.get(vaultKey, name)
      return body === undefined ? undefined : reader.read(`${vaultKey} ${name}`, body)
    },
    put: (value) => void put.run(value.vaultKey, value.name, JSON.stringify(value)),
    delete: (vaultKey, name) => void remove.run(vaultKey, name),
    deleteAll: (vaultKey) => void removeAll.run(vaultKey),
    ofVault: (vaultKey) => ofVault.all(vaultKey).map((body) => JSON.parse(body) as T),
  }
}
