import type { Conditions } from '../domain/inventory/conditions.js'
import type { Resource, ResourceGroup, Subscription } from '../domain/inventory/inventory.js'
import type { World } from '../domain/world.js'
import type { Database } from './database.js'
import { createReader } from './reading.js'

const read = <T>(body: string | undefined) => (body === undefined ? undefined : (JSON.parse(body) as T))
const readAll = <T>(bodies: string[]) => bodies.map((body) => JSON.parse(body) as T)

/** Subscriptions, resource groups, and resources of any type with what is wrong with them. */
export function inventoryStore(db: Database): Pick<World, 'subscriptions' | 'groups' | 'resources'> {
  return { subscriptions: subscriptionStore(db), groups: groupStore(db), resources: resourceStore(db) }
}

function subscriptionStore(db: Database): World['subscriptions'] {
  const get = db.prepare<[string], string>('SELECT body FROM subscriptions WHERE key = ?').pluck()
  const put = db.prepare(
    'INSERT INTO subscriptions (key, body) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET body = excluded.body',
  )
  const remove = db.prepare('DELETE FROM subscriptions WHERE key = ?')
  const all = db.prepare<[], string>('SELECT body FROM subscriptions ORDER BY key').pluck()
  return {
    get: (key) => read<Subscription>(get.get(key)),
    put: (subscription) => void put.run(subscription.key, JSON.stringify(subscription)),
    delete: (key) => void remove.run(key),
    all: () => readAll(all.all()),
  }
}

function groupStore(db: Database): World['groups'] {
  const get = db.prepare<[string], string>('SELECT body FROM groups WHERE key = ?').pluck()
  const put = db.prepare(
    'INSERT INTO groups (key, subscription, body) VALUES (?, ?, ?) ON CONFLICT (key) DO UPDATE SET body = excluded.body',
  )
  const remove = db.prepare('DELETE FROM groups WHERE key = ?')
  const all = db.prepare<[], string>('SELECT body FROM groups ORDER BY key').pluck()
  const ofSubscription = db
    .prepare<[string], string>('SELECT body FROM groups WHERE subscription = ? ORDER BY key')
    .pluck()
  return {
    get: (key) => read<ResourceGroup>(get.get(key)),
    put: (group) => void put.run(group.key, group.subscriptionId.toLowerCase(), JSON.stringify(group)),
    delete: (key) => void remove.run(key),
    all: () => readAll(all.all()),
    ofSubscription: (subscriptionId) => readAll(ofSubscription.all(subscriptionId.toLowerCase())),
  }
}

function resourceStore(db: Database): World['resources'] {
  const reader = createReader<Resource>()
  const get = db.prepare<[string], string>('SELECT body FROM resources WHERE key = ?').pluck()
  const put = db.prepare(
    `INSERT INTO resources (key, subscription, "group", type, body) VALUES (?, ?, ?, ?, ?)
     ON CONFLICT (key) DO UPDATE SET body = excluded.body`,
  )
  const remove = db.prepare('DELETE FROM resources WHERE key = ?')
  const all = db.prepare<[], string>('SELECT body FROM resources ORDER BY key').pluck()
  const place = 'SELECT body FROM resources WHERE subscription = @subscription'
  const ofType = '(@type IS NULL OR type = @type) ORDER BY key'
  const ofSubscription = db.prepare<[object], string>(`${place} AND ${ofType}`).pluck()
  const ofGroup = db.prepare<[object], string>(`${place} AND "group" = @group AND ${ofType}`).pluck()
  // Keys below another begin with it and a slash, and '0' comes right after the slash.
  const partsOf = db
    .prepare<[string, string], string>(
      "SELECT body FROM resources WHERE key > ? || '/' AND key < ? || '0' ORDER BY key",
    )
    .pluck()
  const conditions = db.prepare<[string], { conditions: string | null }>(
    'SELECT conditions FROM resources WHERE key = ?',
  )
  const setConditions = db.prepare('UPDATE resources SET conditions = ? WHERE key = ?')
  const lower = (text: string | undefined) => text?.toLowerCase() ?? null
  return {
    get: (key) => {
      const body = get.get(key)
      return body === undefined ? undefined : reader.read(key, body)
    },
    put: (resource) =>
      void put.run(
        resource.key,
        lower(resource.subscriptionId),
        lower(resource.resourceGroup),
        lower(resource.type),
        JSON.stringify(resource),
      ),
    delete: (key) => void remove.run(key),
    all: () => readAll(all.all()),
    ofSubscription: (subscriptionId, type) =>
      readAll(ofSubscription.all({ subscription: lower(subscriptionId), type: lower(type) })),
    ofGroup: (subscriptionId, group, type) =>
      readAll(ofGroup.all({ subscription: lower(subscriptionId), group: lower(group), type: lower(type) })),
    partsOf: (key) => readAll(partsOf.all(key, key)),
    conditions: (key) => {
      const text = conditions.get(key)?.conditions
      return text ? (JSON.parse(text) as Conditions) : {}
    },
    setConditions: (key, value) => void setConditions.run(JSON.stringify(value), key),
  }
}
