import type { DatabaseOptions } from './db.ts'

export interface Endpoint {
  host: string
  port: number
}

/** The attributes that a host must have: `any`, or one that accepts writes. */
export type SessionAttributes = 'any' | 'read-write' | 'primary'

export interface Endpoints {
  hosts: Endpoint[]
  attributes: SessionAttributes
  /** The URL for the driver, which gets one host at a time. */
  url?: string
}

const withHosts = /^(postgres(?:ql)?:\/\/(?:[^@/?#]*@)?)([^/?#]*)([\s\S]*)$/
const hostAndPort = /^(\[[0-9a-fA-F:.]+\]|[^:[\]]+)(?::(\d{1,5}))?$/
const attributesOf = new Set<string | null>(['any', 'read-write', 'primary'])

/**
 * Parses `postgres://user:password@one:5432,two:5432/database?target_session_attrs=read-write`. With several hosts and
 * no attribute, the one that accepts writes is meant. @returns undefined for anything else
 */
export function parseDatabaseUrl(text: string): Endpoints | undefined {
  const [, start, list = '', rest] = withHosts.exec(text) ?? []
  if (start === undefined) return undefined
  const names = list.split(',')
  const first = `${start}${names[0]}${rest}`
  if (!URL.canParse(first)) return undefined

  const url = new URL(first)
  const hosts = names.map((name) => hostAndPort.exec(decodeURIComponent(name)))
  // A URL without a host takes it from the environment, or names the folder of a socket as a parameter.
  if (list !== '' && hosts.some((match) => !match || Number(match[2] ?? 5432) > 65_535)) return undefined
  const attributes = url.searchParams.get('target_session_attrs') ?? (names.length > 1 ? 'read-write' : 'any')
  if (!attributesOf.has(attributes)) return undefined
  url.searchParams.delete('target_session_attrs')
  const isPlain = names.length === 1 && url.searchParams.size === new URL(first).searchParams.size
  return {
    hosts: list === '' ? [] : hosts.map((match) => ({ host: unbracket(match![1]!), port: Number(match![2] ?? 5432) })),
    attributes: attributes as SessionAttributes,
    url: isPlain ? text : url.href,
  }
}

export function endpointsOf(connection: DatabaseOptions['connection']): Endpoints {
  if (typeof connection !== 'string') return { hosts: [connection], attributes: 'any' }
  const endpoints = parseDatabaseUrl(connection)
  if (!endpoints) throw new Error('The URL of the database is none')
  return endpoints
}

const unbracket = (host: string): string => host.replace(/^\[|\]$/g, '')
