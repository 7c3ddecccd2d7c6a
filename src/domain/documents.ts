import type { Resource, ResourceInput } from './inventory/inventory.js'

/** A JSON object as the wire has it. */
export type Members = Record<string, unknown>

/** Whether something is a JSON object. */
export const isMembers = (value: unknown): value is Members =>
  value !== null && typeof value === 'object' && !Array.isArray(value)

/** The object that stands here, or an empty one where something else does. */
export const membersOf = (value: unknown): Members => (isMembers(value) ? value : {})

/** The objects of the list that stands here; none where something else does. */
export const listOf = (value: unknown): Members[] => (Array.isArray(value) ? value.filter(isMembers) : [])

/** What stands here without members that are null: ARM reads a null as a member that isn't there. */
export function withoutNulls(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutNulls)
  if (!isMembers(value)) return value
  return Object.fromEntries(
    Object.entries(value).flatMap(([name, member]) => (member === null ? [] : [[name, withoutNulls(member)]])),
  )
}

/** What a client may send back of what it read, and what is not its to set. */
const READ_ONLY = ['id', 'name', 'type', 'etag', 'systemData']

/**
 * A resource's document as the inventory takes it: location and tags, then every further member.
 * Its shape has been checked before: `location` is text, `tags` are texts by name.
 */
export function readDocument(document: Members): ResourceInput {
  const { location, tags, ...rest } = membersOf(withoutNulls(document))
  const body = Object.fromEntries(Object.entries(rest).filter(([name]) => !READ_ONLY.includes(name)))
  return {
    ...(typeof location === 'string' ? { location } : {}),
    ...(isMembers(tags) ? { tags: tags as Record<string, string> } : {}),
    body,
  }
}

/** Puts the members of a patch over those of a document, level by level; null takes a member away, lists are replaced (RFC 7396). */
export function merge(document: unknown, patch: unknown): unknown {
  if (!isMembers(patch)) return patch
  const result: Members = { ...membersOf(document) }
  for (const [name, value] of Object.entries(patch)) {
    if (value === null) delete result[name]
    else result[name] = merge(result[name], value)
  }
  return result
}

/** A resource after a PATCH, as the document that a PUT of the same would send: tags are replaced as a whole. */
export function patchedDocument(resource: Resource, patch: Members): Members {
  const { tags = resource.tags, ...rest } = patch
  return { ...membersOf(merge({ location: resource.location, ...resource.body }, rest)), tags }
}
