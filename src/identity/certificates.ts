/**
 * The HTTPS side's certificates: an authority that a client is told to trust once, and a leaf made new at each start.
 *
 * Python 3.13 and later verify strictly, so the authority has keyUsage and a subject key identifier, and the leaf names
 * its issuer's key. Validity is counted in real time: clients compare it with their own clock, not with the emulator's.
 */
import { createPrivateKey, KeyObject, randomBytes, webcrypto, X509Certificate } from 'node:crypto'
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { isIP } from 'node:net'
import { join } from 'node:path'
import { domainToASCII } from 'node:url'
import type { JsonGeneralName } from '@peculiar/x509'

export type TlsMaterial = {
  /** The authority's certificate, the leaf and the leaf's private key, all PEM. */
  ca: string
  cert: string
  key: string
  /** True when an authority was kept here but could not be used: whoever trusted it has to trust the new one. */
  renewed: boolean
}

export const CA_FILE = 'recoverite-ca.pem'
export const CA_KEY_FILE = 'recoverite-ca.key'

const DAY_MS = 86_400_000
const CA_DAYS = 3650
/** Apple's clients refuse a leaf of more than 825 days, the day before `now` included. */
const LEAF_DAYS = 800
const ALWAYS_NAMED = ['localhost', '127.0.0.1', '::1', 'host.docker.internal']
const EVERY_INTERFACE = ['0.0.0.0', '::', '']
const ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' }

type Authority = { ca: string; key: string }
type Kept = { state: 'absent' | 'unusable' } | ({ state: 'usable' } & Authority)

/**
 * The authority kept in `dir`, or a new one, and a new leaf for `hosts` and this machine's own names.
 * Without `dir` the authority lives as long as the process.
 */
export async function loadOrCreateAuthority(dir: string | undefined, now: Date, hosts: string[]): Promise<TlsMaterial> {
  const kept: Kept = dir === undefined ? { state: 'absent' } : await readAuthority(dir, now)
  if (kept.state === 'usable') return { ...(await createLeaf(kept, now, hosts)), renewed: false }

  const authority = await createAuthority(now)
  if (dir !== undefined) await keepAuthority(dir, authority)
  return { ...(await createLeaf(authority, now, hosts)), renewed: kept.state === 'unusable' }
}

async function readAuthority(dir: string, now: Date): Promise<Kept> {
  const [ca, key] = await Promise.all([readIfPresent(join(dir, CA_FILE)), readIfPresent(join(dir, CA_KEY_FILE))])
  if (ca === undefined && key === undefined) return { state: 'absent' }
  if (ca === undefined || key === undefined || !isUsable(ca, key, now)) return { state: 'unusable' }
  return { state: 'usable', ca, key }
}

function isUsable(ca: string, key: string, now: Date): boolean {
  try {
    const certificate = new X509Certificate(ca)
    const privateKey = createPrivateKey(key)
    return (
      certificate.ca &&
      privateKey.asymmetricKeyDetails?.namedCurve === 'prime256v1' &&
      certificate.checkPrivateKey(privateKey) &&
      certificate.verify(certificate.publicKey) &&
      Date.parse(certificate.validFrom) <= now.getTime() &&
      Date.parse(certificate.validTo) > now.getTime() + DAY_MS
    )
  } catch {
    // Not PEM, cut short, or of another kind: OpenSSL says so by throwing.
    return false
  }
}

async function keepAuthority(dir: string, { ca, key }: Authority): Promise<void> {
  await mkdir(dir, { recursive: true })
  // The key goes first: a crash in between leaves a pair that does not match, and the next start sees that.
  await replaceFile(join(dir, CA_KEY_FILE), key, 0o600)
  await replaceFile(join(dir, CA_FILE), ca, 0o644)
}

async function createAuthority(now: Date): Promise<Authority> {
  const x509 = loadX509()
  const keys = await webcrypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify'])
  const serialNumber = newSerialNumber()
  const certificate = await x509.X509CertificateGenerator.createSelfSigned({
    serialNumber,
    // Several emulators' authorities may lie in one trust store, so no two have the same name.
    name: `CN=Recoverite CA ${serialNumber.slice(0, 8)}, O=Recoverite`,
    notBefore: daysFrom(now, -1),
    notAfter: daysFrom(now, CA_DAYS),
    signingAlgorithm: ALGORITHM,
    keys,
    extensions: [
      new x509.BasicConstraintsExtension(true, undefined, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign, true),
      await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
    ],
  })
  return { ca: pem(certificate), key: privateKeyPem(keys.privateKey) }
}

async function createLeaf(authority: Authority, now: Date, hosts: string[]): Promise<Omit<TlsMaterial, 'renewed'>> {
  const x509 = loadX509()
  const issuer = new x509.X509Certificate(authority.ca)
  const issuerKey = createPrivateKey(authority.key).export({ type: 'pkcs8', format: 'der' })
  const signingKey = await webcrypto.subtle.importKey('pkcs8', issuerKey, ALGORITHM, false, ['sign'])
  const keys = await webcrypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify'])
  const certificate = await x509.X509CertificateGenerator.create({
    serialNumber: newSerialNumber(),
    subject: 'CN=localhost, O=Recoverite',
    issuer: issuer.subject,
    notBefore: daysFrom(now, -1),
    notAfter: new Date(Math.min(daysFrom(now, LEAF_DAYS).getTime(), issuer.notAfter.getTime())),
    signingAlgorithm: ALGORITHM,
    publicKey: keys.publicKey,
    signingKey,
    extensions: [
      new x509.BasicConstraintsExtension(false, undefined, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature | x509.KeyUsageFlags.keyEncipherment, true),
      new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.serverAuth]),
      new x509.SubjectAlternativeNameExtension(alternativeNames(hosts)),
      await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
      await x509.AuthorityKeyIdentifierExtension.create(issuer.publicKey),
    ],
  })
  return { ca: authority.ca, cert: pem(certificate), key: privateKeyPem(keys.privateKey) }
}

/** A host may be a name, an address, or an IPv6 address in brackets; an address that means every interface names none. */
function alternativeNames(hosts: string[]): JsonGeneralName[] {
  const names = [...ALWAYS_NAMED, ...hosts].map((host) => host.trim().replace(/^\[(.*)\]$/, '$1'))
  return [...new Set(names)]
    .filter((name) => !EVERY_INTERFACE.includes(name))
    .map((name) => (isIP(name) ? { type: 'ip', value: name } : { type: 'dns', value: dnsName(name) }))
}

function dnsName(name: string): string {
  const ascii = domainToASCII(name)
  if (ascii === '') throw new Error(`${JSON.stringify(name)} is neither a host name nor an IP address`)
  return ascii
}

type X509Library = typeof import('@peculiar/x509')

/**
 * Loads the library at the first use: 50 ms that plain HTTP need not wait for.
 *
 * tsyringe, which it is built on, refuses to load without the metadata API of `reflect-metadata`, though its classes
 * carry no metadata. It is lent one that knows nothing for as long as it loads, which is synchronous; so a program that
 * embeds the emulator finds its own `Reflect` as it was.
 */
function loadX509(): X509Library {
  const require = createRequire(import.meta.url)
  if ('getMetadata' in Reflect) return require('@peculiar/x509')
  const lent = ['getMetadata', 'getOwnMetadata']
  for (const name of lent) Object.defineProperty(Reflect, name, { configurable: true, value: () => undefined })
  try {
    return require('@peculiar/x509')
  } finally {
    for (const name of lent) Reflect.deleteProperty(Reflect, name)
  }
}

/** 16 octets, positive and never shortened by a leading zero. */
function newSerialNumber(): string {
  const octets = randomBytes(16)
  octets.writeUInt8((octets.readUInt8(0) & 0x3f) | 0x40, 0)
  return octets.toString('hex')
}

function daysFrom(now: Date, days: number): Date {
  return new Date(now.getTime() + days * DAY_MS)
}

function pem(certificate: { toString(format: 'pem'): string }): string {
  return `${certificate.toString('pem').trimEnd()}\n`
}

function privateKeyPem(key: webcrypto.CryptoKey): string {
  return KeyObject.from(key).export({ type: 'pkcs8', format: 'pem' }).toString()
}

async function readIfPresent(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8')
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined
    throw error
  }
}

async function replaceFile(path: string, text: string, mode: number): Promise<void> {
  const draft = `${path}.${process.pid}.new`
  await writeFile(draft, text, { mode })
  await rename(draft, path)
}
