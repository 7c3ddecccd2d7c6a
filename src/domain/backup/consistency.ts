import type { Machine } from '../inventory/machines.js'

export type Consistency = 'AppConsistent' | 'FileSystemConsistent' | 'CrashConsistent'

/**
 * How consistent a snapshot is, first row that fits. `-` fits everything.
 * Source: SEED-40 to SEED-42; the modern decision of domain.md 6.
 */
const TABLE: readonly (readonly [power: string, os: string, vss: string, scripts: string, Consistency])[] = [
  ['stopped', '-', '-', '-', 'CrashConsistent'],
  ['deallocated', '-', '-', '-', 'CrashConsistent'],
  ['running', 'Windows', 'ok', '-', 'AppConsistent'],
  ['running', 'Windows', '-', '-', 'FileSystemConsistent'],
  ['running', 'Linux', '-', 'ok', 'AppConsistent'],
  ['running', 'Linux', '-', '-', 'FileSystemConsistent'],
]

/**
 * The consistency of a snapshot of a machine as it is now.
 * @param onlyCrash the policy asks for crash-consistent snapshots only (`snapshotConsistencyType`, domain.md 13.4)
 */
export function consistencyOf(machine: Pick<Machine, 'osType' | 'conditions'>, onlyCrash = false): Consistency {
  if (onlyCrash) return 'CrashConsistent'
  const facts = [machine.conditions.powerState, machine.osType, machine.conditions.vss, machine.conditions.scripts]
  const row = TABLE.find((cells) => facts.every((fact, column) => cells[column] === '-' || cells[column] === fact))
  return row ? row[4] : 'CrashConsistent'
}

/** Whether VSS has its part in a snapshot and fails at it: a machine that is shut down does without. */
export const vssFailed = ({
  osType,
  conditions: { powerState, vss },
}: Pick<Machine, 'osType' | 'conditions'>): boolean => osType === 'Windows' && powerState === 'running' && vss !== 'ok'
