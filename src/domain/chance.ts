/** The one source of ids and chance: everything derives from the seed and from what was asked (design, law 4). */
export interface Chance {
  /** The next GUID of this world: version 4 in form, lower case, as the service's job and operation ids are. */
  guid(): string
  /** A number in [0, 1) that depends on the seed and the given keys only. */
  fraction(...keys: readonly (string | number)[]): number
  /** A GUID that depends on the seed and the given keys only: to have one changes no other. */
  guidFor(...keys: readonly (string | number)[]): string
  /** A decimal number of `length` digits without a leading zero, as recovery point names are. */
  digits(length: number): string
}

/** Four 32-bit words out of a text (the cyrb128 mix): fast, well spread, the same on every machine. */
function mix(text: string): [number, number, number, number] {
  let h1 = 1779033703
  let h2 = 3144134277
  let h3 = 1013904242
  let h4 = 2773480762
  for (let i = 0; i < text.length; i++) {
    const k = text.charCodeAt(i)
    h1 = h2 ^ Math.imul(h1 ^ k, 597399067)
    h2 = h3 ^ Math.imul(h2 ^ k, 2869860233)
    h3 = h4 ^ Math.imul(h3 ^ k, 951274213)
    h4 = h1 ^ Math.imul(h4 ^ k, 2716044179)
  }
  h1 = Math.imul(h3 ^ (h1 >>> 18), 597399067)
  h2 = Math.imul(h4 ^ (h2 >>> 22), 2869860233)
  h3 = Math.imul(h1 ^ (h3 >>> 17), 951274213)
  h4 = Math.imul(h2 ^ (h4 >>> 19), 2716044179)
  h1 ^= h2 ^ h3 ^ h4
  return [h1 >>> 0, (h2 ^ h1) >>> 0, (h3 ^ h1) >>> 0, (h4 ^ h1) >>> 0]
}

const hex = (word: number) => word.toString(16).padStart(8, '0')

/** A GUID in the form of version 4 out of a text: the same text always gives the same GUID. */
export function guidOf(text: string): string {
  const [a, b, c, d] = mix(text)
  const h = hex(a) + hex(b) + hex(c) + hex(d)
  const variant = ((c >>> 28) & 0x3) | 0x8
  return `${h.slice(0, 8)}-${h.slice(8, 12)}-4${h.slice(13, 16)}-${variant.toString(16)}${h.slice(17, 20)}-${h.slice(20, 32)}`
}

/** 64 hex digits out of a text: the same text always gives the same digits. */
export const digestOf = (text: string) => [...mix(`${text}/1`), ...mix(`${text}/2`)].map(hex).join('')

/**
 * Chance for a world.
 * @param seed the world's seed
 * @param nextOrdinal gives 1, 2, 3 … and is kept with the world, so that a restart goes on where it was
 */
export function createChance(seed: string, nextOrdinal: () => number): Chance {
  return {
    guid: () => guidOf(`${seed}/id/${nextOrdinal()}`),
    guidFor: (...keys) => guidOf(`${seed}/of/${keys.join('/')}`),
    fraction: (...keys) => mix(`${seed}/${keys.join('/')}`)[0] / 0x1_0000_0000,
    digits(length) {
      const [a, b, c] = mix(`${seed}/number/${nextOrdinal()}`)
      const text = `${(a % 9) + 1}${String(b).padStart(10, '0')}${String(c).padStart(10, '0')}`
      return text.slice(0, length)
    },
  }
}
