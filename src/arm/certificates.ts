import { X509Certificate } from 'node:crypto'
import type { CertificateFacts } from '../domain/vaults/vault-credentials.js'

/**
 * A certificate out of what a body holds: DER or PEM in base64. Some clients encode it twice, as the published example does.
 * @returns undefined where it is none
 */
export function readCertificate(base64: string): CertificateFacts | undefined {
  const once = Buffer.from(base64, 'base64')
  for (const bytes of [once, Buffer.from(once.toString('latin1'), 'base64')]) {
    const certificate = parse(bytes)
    if (certificate) return factsOf(certificate)
  }
  return undefined
}

function parse(bytes: Buffer): X509Certificate | undefined {
  try {
    return new X509Certificate(bytes)
  } catch {
    return undefined
  }
}

/** Names are written as Windows has them: on one line, the most particular part first. */
const nameOf = (lines: string) => lines.split('\n').reverse().join(', ')

const factsOf = (certificate: X509Certificate): CertificateFacts => ({
  subject: nameOf(certificate.subject),
  issuer: nameOf(certificate.issuer),
  thumbprint: certificate.fingerprint.replaceAll(':', ''),
  notBefore: Date.parse(certificate.validFrom),
  notAfter: Date.parse(certificate.validTo),
})
