import t from 'tap'
import { readResourceId, resourceId } from '../../src/domain/names.js'
import { containerOf, readContainerName, readShareItem, shareHash } from '../../src/domain/protection/storage-names.js'

const GROUP = '/subscriptions/s/resourceGroups/g'

t.test('a resource id is read and written, nested ones too', (t) => {
  const rows: [string, string, string][] = [
    [`${GROUP}/providers/Microsoft.Compute/virtualMachines/vm1`, 'Microsoft.Compute/virtualMachines', 'vm1'],
    [
      `${GROUP}/providers/Microsoft.Storage/storageAccounts/a/fileServices/default/shares/s`,
      'Microsoft.Storage/storageAccounts/fileServices/shares',
      'a/default/s',
    ],
    [
      `${GROUP}/providers/Microsoft.Network/virtualNetworks/n/subnets/default`,
      'Microsoft.Network/virtualNetworks/subnets',
      'n/default',
    ],
  ]
  for (const [id, type, name] of rows) {
    const read = readResourceId(id)
    t.match(read, { subscriptionId: 's', resourceGroup: 'g', type, name })
    t.equal(read && resourceId(read), id)
  }
  for (const none of [GROUP, `${GROUP}/providers/Microsoft.Compute`, `${GROUP}/providers/Microsoft.Storage/a/b/c`, 'x'])
    t.equal(readResourceId(none), undefined, none)
  t.match(
    readResourceId(`${GROUP}/providers/Microsoft.Storage/storageAccounts//a`),
    { name: 'a' },
    'az doubles a slash',
  )
  t.end()
})

t.test('names of storage accounts as containers, and of shares as items', (t) => {
  const account = { subscriptionId: 's', resourceGroup: 'Group', type: 'Microsoft.Storage/storageAccounts', name: 'a1' }
  t.equal(containerOf(account), 'StorageContainer;Storage;Group;a1')
  t.equal(
    containerOf({ ...account, type: 'Microsoft.ClassicStorage/storageAccounts' }),
    'StorageContainer;ClassicStorage;Group;a1',
  )
  t.strictSame(readContainerName('storagecontainer;storage;g;a1'), {
    kind: 'storage',
    resourceGroup: 'g',
    account: 'a1',
  })
  t.equal(readContainerName('IaasVMContainer;iaasvmcontainerv2;g;vm1'), undefined)

  const hash = shareHash('a1', 'share1')
  t.match(hash, /^[0-9a-f]{64}$/)
  t.equal(shareHash('A1', 'share1'), hash)
  t.not(shareHash('a1', 'share2'), hash)
  t.not(shareHash('a2', 'share1'), hash)
  const read = (item: string) => readShareItem('StorageContainer;Storage;g;a1', item).name
  t.equal(read('AzureFileShare;share1'), `AzureFileShare;${hash}`, "a share's own name stands for its hash")
  t.equal(read(`azurefileshare;${hash.toUpperCase()}`), `AzureFileShare;${hash.toUpperCase()}`, 'a hash stays as it is')
  t.throws(() => read('VM;iaasvmcontainerv2;g;vm1'), { code: 'BMSUserErrorProtectedItemNameIncorrectFormat' })
  t.throws(() => readShareItem('share1', 'AzureFileShare;share1'), { code: 'BMSUserErrorContainerNameIncorrectFormat' })
  t.end()
})
