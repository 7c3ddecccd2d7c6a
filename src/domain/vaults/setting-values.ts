import { Refusal } from '../errors.js'

/**
 * The value of a setting, in the service's spelling.
 * @returns undefined where nothing is said
 * @throws Refusal InvalidParameter for any other value
 */
export function oneOf<T extends string>(value: unknown, values: readonly T[], name: string): T | undefined {
  if (value === undefined || value === null) return undefined
  const found = typeof value === 'string' && values.find((v) => v.toLowerCase() === value.toLowerCase())
  if (found) return found
  throw new Refusal(
    'InvalidParameter',
    `'${String(value)}' is not a value of ${name}. Use one of: ${values.join(', ')}.`,
  )
}
