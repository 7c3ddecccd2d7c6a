import {
  type Change,
  happeningsOf,
  type Known,
  type KnownItem,
  type KnownVault,
  placeOf,
  type Things,
} from '../domain/events/changes.js'
import type { World } from '../domain/world.js'
import type { Told } from './events.js'
import type { JobStore } from './jobs.js'
import { type Key, Noticed } from './noticed.js'
import type { PointStore } from './recovery-points.js'

/** The repositories whose changes are told. */
type Watched = Pick<World, 'vaults' | 'policies' | 'items' | 'points' | 'jobs' | 'alerts'>
type Repositories = Watched & { points: PointStore; jobs: JobStore }

/** Sees what a transaction changes, and says in the end what has happened. */
export interface Recording {
  /** The repositories to hand out: what is put into them and taken out of them is noticed. */
  readonly told: Watched
  /** A transaction begins. */
  begin(): void
  /** A part of it begins that may be taken back. @returns forgets what happens from here on */
  mark(): () => void
  /** What has happened in it until now, in order. */
  happened(): Told[]
  /** It has ended. @param kept false where everything is as before */
  end(kept: boolean): void
}

const pointKey = (itemId: number, name: string) => `${itemId}/${name}`
const policyKey = (vaultKey: string, name: string) => `${vaultKey} ${name.toLowerCase()}`

type KeyedChange = Change & { key: Key }

/**
 * Looks over the shoulder of repositories. A thing is nearly always read before it is changed, so what it was is known
 * from that; where it wasn't, it is read now. What changes several times in a transaction has changed once, from what it
 * was before to what it is after.
 */
export function recordingOf(repositories: Repositories): Recording {
  const { vaults, items } = repositories
  let active = false
  const seen = new Noticed<{ key: Key; thing: unknown }>()
  const changes = new Noticed<KeyedChange>()
  const knownVaults = new Map<string, KnownVault>()

  const notes: Notes = {
    saw(key, thing) {
      if (active && thing !== undefined) seen.add({ key, thing })
      return thing
    },
    changed(of, key, before, after) {
      if (!active) return false
      const earlier = changes.find(key)
      if (earlier) {
        const isNew = earlier.after === undefined
        earlier.after = after
        return isNew
      }
      const was = seen.find(key)?.thing ?? before()
      changes.add({ key, of, before: was, after } as KeyedChange)
      return was === undefined
    },
    isActive: () => active,
  }

  const known: Known = {
    vault(key) {
      const vault = knownVaults.get(key) ?? vaults.get(key)
      if (vault) knownVaults.set(key, vault)
      return vault
    },
    item: (id) => (seen.find(id)?.thing ?? changes.find(id)?.before ?? items.get(id)) as KnownItem | undefined,
  }

  return {
    told: {
      ...watched(repositories, notes),
      vaults: watchedVaults(vaults, notes, (vault) => void knownVaults.set(vault.key, vault)),
    },
    begin() {
      active = true
    },
    mark() {
      const before = changes.all.map((change) => ({ ...change }))
      return () => {
        seen.clear()
        changes.clear()
        for (const change of before) changes.add(change)
      }
    },
    happened() {
      const told: Told[] = []
      for (const change of changes.all) {
        const happened = happeningsOf(change)
        if (happened.length > 0) told.push([placeOf(change, known), happened])
      }
      return told
    },
    end(kept) {
      active = false
      seen.clear()
      changes.clear()
      if (!kept) knownVaults.clear()
    },
  }
}

/** What the repositories tell the recording. */
interface Notes {
  /** A thing was read. */
  saw<T>(key: Key, thing: T | undefined): T | undefined
  /**
   * A thing is about to be changed.
   * @param before reads it, where nobody has yet
   * @returns whether it is known not to be there
   */
  changed<K extends keyof Things>(
    of: K,
    key: Key,
    before: () => Things[K] | undefined,
    after: Things[K] | undefined,
  ): boolean
  isActive(): boolean
}

function watched(
  { policies, items, points, jobs, alerts }: Repositories,
  { saw, changed, isActive }: Notes,
): Omit<Watched, 'vaults'> {
  return {
    items: {
      ...items,
      get: (id) => saw(id, items.get(id)),
      find(vaultKey, name) {
        const item = items.find(vaultKey, name)
        return item && saw(item.id, item)
      },
      put(item) {
        changed('item', item.id, () => items.get(item.id), item)
        items.put(item)
      },
      delete(id) {
        changed('item', id, () => items.get(id), undefined)
        items.delete(id)
      },
    },
    points: {
      ...points,
      find: (itemId, name) => saw(pointKey(itemId, name), points.find(itemId, name)),
      newest(itemId) {
        const point = points.newest(itemId)
        return point && saw(pointKey(itemId, point.name), point)
      },
      due(itemId, until) {
        const due = points.due(itemId, until)
        for (const point of due) saw(pointKey(itemId, point.name), point)
        return due
      },
      put(point) {
        const { itemId, name } = point
        if (changed('point', pointKey(itemId, name), () => points.find(itemId, name), point)) points.add(point)
        else points.put(point)
      },
      delete(itemId, name) {
        changed('point', pointKey(itemId, name), () => points.find(itemId, name), undefined)
        points.delete(itemId, name)
      },
      deleteAll(itemId) {
        for (const point of isActive() ? points.ofItem(itemId) : [])
          changed('point', pointKey(itemId, point.name), () => point, undefined)
        points.deleteAll(itemId)
      },
    },
    jobs: {
      ...jobs,
      get: (id) => saw(id, jobs.get(id)),
      put(job) {
        if (changed('job', job.id, () => jobs.get(job.id), job)) jobs.add(job)
        else jobs.put(job)
      },
    },
    alerts: {
      ...alerts,
      get: (id) => saw(id, alerts.get(id)),
      put(alert) {
        changed('alert', alert.id, () => alerts.get(alert.id), alert)
        alerts.put(alert)
      },
      delete(id) {
        changed('alert', id, () => alerts.get(id), undefined)
        alerts.delete(id)
      },
    },
    policies: {
      ...policies,
      get: (vaultKey, name) => saw(policyKey(vaultKey, name), policies.get(vaultKey, name)),
      put(policy) {
        const { vaultKey, name } = policy
        changed('policy', policyKey(vaultKey, name), () => policies.get(vaultKey, name), policy)
        policies.put(policy)
      },
      delete(vaultKey, name) {
        changed('policy', policyKey(vaultKey, name), () => policies.get(vaultKey, name), undefined)
        policies.delete(vaultKey, name)
      },
      deleteAll(vaultKey) {
        for (const policy of isActive() ? policies.ofVault(vaultKey) : [])
          changed('policy', policyKey(vaultKey, policy.name), () => policy, undefined)
        policies.deleteAll(vaultKey)
      },
    },
  }
}

/** @param know is told of every vault that there is from now on */
function watchedVaults(
  vaults: World['vaults'],
  { saw, changed }: Notes,
  know: (vault: Things['vault']) => void,
): World['vaults'] {
  return {
    ...vaults,
    get: (key) => saw(key, vaults.get(key)),
    put(vault) {
      changed('vault', vault.key, () => vaults.get(vault.key), vault)
      know(vault)
      vaults.put(vault)
    },
    delete(key) {
      changed('vault', key, () => vaults.get(key), undefined)
      vaults.delete(key)
    },
    move(fromKey, vault) {
      changed('vault', fromKey, () => vaults.get(fromKey), vault)
      know(vault)
      vaults.move(fromKey, vault)
    },
  }
}
