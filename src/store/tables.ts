/** Everything of a world but its clock: its digest is made of these. */
export const TABLES = [
  'timeline',
  'subscriptions',
  'groups',
  'resources',
  'role_assignments',
  'vaults',
  'discovered',
  'policies',
  'private_endpoints',
  'credentials',
  'servers',
  'intents',
  'registrations',
  'containers',
  'items',
  'points',
  'jobs',
  'operations',
  'alerts',
  'faults',
  'webhooks',
]

/** What hangs on receivers outside and on real time: never part of what the world is, and not handed out with it. */
export const BESIDE = ['deliveries', 'dead_deliveries']
