import { Type } from '@sinclair/typebox'
import { type Filter, matches } from '../../arm/filter.js'
import type { Call } from '../../arm/route.js'
import { Refusal } from '../../domain/errors.js'
import { same } from '../../domain/names.js'

/** What ARM's own lists can be asked. */
export const ListQuery = Type.Object({
  'api-version': Type.Optional(Type.String()),
  $filter: Type.Optional(Type.String()),
  $top: Type.Optional(Type.String({ description: 'How many a page, 1 to 1000' })),
})

/** ARM's lists have a thousand values a page. */
const PAGE_SIZE = 1000

/** How many values a page has: `$top`, or as many as ARM gives. @throws Refusal InvalidParameter where `$top` is no number from 1 on */
export function pageSize(call: Call): number {
  const top = call.query.$top
  if (top === undefined) return PAGE_SIZE
  if (!/^[1-9]\d{0,8}$/.test(top))
    throw new Refusal(
      'InvalidParameter',
      `The value '${top}' of $top is invalid: give a number from 1 to ${PAGE_SIZE}.`,
    )
  return Math.min(Number(top), PAGE_SIZE)
}

/** Whether a filter's `tagName` and `tagValue` fit: names in any case, values as they are, and a name alone any value. */
export function hasTag(filter: Filter, tags: Record<string, string> = {}): boolean {
  const name = filter.get('tagname')
  const found = Object.entries(tags).filter(([tag]) => name === undefined || same(tag, name))
  if (name !== undefined && found.length === 0) return false
  return filter.get('tagvalue') === undefined || found.some(([, value]) => matches(filter, 'tagValue', value))
}
