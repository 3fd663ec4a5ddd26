import { readableAttributes, requiredAttributes, writableAttributes } from '../../pool/clients/client-rules.ts'
import { isTextKey, type Translate } from '../texts/texts.ts'
import type { AccountVisit } from './visit.ts'

type Owner = Pick<AccountVisit, 'pool' | 'client' | 'user'>

/** Attributes with pages of their own, or without meaning to users. */
const elsewhere = new Set([
  'sub',
  'email',
  'email_verified',
  'phone_number',
  'phone_number_verified',
  'identities',
  'updated_at',
])

/** The attributes that the app may show to its user. */
export function shownAttributes({ pool, client }: Pick<Owner, 'pool' | 'client'>): string[] {
  const readable = readableAttributes(pool, client)
  return schemaNames(pool).filter((name) => readable.has(name) && !elsewhere.has(name) && !name.startsWith('dev:'))
}

const names = new Set(['name', 'given_name', 'family_name'])

/**
 * The attributes on the form: all writable ones that the app lists, or else those that the user has, that the pool
 * requires or has added, and a name. An attribute that the user can't see is never changed.
 */
export function editableAttributes({ pool, client, user }: Owner): string[] {
  const writable = writableAttributes(pool, client)
  const required = new Set(requiredAttributes(pool))
  const isAsked = (name: string) =>
    client.settings.WriteAttributes !== undefined ||
    user.attributes[name] !== undefined ||
    required.has(name) ||
    name.startsWith('custom:') ||
    names.has(name)
  return shownAttributes({ pool, client }).filter(
    (name) => writable.has(name) && isMutable(pool, name) && isAsked(name),
  )
}

/** Whether the user may change an attribute through the app. */
export const mayChange = ({ pool, client }: Owner, name: string): boolean =>
  writableAttributes(pool, client).has(name) && readableAttributes(pool, client).has(name) && isMutable(pool, name)

export function attributeLabel(t: Translate, name: string): string {
  const key = `attribute.${name}`
  return isTextKey(key) ? t(key) : name.replace(/^custom:/, '')
}

const schemaNames = ({ settings }: Owner['pool']): string[] => settings.SchemaAttributes.map(({ Name }) => Name!)

const isMutable = ({ settings }: Owner['pool'], name: string): boolean =>
  settings.SchemaAttributes.some((attribute) => attribute.Name === name && attribute.Mutable !== false)
