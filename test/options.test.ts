import { execFileSync } from 'node:child_process'
import t, { type Test } from 'tap'
import { environmentText } from '../src/environment.js'
import { environmentName, helpText, OPTION_TABLE, OptionError, type Options, readOptions } from '../src/options.js'
import { spawnProgram } from './support/program.js'

const DEFAULTS: Options = {
  host: '127.0.0.1',
  port: 10190,
  httpsPort: 10191,
  https: true,
  dataDir: undefined,
  seed: 'recoverite',
  now: undefined,
  clock: undefined,
  rate: undefined,
  profile: 'present',
  limits: {},
  strict: false,
  throttle: false,
  logLevel: 'info',
}

/** Every option: a value other than its default as text, and what it is read as. */
const GIVEN: { [N in keyof typeof OPTION_TABLE]: readonly [text: string, read: Partial<Options>] } = {
  host: ['::1', { host: '::1' }],
  port: ['0', { port: 0 }],
  'https-port': ['65535', { httpsPort: 65535 }],
  'no-https': ['true', { https: false }],
  'data-dir': ['a folder', { dataDir: 'a folder' }],
  seed: ['42', { seed: '42' }],
  now: ['2026-01-05T08:00:00Z', { now: '2026-01-05T08:00:00Z' }],
  clock: ['manual', { clock: 'manual' }],
  rate: ['3600', { rate: 3600 }],
  profile: ['2015', { profile: '2015' }],
  limit: ['vmsPerVault=3,policiesPerVault=2', { limits: { vmsPerVault: 3, policiesPerVault: 2 } }],
  strict: ['true', { strict: true }],
  throttle: ['true', { throttle: true }],
  'log-level': ['silent', { logLevel: 'silent' }],
}
const NAMES = Object.keys(OPTION_TABLE) as (keyof typeof OPTION_TABLE)[]

t.test('nothing given, the defaults hold', async (t) => {
  t.same(readOptions([], {}), DEFAULTS)
  const empty = Object.fromEntries(NAMES.map((name) => [environmentName(name), '']))
  t.same(readOptions([], empty), DEFAULTS, 'an empty variable is as good as not set')
})

t.test('every option is a flag and a variable', async (t) => {
  for (const name of NAMES) {
    const [text, read] = GIVEN[name]
    const flag = OPTION_TABLE[name].value === undefined ? [`--${name}`] : [`--${name}`, text]
    t.same(readOptions(flag, {}), { ...DEFAULTS, ...read }, flag.join(' '))
    const variable = { [environmentName(name)]: text }
    t.same(readOptions([], variable), { ...DEFAULTS, ...read }, JSON.stringify(variable))
  }
  t.equal(environmentName('data-dir'), 'RECOVERITE_DATA_DIR')
})

t.test('a flag wins over its variable', async (t) => {
  t.equal(readOptions(['--port=1'], { RECOVERITE_PORT: '2' }).port, 1)
  t.equal(readOptions(['--strict'], { RECOVERITE_STRICT: 'false' }).strict, true)
  t.equal(readOptions([], { RECOVERITE_STRICT: 'off', RECOVERITE_NO_HTTPS: '0' }).strict, false)
})

t.test('what an option does not take is refused, and the refusal says what it takes', async (t) => {
  const refusals: readonly (readonly [args: string[], message: RegExp])[] = [
    [['--port', '65536'], /^--port takes a port from 0 to 65535 .*not '65536'$/],
    [['--port', '80x'], /^--port takes a port/],
    [['--port', ''], /^--port takes a port/],
    [['--https-port=-1'], /^--https-port takes a port/],
    [['--port', '-1'], /^Option '--port' argument is ambiguous\. recoverite --help/],
    [['--port'], /^Option '--port <value>' argument missing\. recoverite --help/],
    [['--host', ''], /^--host takes a text/],
    [['--data-dir', ''], /^--data-dir takes a text/],
    [['--now', 'tomorrow'], /^--now takes a time like .*not 'tomorrow'$/],
    [['--now', '2026-01-05T08:00:00'], /^--now takes a time like/],
    [['--clock', 'fast'], /^--clock takes skip, live, manual, not 'fast'$/],
    [['--rate', '0'], /^--rate takes a number above 0/],
    [['--rate', 'Infinity'], /^--rate takes a number above 0/],
    [['--rate', ''], /^--rate takes a number above 0/],
    [['--profile', '2017'], /^--profile takes 2015, 2016, present/],
    [['--limit', 'machines=3'], /^--limit 'machines' is no limit; known are .*vmsPerVault/],
    [['--limit', 'vmsPerVault'], /^--limit vmsPerVault takes a whole number/],
    [['--limit', 'vmsPerVault=-3'], /^--limit vmsPerVault takes a whole number/],
    [['--log-level', 'loud'], /^--log-level takes fatal, /],
    [['--strict=false'], /^Option '--strict' does not take an argument\. recoverite --help/],
    [['--frobnicate'], /^Unknown option '--frobnicate'\. recoverite --help/],
    [['serve'], /^Unexpected argument 'serve'\. recoverite --help/],
  ]
  for (const [args, message] of refusals) {
    const name = args.join(' ')
    try {
      t.fail(`${name} was read`, { options: readOptions(args, {}) })
    } catch (error) {
      t.type(error, OptionError, name)
      t.match((error as Error).message, message, name)
      t.notMatch((error as Error).message, '\n', `${name} is refused in one line`)
    }
  }
  t.throws(() => readOptions([], { RECOVERITE_STRICT: 'perhaps' }), {
    message: "--strict takes true or false, not 'perhaps'",
  })
})

t.test('help lists every option with what it is for and its default', async (t) => {
  const lines = helpText().split('\n')
  for (const name of NAMES) {
    const row = OPTION_TABLE[name]
    const line = lines.find((text) => new RegExp(`^  --${name}( |$)`).test(text)) ?? ''
    t.ok(line.includes(row.help), `--${name}`, { line })
    if (row.value) t.ok(line.includes(`--${name} ${row.value} `), `--${name} says what it takes`, { line })
    if (row.default && row.value) t.ok(line.includes(`(${row.default})`), `--${name} says its default`, { line })
  }
  t.same(
    lines.filter((text) => text.length > 120),
    [],
    'no line is wider than a screen',
  )
})

/** What a shell makes of a script: the value of a variable after it. */
function valueAfter(script: string, variable: string): string {
  const offline = script.replace(/^curl/m, ': curl')
  return execFileSync('bash', ['-euc', `${offline}\nprintf %s "$${variable}"`], { encoding: 'utf8' })
}

const PARTS = { host: '127.0.0.1', httpPort: 10190, httpsPort: 10191, ca: '/data/recoverite-ca.pem', kept: true }

t.test('the environment is a script that a shell takes', async (t) => {
  const odd = "/tmp/it's a $(folder)/recoverite-ca.pem"
  for (const parts of [
    PARTS,
    { ...PARTS, kept: false },
    { ...PARTS, host: '::1' },
    { ...PARTS, ca: odd, kept: false },
  ]) {
    const script = environmentText(parts)
    execFileSync('bash', ['-n', '-c', script])
    t.equal(valueAfter(script, 'NODE_EXTRA_CA_CERTS'), parts.ca)
    t.equal(valueAfter(script, 'REQUESTS_CA_BUNDLE'), parts.ca)
    t.equal(/^curl /m.test(script), !parts.kept, 'an authority that is not kept is fetched')
  }
  t.equal(valueAfter(environmentText(PARTS), 'AZURE_AUTHORITY_HOST'), 'https://localhost:10191')
  const everywhere = { ...PARTS, host: '0.0.0.0', httpsPort: 1 }
  t.equal(valueAfter(environmentText(everywhere), 'ARM_METADATA_HOSTNAME'), 'localhost:1')
  t.equal(valueAfter(environmentText({ ...PARTS, host: '::1' }), 'ARM_METADATA_HOSTNAME'), '[::1]:10191')
  t.equal(
    valueAfter(environmentText({ ...PARTS, host: 'backup.example' }), 'ARM_METADATA_HOSTNAME'),
    'backup.example:10191',
  )
})

/** Runs the program to its end. */
async function say(t: Test, args: string[], environment?: Record<string, string>) {
  const program = spawnProgram(t, args, environment)
  const { code } = await program.ended
  return { code, stdout: program.stdout(), stderr: program.stderr() }
}

t.test('the program', async (t) => {
  t.test('prints help, its version and the environment', async (t) => {
    for (const args of [['--help'], ['-h'], ['help'], ['--port', '1', '--help'], ['env', '--help']])
      t.same(await say(t, args), { code: 0, stdout: helpText(), stderr: '' }, args.join(' '))
    t.match(await say(t, ['--version']), { code: 0, stdout: /^\d+\.\d+\.\d+\n$/, stderr: '' })

    const { code, stdout } = await say(t, ['env', '--https-port', '7'], { RECOVERITE_DATA_DIR: '/data' })
    t.equal(code, 0)
    t.equal(stdout, environmentText({ ...PARTS, httpsPort: 7 }))
    t.match(await say(t, ['env']), { stdout: new RegExp(`RECOVERITE_CA='${process.cwd()}/recoverite-ca.pem'`) })
  })

  t.test('refuses what it does not take with one line and exit code 2', async (t) => {
    const refusals: readonly (readonly [args: string[], environment: Record<string, string>, message: RegExp])[] = [
      [['--clock', 'fast'], {}, /^recoverite: --clock takes .*\n$/],
      [[], { RECOVERITE_PORT: 'http' }, /^recoverite: --port takes .*\n$/],
      [['--now', 'yesterday'], {}, /^recoverite: --now takes .*\n$/],
      [['--port', '-1'], {}, /^recoverite: Option '--port' argument is ambiguous.*\n$/],
      [['serve'], {}, /^recoverite: Unexpected argument 'serve'.*\n$/],
      [['env', '--https-port', '0'], {}, /^recoverite: --port 0: .*\n$/],
      [['env', '--no-https'], {}, /^recoverite: --no-https: .*\n$/],
      [['--data-dir', '/dev/null/world'], {}, /^recoverite: --data-dir: the folder can't be made: .*\n$/],
      [['--host', '203.0.113.1'], {}, /^recoverite: --port: can't listen on 203\.0\.113\.1 port 10190: .*\n$/],
    ]
    for (const [args, environment, message] of refusals) {
      const name = [...args, JSON.stringify(environment)].join(' ')
      t.match(await say(t, args, environment), { code: 2, stdout: /^$/, stderr: message }, name)
    }
  })
})
