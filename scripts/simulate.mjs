import { spawnSync } from 'node:child_process'
import { parseArgs } from 'node:util'

const HELP = `npm run simulate -- [--seeds N] [--seed S] [--steps N] [--days N]

Lets several clients do at random what they like with a service that is in trouble, over months of its clock, and looks
at the world after each deed (test/simulation). What a seed decides is the same every time.

  --seed S    the first seed; 1 where nothing is said
  --seeds N   how many seeds, one after the other; 1 with --seed, else 10
  --steps N   how many deeds a seed at most; 400 where nothing is said
  --days N    how many days of the world a seed at most; 365 where nothing is said
`

/** @param {string | undefined} text @param {string} name */
function whole(text, name) {
  if (text === undefined || /^\d{1,9}$/.test(text)) return text
  process.stderr.write(`--${name} is '${text}': give a whole number.\n`)
  process.exit(2)
}

const number = { type: 'string' }
const { values } = parseArgs({
  options: { seed: number, seeds: number, steps: number, days: number, help: { type: 'boolean', default: false } },
})
if (values.help) {
  process.stdout.write(HELP)
  process.exit(0)
}
const seeds = values.seeds ?? (values.seed === undefined ? '10' : '1')
const { status } = spawnSync(
  'npx',
  [
    ...['tap', '--timeout=0', '--disable-coverage', '--allow-empty-coverage', '--reporter=tap'],
    'test/simulation/simulation.test.ts',
  ],
  {
    stdio: 'inherit',
    cwd: new URL('..', import.meta.url),
    env: {
      ...process.env,
      RECOVERITE_SIMULATE_SEED: whole(values.seed, 'seed') ?? '1',
      RECOVERITE_SIMULATE_SEEDS: whole(seeds, 'seeds'),
      RECOVERITE_SIMULATE_STEPS: whole(values.steps, 'steps') ?? '400',
      RECOVERITE_SIMULATE_DAYS: whole(values.days, 'days') ?? '365',
    },
  },
)
process.exit(status ?? 1)
