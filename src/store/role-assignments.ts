import type { RoleAssignment } from '../domain/inventory/role-assignments.js'
import type { World } from '../domain/world.js'
import type { Database } from './database.js'

const read = (body: string) => JSON.parse(body) as RoleAssignment

/** Who has which role where, looked up by principal and by scope. */
export function roleAssignmentStore(db: Database): World['roleAssignments'] {
  const get = db.prepare<[string], string>('SELECT body FROM role_assignments WHERE key = ?').pluck()
  const put = db.prepare(
    `INSERT INTO role_assignments (key, principal, scope, body) VALUES (?, ?, ?, ?)
     ON CONFLICT (key) DO UPDATE SET principal = excluded.principal, scope = excluded.scope, body = excluded.body`,
  )
  const remove = db.prepare('DELETE FROM role_assignments WHERE key = ?')
  const all = db.prepare<[], string>('SELECT body FROM role_assignments ORDER BY key').pluck()
  const atScopes = 'scope IN (SELECT value FROM json_each(@scopes))'
  const at = db.prepare<[object], string>(`SELECT body FROM role_assignments WHERE ${atScopes} ORDER BY key`).pluck()
  const ofPrincipal = db
    .prepare<[object], string>(
      `SELECT body FROM role_assignments WHERE ${atScopes} AND principal = @principal ORDER BY key`,
    )
    .pluck()
  // Scopes below another begin with it and a slash, and '0' comes right after the slash.
  const below = db
    .prepare<[string, string], string>(
      "SELECT body FROM role_assignments WHERE scope > ? || '/' AND scope < ? || '0' ORDER BY key",
    )
    .pluck()
  return {
    get: (key) => {
      const body = get.get(key)
      return body === undefined ? undefined : read(body)
    },
    put: (assignment) =>
      void put.run(
        assignment.key,
        assignment.principalId.toLowerCase(),
        assignment.scopeKey,
        JSON.stringify(assignment),
      ),
    delete: (key) => void remove.run(key),
    all: () => all.all().map(read),
    ofPrincipal: (principalId, scopes) =>
      ofPrincipal.all({ principal: principalId.toLowerCase(), scopes: JSON.stringify(scopes) }).map(read),
    at: (scopes) => at.all({ scopes: JSON.stringify(scopes) }).map(read),
    below: (scope) => below.all(scope, scope).map(read),
  }
}
