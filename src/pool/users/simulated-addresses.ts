/**
 * The addresses of simulated users. Where a client hides who exists, names that no user has must look like a population
 * of users: some have an e-mail address, some a phone number, and the same name always has the same.
 */
import type { Context } from '../../context.ts'
import { isEmail, isPhoneNumber } from '../attributes/formats.ts'
import type { Pool } from '../pools/pool.ts'
import { loginName } from './user.ts'

export type Address = 'email' | 'phone_number'

/** How many of 256 simulated users have the address. Most do where the pool verifies it. */
const shares = { email: 192, phone_number: 128 }
const verifiedShare = 224

/** Pseudorandom bytes for a name of the pool and one use. Only the server's key gives them. */
export const simulationBytes = (ctx: Context, pool: Pool, typed: string, use: string): Buffer =>
  ctx.keyring.mac('simulated-user', use, pool.id, loginName(pool, typed))

export function simulatedAddresses(ctx: Context, pool: Pool, typed: string): Partial<Record<Address, string>> {
  const bytes = simulationBytes(ctx, pool, typed, 'addresses')
  const email = hasAddress(pool, typed, 'email', bytes[0]!) ? emailOf(ctx, pool, typed) : undefined
  const phone = hasAddress(pool, typed, 'phone_number', bytes[1]!) ? phoneOf(ctx, pool, typed) : undefined
  return { ...(email && { email }), ...(phone && { phone_number: phone }) }
}

/** The address that a code seems to be sent to: the first of `attributes` that the simulated user has. */
export function simulatedAddress(
  ctx: Context,
  pool: Pool,
  typed: string,
  attributes: Address[],
): { attribute: Address; value: string } {
  const addresses = simulatedAddresses(ctx, pool, typed)
  const attribute = attributes.find((name) => addresses[name]) ?? attributes[0] ?? 'email'
  return { attribute, value: attribute === 'email' ? emailOf(ctx, pool, typed) : phoneOf(ctx, pool, typed) }
}

function hasAddress(pool: Pool, typed: string, attribute: Address, draw: number): boolean {
  const { SchemaAttributes, UsernameAttributes, AliasAttributes, AutoVerifiedAttributes } = pool.settings
  if (attribute === 'email' ? isEmail(typed) : isPhoneNumber(typed)) return true
  if (SchemaAttributes.some(({ Name, Required }) => Name === attribute && Required)) return true
  // Where one kind of address is the username, every user has it.
  if (UsernameAttributes?.length === 1 && UsernameAttributes[0] === attribute && !AliasAttributes?.length) return true
  return draw < (AutoVerifiedAttributes?.includes(attribute) ? verifiedShare : shares[attribute])
}

// Callers see only the first letters: often those of the username, and of a few large providers.
function emailOf(ctx: Context, pool: Pool, typed: string): string {
  if (isEmail(typed)) return typed
  const bytes = simulationBytes(ctx, pool, typed, 'address')
  const own = loginName(pool, typed).toLowerCase()[0]!
  const first = /[a-z]/.test(own) && bytes[0]! < 160 ? own : pick(initials, bytes[1]!)
  return `${first}${bytes.toString('hex', 8, 24)}@${pick(providers, bytes[2]!)}`
}

function phoneOf(ctx: Context, pool: Pool, typed: string): string {
  if (isPhoneNumber(typed)) return typed
  const bytes = simulationBytes(ctx, pool, typed, 'address')
  // Messages are limited per number, so two names should hardly ever share one.
  return `+1${String(bytes.readUIntBE(24, 6) % 10_000_000_000).padStart(10, '0')}`
}

const initials = 'aaaabbbcccddddeeeffgghhiijjjjjkkklllmmmmmmnnnoopprrrrssssstttvwyz'
const providers = 'gggggggggggghhhhyyyiiioomabcdefklnprstw'

const pick = (letters: string, byte: number): string => letters[byte % letters.length]!
