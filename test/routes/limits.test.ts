import t, { type Test } from 'tap'
import type { MachineSeed } from '../../src/domain/inventory/inventory-seeds.js'
import { LIMIT_NAMES, type LimitName, limitsOf, PROFILES } from '../../src/domain/limits.js'
import { ClassicStory, classicItem, classicKeep, classicPolicy } from '../support/classic-story.js'
import { type Answer, startTestEmulator } from '../support/emulator.js'
import { network, type Restorable, disks as someDisks, tryRestore } from '../support/restores.js'
import { HOUR, members } from '../support/seen.js'
import { accountPath, ShareStory } from '../support/share-story.js'
import { dailyPolicy, groupPath, type Item, itemOf, protection, Story, vaultPath } from '../support/story.js'

interface Scene {
  t: Test
  story: Story
  /** The same world, where the story is about file shares. */
  shares: ShareStory
  /** The same world, where the story is about classic vaults. */
  classic: ClassicStory
  /** What is asked is refused with a code, and the world stays as it was. */
  refuses(what: string, ask: () => Promise<Answer>, code: string, status?: number): Promise<void>
}

/** What a limit is lowered to, and how it is reached then; further limits that are lowered with it. */
type Row = readonly [figure: number, reach: (scene: Scene) => Promise<void>, more?: Partial<Record<LimitName, number>>]

const disk = (lun: number, diskSizeGB = 8) => ({ lun, diskSizeGB })
const DISABLED = { properties: { enhancedSecurityState: 'Enabled', softDeleteFeatureState: 'Disabled' } }

/** Backs up on demand. @returns the job's status and its errors */
async function backUp(story: Story, item: Item): Promise<string> {
  const job = await story.backUp(item)
  return [job.status, ...job.errors].join(' ')
}

/** A machine that a vault protects. */
async function protectMachine(
  story: Story,
  vault: string,
  name: string,
  seed: Partial<MachineSeed> = {},
  policy = 'DefaultPolicy',
): Promise<Item & { machine: string }> {
  const machine = story.machine(name, seed)
  return { ...(await story.protect(vault, machine, policy)), machine }
}

/** Of two servers with the same agent the second is refused, one with another agent is not. */
async function registerTwo({ t, story, refuses }: Scene, agent: string, other: string): Promise<void> {
  const vault = await story.vault()
  const register = (name: string, of: string) =>
    story.call('POST', '/_recoverite/inventory', {
      servers: [{ resourceGroup: 'hall', name, registration: { vault, agent: of } }],
    })
  t.equal((await register('one', agent)).status, 201)
  await refuses('a second server', () => register('two', agent), 'InvalidControlRequest')
  t.equal((await register('two', other)).status, 201)
}

/** A server with one agent backs up once a day, one with another agent twice. */
async function schedulesOnce({ t, story, refuses }: Scene, agent: string, other: string): Promise<void> {
  const vault = await story.vault()
  await story.call('POST', '/_recoverite/inventory', {
    servers: [agent, other].map((of) => ({ resourceGroup: 'hall', name: of, registration: { vault, agent: of } })),
  })
  const schedule = (name: string, schedulesPerDay: number) =>
    story.call('POST', `/_recoverite/servers/${name}/requests`, {
      vault,
      request: 'changePolicy',
      policy: { frequency: 'Daily', schedulesPerDay, retention: { days: 7 } },
    })
  t.equal((await schedule(agent, 1)).status, 200)
  await refuses('a second schedule', () => schedule(agent, 2), 'BMSUserErrorInvalidPolicyInput')
  t.equal((await schedule(other, 2)).status, 200)
}

/** Of two machines that a classic vault registers only the one that is not `wrong` comes through. */
async function registersOne({ t, classic }: Scene, wrong: Partial<MachineSeed>): Promise<void> {
  const vault = await classic.vault()
  classic.machine('right')
  classic.machine('wrong', wrong)
  await classic.discover(vault)
  t.equal((await classic.register(classicItem(vault, 'wrong'))).status, 'Failed')
  t.equal((await classic.register(classicItem(vault, 'right'))).status, 'Completed')
}

/** A rule of a classic policy keeps points for as long as it may, and no longer. @param most the figure of the limit */
async function keepsNoLonger(
  { t, classic, refuses }: Scene,
  most: number,
  rule: (count: number) => Record<string, unknown>,
): Promise<void> {
  const vault = await classic.vault()
  const put = (count: number) => classic.putPolicy(vault, 'Custom', classicPolicy('22:00', rule(count)))
  await refuses(`${most + 1}`, () => put(most + 1), 'BMSUserErrorPolicyRetentionInvalid')
  t.equal((await put(most)).status, 200)
}

const FIRST_OF_MONTH = {
  RetentionScheduleType: 'Daily',
  RetentionScheduleDaily: { DaysOfTheMonth: [{ Date: 1, IsLast: false }] },
}

const ROWS: Partial<Record<LimitName, Row>> = {
  vaultsPerRegion: [
    1,
    async ({ story, refuses }) => {
      await story.vault()
      const second = () => story.call('PUT', vaultPath('second'), { location: 'westeurope' })
      await refuses('a second vault', second, 'UserErrorVaultQuotaReached')
      await story.vault('elsewhere', {}, 'northeurope')
    },
  ],
  vmsPerVault: [
    1,
    async ({ story, classic, refuses }) => {
      const vault = await story.vault()
      await protectMachine(story, vault, 'one')
      const two = story.machine('two')
      await refuses('a second machine', () => story.tryProtect(vault, two), 'UserErrorProtectionQuotaExceeded')

      const old = await classic.vault('classic')
      const [first, second] = [classicItem(old, 'first'), classicItem(old, 'second')]
      for (const name of ['first', 'second']) classic.machine(name)
      await classic.discover(old)
      await classic.register(first)
      const register = () => classic.tryRegister(second)
      await refuses('a second one of a classic vault', register, 'UserErrorRegistrationQuotaReached')
    },
  ],
  itemsPerVault: [
    2,
    async ({ t, story, shares, refuses }) => {
      const share = await shares.protectedShare()
      const item = await protectMachine(story, share.vault, 'one')
      const two = story.machine('two')
      await refuses('a third item', () => story.tryProtect(share.vault, two), 'UserErrorProtectionQuotaExceeded')
      t.equal((await story.tryProtect(share.vault, item.machine)).status, 202, 'those that are in may be changed')
    },
  ],
  configurationsPerVaultPerDay: [
    3,
    async ({ t, story, refuses }) => {
      const vault = await story.vault()
      const item = await protectMachine(story, vault, 'one')
      await story.stop(item)
      await story.protect(vault, item.machine)
      const again = () => story.tryProtect(vault, item.machine)
      await refuses('a fourth configuration', again, 'CloudDosAbsoluteLimitReached')
      const machine = story.machine('two')
      await refuses('of another machine', () => story.tryProtect(vault, machine), 'CloudDosAbsoluteLimitReached')
      t.equal(
        (await story.tryProtect(await story.vault('other'), machine)).status,
        202,
        'another vault has its own day',
      )
      await story.advance('24h')
      t.equal((await again()).status, 202, 'a day later there is room')
    },
  ],
  policiesPerVault: [
    4,
    async ({ story, refuses }) => {
      const vault = await story.vault()
      await story.policy(vault, 'Fourth', dailyPolicy())
      await refuses(
        'a fifth policy',
        () => story.putPolicy(vault, 'Fifth', dailyPolicy()),
        'UserErrorPolicyQuotaReached',
      )
    },
  ],
  policyWritesPerDay: [
    1,
    async ({ t, story, refuses }) => {
      const vault = await story.vault()
      await story.policy(vault, 'Custom', dailyPolicy())
      const write = () => story.putPolicy(vault, 'Custom', dailyPolicy('12:00'))
      await refuses('a second write', write, 'CloudDosAbsoluteLimitReached')
      await story.advance('24h')
      t.equal((await write()).status, 200)
    },
  ],
  recoveryPointsPerItem: [
    1,
    async ({ t, story }) => {
      const item = await protectMachine(story, await story.vault(), 'one')
      t.equal(await backUp(story, item), 'Completed')
      t.equal(await backUp(story, item), 'Failed UserErrorRecoveryPointLimitReached')
    },
  ],
  vaultsPerMove: [
    0,
    async ({ story, refuses }) => {
      const vault = await story.vault()
      await story.call('PUT', groupPath('target'), { location: 'westeurope' })
      const body = { resources: [vault], targetResourceGroup: groupPath('target') }
      const move = () => story.call('POST', `${groupPath('backup')}/moveResources?api-version=2021-04-01`, body)
      await refuses('a move', move, 'ResourceMoveNotSupported', 409)
    },
  ],
  privateEndpointsPerVault: [
    0,
    async ({ story, refuses }) => {
      const vault = await story.vault()
      const properties = {
        privateEndpoint: { id: `${groupPath('net')}/providers/Microsoft.Network/privateEndpoints/pe1` },
      }
      const connect = () => story.call('PUT', `${vault}/privateEndpointConnections/pe1`, { properties })
      await refuses('a connection', connect, 'UserErrorPrivateEndpointQuotaReached')
    },
  ],
  agentsPerVault: [1, (scene) => registerTwo(scene, 'MARS', 'DPM')],
  enginesPerVault: [1, (scene) => registerTwo(scene, 'DPM', 'MARS')],
  agentSchedulesPerDay: [1, (scene) => schedulesOnce(scene, 'MARS', 'DPM')],
  engineSchedulesPerDay: [1, (scene) => schedulesOnce(scene, 'DPM', 'MARS')],
  dataDisksPerVm: [
    1,
    async ({ t, story, refuses }) => {
      const vault = await story.vault()
      const wide = story.machine('wide', { dataDisks: [disk(0), disk(1)] })
      const protect = () => story.tryProtect(vault, wide)
      await refuses('two data disks', protect, 'BMSUserErrorInvalidConfigureProtectionRequest')
      const item = await protectMachine(story, vault, 'narrow', { dataDisks: [disk(0)] })
      story.machine('narrow', { dataDisks: [disk(0), disk(1)] })
      t.equal(await backUp(story, item), 'Failed UserErrorUnsupportedDiskConfiguration', 'one that was attached later')
    },
  ],
  dataDisksPerOlderVm: [
    1,
    async (scene) => {
      const { story, refuses } = scene
      await registersOne(scene, { dataDisks: [disk(0), disk(1)] })
      const vault = await story.vault('modern')
      const classic = story.machine('old', { resourceGroup: 'svc', cloudService: 'svc', dataDisks: [disk(0), disk(1)] })
      const path = itemOf(vault, classic).path.replaceAll('iaasvmcontainerv2', 'iaasvmcontainer')
      const { properties } = protection(vault, classic, 'DefaultPolicy')
      const body = { properties: { ...properties, protectedItemType: 'Microsoft.ClassicCompute/virtualMachines' } }
      const INVALID = 'BMSUserErrorInvalidConfigureProtectionRequest'
      await refuses('a classic machine', () => story.call('PUT', path, body), INVALID)
      const vhd = { uri: 'https://store.blob.core.windows.net/vhds/a.vhd' }
      const unmanaged = `${groupPath('apps')}/providers/Microsoft.Compute/virtualMachines/unmanaged`
      await story.call('PUT', unmanaged, {
        location: 'westeurope',
        properties: { storageProfile: { osDisk: { vhd }, dataDisks: [0, 1].map((lun) => ({ lun, vhd })) } },
      })
      await refuses('unmanaged disks', () => story.tryProtect(vault, unmanaged), INVALID)
      await protectMachine(story, vault, 'new', { dataDisks: [disk(0), disk(1)] })
    },
  ],
  diskSizeGB: [
    200,
    async ({ t, story }) => {
      const item = await protectMachine(story, await story.vault(), 'one', { dataDisks: [disk(0, 201)] })
      t.equal(await backUp(story, item), 'Failed UserErrorUnsupportedDiskSize')
      const excluded = { diskExclusionProperties: { diskLunList: [0], isInclusionList: false } }
      const { properties } = protection(item.vault, item.machine, 'DefaultPolicy')
      const body = { properties: { ...properties, extendedProperties: excluded } }
      await story.finished(await story.call('PUT', item.path, body))
      t.equal(await backUp(story, item), 'Completed', 'a disk that is left out may have any size')
    },
  ],
  disksOfVmGB: [
    300,
    async ({ t, story }) => {
      const vault = await story.vault()
      const fits = await protectMachine(story, vault, 'fits', { dataDisks: [disk(0, 173)] })
      t.equal(await backUp(story, fits), 'Completed')
      const item = await protectMachine(story, vault, 'one', { dataDisks: [disk(0, 100), disk(1, 100)] })
      t.equal(await backUp(story, item), 'Failed UserErrorUnsupportedDiskSize')
    },
  ],
  leastCoresOfVm: [
    2,
    async ({ story, refuses }) => {
      const vault = await story.vault()
      const small = story.machine('small', { vmSize: 'Standard_DS1_v2' })
      const protect = () => story.tryProtect(vault, small)
      await refuses('a machine with one core', protect, 'BMSUserErrorInvalidConfigureProtectionRequest')
      await protectMachine(story, vault, 'large', { vmSize: 'Standard_DS2_v2' })
    },
  ],
  leastMemoryOfVmGB: [
    1,
    async ({ story, refuses }) => {
      const vault = await story.vault()
      const small = story.machine('small', { vmSize: 'Standard_B1ls' })
      const protect = () => story.tryProtect(vault, small)
      await refuses('a machine with half a gigabyte', protect, 'BMSUserErrorInvalidConfigureProtectionRequest')
      await protectMachine(story, vault, 'large', { vmSize: 'Standard_B1s' })
    },
  ],
  onDemandBackupsPerVmPerDay: [
    2,
    async ({ t, story, refuses }) => {
      const item = await protectMachine(story, await story.vault(), 'one')
      t.equal(await backUp(story, item), 'Completed')
      await story.condition(item.machine, { agent: 'notReady' })
      t.match(await backUp(story, item), /^Failed/)
      await story.condition(item.machine, { agent: 'ready' })
      t.equal(await backUp(story, item), 'Completed', 'one that failed does not count')
      await refuses('a third backup', () => story.tryBackUp(item), 'CloudDosAbsoluteLimitReached')
      await story.reach('2026-01-06T07:00:00Z')
      t.equal((await story.jobs(item.vault)).at(-1)?.status, 'Completed', 'the schedule has its own')
      await refuses('on the same day', () => story.tryBackUp(item), 'CloudDosAbsoluteLimitReached')
      await story.reach('2026-01-06T12:00:00Z')
      t.equal(await backUp(story, item), 'Completed', 'a day after the first there is room')
    },
  ],
  onDemandAttemptsPerVmPerDay: [
    2,
    async ({ t, story, refuses }) => {
      const item = await protectMachine(story, await story.vault(), 'one')
      await story.condition(item.machine, { agent: 'notReady' })
      t.match(await backUp(story, item), /^Failed/)
      t.match(await backUp(story, item), /^Failed/)
      await refuses('a third attempt', () => story.tryBackUp(item), 'CloudDosAbsoluteLimitReached')
    },
  ],
  snapshotsPerVm: [
    2,
    async ({ t, story }) => {
      const vault = await story.vault()
      const item = await protectMachine(story, vault, 'one')
      t.equal(await backUp(story, item), 'Completed')
      t.equal(await backUp(story, item), 'Completed')
      t.equal(await backUp(story, item), 'Failed UserErrorRpCollectionLimitReached')
      await story.reach('2026-01-06T07:00:00Z')
      t.same((await story.jobs(vault)).at(-1)?.errors, ['UserErrorRpCollectionLimitReached'], 'a scheduled one too')
      await story.reach('2026-01-08T07:00:00Z')
      t.equal((await story.jobs(vault)).at(-1)?.status, 'Completed', 'until the snapshots have gone')
      const enhanced = await protectMachine(story, vault, 'two', {}, 'EnhancedPolicy')
      for (let count = 0; count < 3; count++) t.equal(await backUp(story, enhanced), 'Completed')
    },
  ],
  protectableItemsPerPage: [
    2,
    async ({ t, story }) => {
      for (const name of ['one', 'two', 'three']) story.machine(name)
      const vault = await story.vault()
      const first = await story.call('GET', `${vault}/backupProtectableItems`)
      t.equal(first.values.length, 2)
      const second = await story.call('GET', first.text('nextLink'))
      t.equal(second.values.length, 1)
      t.equal(second.at('nextLink'), undefined)
    },
  ],
  restorePointCollectionsPerGroup: [
    1,
    async ({ t, story }) => {
      const vault = await story.vault()
      for (const name of ['one', 'two']) await backUp(story, await protectMachine(story, vault, name))
      for (const number of [1, 2]) {
        const group = await story.call('GET', `${groupPath(`AzureBackupRG_westeurope_${number}`)}/resources`)
        t.equal(group.values.length, 1, `group ${number}`)
      }
    },
  ],
  restoresPerVmPerDay: [
    1,
    async ({ t, story, refuses }) => {
      const from = await backedUpMachine(story)
      const restore = () => tryRestore(story, from, someDisks())
      t.equal((await restore()).status, 202)
      await refuses('a second restore', restore, 'CloudDosAbsoluteLimitReached')
      await story.advance('24h')
      t.equal((await restore()).status, 202)
    },
  ],
  tagsRestored: [
    1,
    async ({ t, story }) => {
      const from = await backedUpMachine(story, { a: '1', b: '2' })
      await story.call('PUT', network(), {
        location: 'westeurope',
        properties: { subnets: [{ name: 'default', properties: { addressPrefix: '10.0.0.0/24' } }] },
      })
      const target = `${groupPath('apps')}/providers/Microsoft.Compute/virtualMachines/copy`
      const restored = await tryRestore(story, from, {
        recoveryType: 'AlternateLocation',
        targetResourceGroupId: groupPath('apps'),
        targetVirtualMachineId: target,
        virtualNetworkId: network(),
        subnetId: `${network()}/subnets/default`,
      })
      t.equal(restored.status, 202, JSON.stringify(restored.body))
      await story.advance('12h')
      t.same((await story.call('GET', target)).at('tags'), { a: '1' })
    },
  ],
  fileSharesPerVault: [
    1,
    async ({ shares, refuses }) => {
      const share = await shares.protectedShare()
      shares.account('account1', ['share2'])
      await shares.inquire(share.container)
      const { share2 = '' } = await shares.offered(share.vault)
      const protect = () => shares.tryProtectShare(share.container, share2, 'Shares')
      await refuses('a second share', protect, 'UserErrorProtectionQuotaExceeded')
    },
  ],
  storageAccountsPerVault: [
    1,
    async ({ shares, refuses }) => {
      const share = await shares.protectedShare()
      shares.account('account2')
      await refuses(
        'a second account',
        () => shares.tryRegister(share.vault, 'account2'),
        'UserErrorRegistrationQuotaReached',
      )
    },
  ],
  storageAccountsPerVaultPerDay: [
    1,
    async ({ t, shares, refuses }) => {
      const share = await shares.protectedShare()
      shares.account('account2')
      const register = () => shares.tryRegister(share.vault, 'account2')
      await refuses('a second account', register, 'UserErrorRegistrationQuotaReached')
      await shares.advance('24h')
      t.equal((await register()).status, 202)
    },
  ],
  onDemandBackupsPerSharePerDay: [
    1,
    async ({ t, shares, refuses }) => {
      const share = await shares.protectedShare()
      t.equal((await shares.backUp(share)).status, 'Completed')
      await refuses('a second backup', () => shares.tryBackUp(share), 'CloudDosAbsoluteLimitReached')
      await shares.advance('24h')
      t.equal((await shares.tryBackUp(share)).status, 202)
    },
  ],
  restoresPerSharePerDay: [
    1,
    async ({ t, shares, refuses }) => {
      const share = await shares.protectedShare()
      await shares.backUp(share)
      const [point] = await shares.points(share)
      const restore = () => shares.tryRestore(share, point?.name ?? '', { copyOptions: 'Overwrite' })
      t.equal((await restore()).status, 202)
      await shares.advance('1h')
      await refuses('a second restore', restore, 'CloudDosAbsoluteLimitReached')
      await shares.advance('24h')
      t.equal((await restore()).status, 202)
    },
  ],
  snapshotsPerShare: [
    1,
    async ({ t, shares }) => {
      const share = await shares.protectedShare()
      t.equal((await shares.backUp(share)).status, 'Completed')
      t.equal((await shares.backUp(share)).status, 'Failed')
    },
  ],
  filesPerRestore: [
    1,
    async ({ shares, refuses }) => {
      const share = await shares.protectedShare()
      await shares.backUp(share)
      const [point] = await shares.points(share)
      const restore = () =>
        shares.call('POST', `${share.path}/recoveryPoints/${point?.name}/restore`, {
          properties: {
            objectType: 'AzureFileShareRestoreRequest',
            recoveryType: 'OriginalLocation',
            sourceResourceId: accountPath('account1'),
            copyOptions: 'Overwrite',
            restoreRequestType: 'ItemLevelRestore',
            restoreFileSpecs: ['a', 'b'].map((path) => ({ path, fileSpecType: 'File' })),
          },
        })
      await refuses('two files', restore, 'UserErrorInvalidRestoreRequest')
    },
  ],
  classicVaultsPerSubscription: [
    1,
    async ({ t, story, classic, refuses }) => {
      const vault = await classic.vault('first', 'northeurope')
      await refuses('a second vault', () => classic.tryVault('second'), 'UserErrorVaultQuotaReached')
      await story.vault()
      t.equal((await classic.ask('DELETE', vault)).status, 200)
      t.equal((await classic.tryVault('second')).status, 201)
    },
  ],
  classicRetentionDays: [
    10,
    (scene) => keepsNoLonger(scene, 10, (count) => ({ DailySchedule: classicKeep('22:00', count, 'Days') })),
  ],
  classicRetentionWeeks: [
    2,
    (scene) =>
      keepsNoLonger(scene, 2, (count) => ({
        WeeklySchedule: { DaysOfTheWeek: ['Monday'], ...classicKeep('22:00', count, 'Weeks') },
      })),
  ],
  classicRetentionMonths: [
    1,
    (scene) =>
      keepsNoLonger(scene, 1, (count) => ({
        MonthlySchedule: { ...FIRST_OF_MONTH, ...classicKeep('22:00', count, 'Months') },
      })),
  ],
  classicRetentionYears: [
    1,
    (scene) =>
      keepsNoLonger(scene, 1, (count) => ({
        YearlySchedule: { ...FIRST_OF_MONTH, MonthsOfYear: ['May'], ...classicKeep('22:00', count, 'Years') },
      })),
  ],
  classicBackupsNow: [
    0,
    async ({ classic, refuses }) => {
      const item = await classic.protectedMachine()
      await refuses('a backup now', () => classic.tryBackUp(item), 'OperationNotSupportedInPreview')
    },
  ],
  classicCancellations: [
    0,
    async ({ t, classic, refuses }) => {
      const item = await classic.protectedMachine()
      const job = await classic.startBackUp(item)
      t.notOk((await classic.job(item.vault, job)).cancellable, 'the job does not offer it')
      await refuses('to cancel', () => classic.tryCancel(item.vault, job), 'OperationNotSupportedInPreview')
    },
  ],
  nicsPerClassicVm: [2, (scene) => registersOne(scene, { conditions: { nics: 3 } })],
  loadBalancersPerClassicVm: [0, (scene) => registersOne(scene, { conditions: { loadBalancer: 'attached' } })],
  premiumDisksPerClassicVm: [0, (scene) => registersOne(scene, { conditions: { storage: 'premium' } })],
  requestBodyBytes: [
    1000,
    async ({ story, refuses }) => {
      const tags = { long: 'x'.repeat(1000) }
      const put = () => story.call('PUT', vaultPath('vault'), { location: 'westeurope', tags })
      await refuses('a long body', put, 'RequestContentTooLarge', 413)
      await story.vault()
    },
  ],
}

/** Limits that a test of their own reaches. */
const ELSEWHERE: Partial<Record<LimitName, string>> = {
  vaultCredentialHours: 'test/seeds/seed-66-68-vault-limits.test.ts',
  // They count only where throttling is on.
  readsPerHour: 'test/routes/throttling.test.ts',
  writesPerHour: 'test/routes/throttling.test.ts',
  deletesPerHour: 'test/routes/throttling.test.ts',
  jobReadsPerHour: 'test/routes/throttling.test.ts',
  importedWorldBytes: 'test/routes/control-checkpoints.test.ts',
  instancesPerBackupVault: 'test/routes/backup-instances.test.ts',
  policiesPerBackupVault: 'test/routes/backup-vault-policies.test.ts',
  snapshotsPerDiskPolicy: 'test/routes/backup-vault-policies.test.ts',
  snapshotsPerDisk: 'test/routes/disk-backups.test.ts',
  onDemandBackupsPerDiskPerDay: 'test/routes/disk-backups.test.ts',
  restoresPerDiskPerDay: 'test/routes/disk-restores.test.ts',
}

async function backedUpMachine(story: Story, tags?: Record<string, string>): Promise<Restorable> {
  const item = await protectMachine(story, await story.vault(), 'one', tags ? { tags } : {})
  await story.backUp(item)
  const [point] = await story.points(item)
  story.world.emulator.seed({ storageAccounts: [{ resourceGroup: 'backup', name: 'staging' }] })
  return { ...item, point: point?.name ?? '' }
}

async function sceneOf(t: Test, limits: Partial<Record<LimitName, number>>): Promise<Scene> {
  const world = await startTestEmulator(t, { limits })
  const [story, shares, classic] = [new Story(world), new ShareStory(world), new ClassicStory(world)]
  const refuses: Scene['refuses'] = async (what, ask, code, status = 400) => {
    const before = story.world.emulator.digest()
    const answer = await ask()
    t.equal(answer.code, code, `${what}: ${JSON.stringify(answer.body)}`)
    t.equal(answer.status, status, what)
    t.ok(answer.message.length > 20, `${what}: it says what to do`)
    t.equal(story.world.emulator.digest(), before, `${what}: nothing has changed`)
  }
  return { t, story, shares, classic, refuses }
}

t.test('every limit can be lowered, and is met then', async (t) => {
  for (const name of LIMIT_NAMES) {
    const row = ROWS[name]
    if (!row) {
      if (!ELSEWHERE[name]) t.fail(`no row reaches the limit '${name}': add one to ROWS`)
      continue
    }
    const [figure, reach, more = {}] = row
    await t.test(`${name}=${figure}`, async (t) => reach(await sceneOf(t, { [name]: figure, ...more })))
  }
  t.same(
    Object.keys({ ...ROWS, ...ELSEWHERE }).filter((name) => !LIMIT_NAMES.some((known) => known === name)),
    [],
    'no row is of a limit that there is not',
  )
})

t.test('limits of a day hold for the 24 hours before, to the millisecond', async (t) => {
  const { story } = await sceneOf(t, { onDemandBackupsPerVmPerDay: 1 })
  const item = await protectMachine(story, await story.vault(), 'one')
  const { start } = await story.backUp(item)
  await story.reach(new Date(start + 24 * HOUR - 1).toISOString())
  t.equal((await story.tryBackUp(item)).code, 'CloudDosAbsoluteLimitReached')
  await story.reach(new Date(start + 24 * HOUR).toISOString())
  t.equal((await story.tryBackUp(item)).status, 202)
})

t.test('a vault that soft delete has left full has no room until its items are purged', async (t) => {
  const { story } = await sceneOf(t, { itemsPerVault: 1 })
  const vault = await story.vault()
  const item = await protectMachine(story, vault, 'one')
  await story.deleteData(item)
  const two = story.machine('two')
  t.equal((await story.tryProtect(vault, two)).code, 'UserErrorProtectionQuotaExceeded')
  await story.undelete(item)
  await story.call('PATCH', `${vault}/backupconfig/vaultconfig`, DISABLED)
  await story.deleteData(item)
  t.equal((await story.tryProtect(vault, two)).status, 202)
})

t.test('what each profile says', async (t) => {
  const figures = (name: LimitName) => PROFILES.map((profile) => limitsOf(profile)[name])
  t.same(figures('vmsPerVault'), [200, 200, 1000])
  t.same(figures('dataDisksPerVm'), [5, 16, 32])
  t.same(figures('dataDisksPerOlderVm'), [5, 16, 16])
  t.same(figures('diskSizeGB'), [1023, 1023, 32_768])
  t.same(figures('onDemandBackupsPerVmPerDay'), [Infinity, Infinity, 3])
  for (const name of LIMIT_NAMES) {
    const [first, second, third] = figures(name)
    t.ok(
      [first, second, third].every((figure) => typeof figure === 'number' && figure >= 0),
      name,
    )
  }
  t.same(members(limitsOf('present', { vmsPerVault: 3 })).vmsPerVault, 3)
})
