/**
 * The schema, one step a row: a database remembers in `user_version` how many it has had, and gets the rest.
 * Forward only. A changed shape is a new row, never a changed one.
 *
 * A table holds the whole thing as JSON in `body` and, beside it, just the columns that are looked things up by.
 * Keys are ARM ids in lower case.
 */
export const MIGRATIONS: readonly string[] = [
  `
  CREATE TABLE state (
    one INTEGER PRIMARY KEY CHECK (one = 1),
    seed TEXT NOT NULL,
    ordinal INTEGER NOT NULL,
    now INTEGER NOT NULL,
    wall INTEGER NOT NULL,
    clock TEXT NOT NULL,
    log TEXT NOT NULL DEFAULT ''
  ) STRICT;

  CREATE TABLE timeline (
    due INTEGER NOT NULL,
    seq INTEGER NOT NULL,
    kind TEXT NOT NULL,
    subject TEXT NOT NULL,
    payload TEXT,
    PRIMARY KEY (due, seq)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX timeline_subject ON timeline (subject, kind);

  CREATE TABLE subscriptions (key TEXT PRIMARY KEY, body TEXT NOT NULL) STRICT;

  CREATE TABLE groups (key TEXT PRIMARY KEY, subscription TEXT NOT NULL, body TEXT NOT NULL) STRICT;
  CREATE INDEX groups_subscription ON groups (subscription);

  CREATE TABLE resources (
    key TEXT PRIMARY KEY,
    subscription TEXT NOT NULL,
    "group" TEXT NOT NULL,
    type TEXT NOT NULL,
    body TEXT NOT NULL,
    conditions TEXT
  ) STRICT;
  CREATE INDEX resources_place ON resources (subscription, "group", type);

  CREATE TABLE role_assignments (
    key TEXT PRIMARY KEY,
    principal TEXT NOT NULL,
    scope TEXT NOT NULL,
    body TEXT NOT NULL
  ) STRICT;
  CREATE INDEX role_assignments_scope ON role_assignments (scope, principal);

  CREATE TABLE vaults (
    key TEXT PRIMARY KEY,
    subscription TEXT NOT NULL,
    "group" TEXT NOT NULL,
    deleted INTEGER NOT NULL,
    body TEXT NOT NULL
  ) STRICT;
  CREATE INDEX vaults_place ON vaults (subscription, "group");

  CREATE TABLE discovered (vault TEXT NOT NULL, resource TEXT NOT NULL, PRIMARY KEY (vault, resource)) STRICT, WITHOUT ROWID;

  CREATE TABLE policies (
    vault TEXT NOT NULL,
    name TEXT NOT NULL COLLATE NOCASE,
    body TEXT NOT NULL,
    PRIMARY KEY (vault, name)
  ) STRICT;

  CREATE TABLE private_endpoints (
    vault TEXT NOT NULL,
    name TEXT NOT NULL COLLATE NOCASE,
    body TEXT NOT NULL,
    PRIMARY KEY (vault, name)
  ) STRICT;

  CREATE TABLE servers (
    vault TEXT NOT NULL,
    name TEXT NOT NULL COLLATE NOCASE,
    body TEXT NOT NULL,
    PRIMARY KEY (vault, name)
  ) STRICT;

  CREATE TABLE credentials (
    vault TEXT NOT NULL,
    name TEXT NOT NULL COLLATE NOCASE,
    body TEXT NOT NULL,
    PRIMARY KEY (vault, name)
  ) STRICT;

  CREATE TABLE intents (
    vault TEXT NOT NULL,
    name TEXT NOT NULL COLLATE NOCASE,
    body TEXT NOT NULL,
    PRIMARY KEY (vault, name)
  ) STRICT;

  CREATE TABLE registrations (
    vault TEXT NOT NULL,
    name TEXT NOT NULL COLLATE NOCASE,
    body TEXT NOT NULL,
    PRIMARY KEY (vault, name)
  ) STRICT;

  CREATE TABLE containers (
    vault TEXT NOT NULL,
    name TEXT NOT NULL COLLATE NOCASE,
    body TEXT NOT NULL,
    PRIMARY KEY (vault, name)
  ) STRICT;

  CREATE TABLE items (
    id INTEGER PRIMARY KEY,
    vault TEXT NOT NULL,
    name TEXT NOT NULL COLLATE NOCASE,
    source TEXT NOT NULL,
    policy TEXT NOT NULL COLLATE NOCASE,
    body TEXT NOT NULL
  ) STRICT;
  CREATE UNIQUE INDEX items_name ON items (vault, name);
  CREATE INDEX items_source ON items (source);

  CREATE TABLE points (
    item INTEGER NOT NULL,
    name TEXT NOT NULL,
    time INTEGER NOT NULL,
    due INTEGER,
    body TEXT NOT NULL,
    PRIMARY KEY (item, name)
  ) STRICT;
  CREATE INDEX points_time ON points (item, time, name);
  CREATE INDEX points_due ON points (item, due) WHERE due IS NOT NULL;

  CREATE TABLE jobs (
    id TEXT PRIMARY KEY,
    vault TEXT NOT NULL,
    item INTEGER NOT NULL,
    operation TEXT NOT NULL COLLATE NOCASE,
    status TEXT NOT NULL COLLATE NOCASE,
    start INTEGER NOT NULL,
    open INTEGER NOT NULL,
    body TEXT NOT NULL
  ) STRICT;
  CREATE INDEX jobs_start ON jobs (vault, start);
  CREATE INDEX jobs_open ON jobs (item, start) WHERE open = 1;

  CREATE TABLE operations (key TEXT PRIMARY KEY, open INTEGER NOT NULL, body TEXT NOT NULL) STRICT;
  CREATE INDEX operations_open ON operations (open) WHERE open = 1;

  CREATE TABLE alerts (id TEXT PRIMARY KEY, subscription TEXT NOT NULL, fired INTEGER NOT NULL, body TEXT NOT NULL) STRICT;
  CREATE INDEX alerts_fired ON alerts (subscription, fired);

  CREATE TABLE activity_log (
    id INTEGER PRIMARY KEY,
    subscription TEXT NOT NULL,
    time INTEGER NOT NULL,
    body TEXT NOT NULL
  ) STRICT;
  CREATE INDEX activity_log_time ON activity_log (time);

  CREATE TABLE faults (number INTEGER PRIMARY KEY, body TEXT NOT NULL) STRICT;

  CREATE TABLE events (
    last INTEGER PRIMARY KEY,
    body TEXT NOT NULL
  ) STRICT;

  CREATE TABLE webhooks (number INTEGER PRIMARY KEY, body TEXT) STRICT;
  CREATE TABLE deliveries (webhook INTEGER PRIMARY KEY, body TEXT NOT NULL) STRICT;
  CREATE TABLE dead_deliveries (
    webhook INTEGER NOT NULL,
    event INTEGER NOT NULL,
    again INTEGER NOT NULL,
    body TEXT NOT NULL,
    PRIMARY KEY (webhook, event)
  ) STRICT;
  `,
]
