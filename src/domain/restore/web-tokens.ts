import { base64 } from '../base64.js'
import { guidOf } from '../chance.js'

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'

/** ASCII text as tokens have it: base64 that URLs can carry. */
const encode = (text: string) => base64(text).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '')

function decode(text: string): string {
  let out = ''
  let bits = 0
  let held = 0
  for (const letter of text) {
    const value = ALPHABET.indexOf(letter)
    if (value < 0) return ''
    bits = ((bits << 6) | value) & 0xffff
    held += 6
    if (held < 8) continue
    held -= 8
    out += String.fromCharCode((bits >> held) & 0xff)
  }
  return out
}

/** JSON of ASCII alone: other letters are escaped. */
const json = (value: unknown) =>
  JSON.stringify(value).replace(/[^ -~]/g, (letter) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, '0')}`)

/** Not a signature that keeps a forger out: it tells a token that was altered from one that was handed out. */
const sealOf = (text: string) => encode(`${guidOf(text)}${guidOf(`${text}/seal`)}`.replaceAll('-', ''))

/** A token in the form of a JWT: a header, the claims, a seal. */
export function writeToken(claims: Readonly<Record<string, unknown>>): string {
  const text = `${encode(json({ typ: 'JWT', alg: 'RS256' }))}.${encode(json(claims))}`
  return `${text}.${sealOf(text)}`
}

/** The claims of a token; undefined where it is none of ours, or was altered. */
export function readToken(token: string): Record<string, unknown> | undefined {
  const [header = '', claims = '', seal, ...more] = token.split('.')
  if (more.length > 0 || seal !== sealOf(`${header}.${claims}`)) return undefined
  return JSON.parse(decode(claims)) as Record<string, unknown>
}
