/** How settings are read: the format of their values, and the error for a value that is wrong. */
import { isIP } from 'node:net'
import type { AwsEndpoint, Credentials, Webhook } from './config.ts'
import { isSender } from './lib/mail-address.ts'
import { nearestName } from './lib/nearest-name.ts'
import { trimEndOf } from './lib/trim-end.ts'
import { aesKey } from './setting-values.ts'
import { parseDatabaseUrl } from './store/endpoints.ts'

/** Variables that the program sets for its own child processes. */
const internal = new Set(['POOLHOUSE_WORKER_JOBS', 'POOLHOUSE_TEST_SERVER'])

export type Env = Record<string, string | undefined>

/**
 * Readers of one environment, by type of setting. Each returns undefined if the variable is unset or wrong; the latter
 * is added to `problems`.
 */
export function readerOf(env: Env, problems: string[]) {
  const asked = new Set<string>()
  const text = (name: string) => {
    asked.add(name)
    return env[name]?.trim() || undefined
  }
  const check = <T>(name: string, parse: (value: string) => T | undefined, wanted: string): T | undefined => {
    const value = text(name)
    if (value === undefined) return undefined
    const parsed = parse(value)
    if (parsed === undefined) problems.push(`${name} must be ${wanted}`)
    return parsed
  }
  const number = (name: string, min: number, max: number) =>
    check(
      name,
      (value) => (/^\d+$/.test(value) && +value >= min && +value <= max ? +value : undefined),
      `a number from ${min} to ${max}`,
    )

  const url = (name: string, protocols: string[]) =>
    check(
      name,
      (value) =>
        URL.canParse(value) && protocols.includes(new URL(value).protocol) ? trimEndOf(value, '/') : undefined,
      `a URL that starts with ${protocols.map((protocol) => `${protocol}//`).join(' or ')}`,
    )
  const pattern = (name: string, pattern: RegExp, example: string) =>
    check(name, (value) => (pattern.test(value) ? value : undefined), `like ${example}`)
  const keyPair = (idName: string, secretName: string): Credentials | undefined => {
    const accessKeyId = text(idName)
    const secretAccessKey = text(secretName)
    if (!accessKeyId !== !secretAccessKey) problems.push(`${idName} and ${secretName} must be set together`)
    return accessKeyId && secretAccessKey ? { accessKeyId, secretAccessKey } : undefined
  }

  return {
    text,
    /** Variables that look like Poolhouse settings but that nothing has read, each with what was probably meant. */
    unknown(): { name: string; nearest: string | undefined }[] {
      return Object.keys(env)
        .filter((name) => name.startsWith('POOLHOUSE_') && !asked.has(name) && !internal.has(name))
        .map((name) => ({ name, nearest: nearestName(name, asked) }))
    },
    number,
    url,
    pattern,
    keyPair,
    database: (name: string) =>
      check(
        name,
        (value) => (parseDatabaseUrl(value) ? value : undefined),
        'a URL that starts with postgres://, with target_session_attrs any, read-write or primary, if any',
      ),
    sender: (name: string) =>
      check(
        name,
        (value) => (isSender(value) ? value : undefined),
        'an address, such as Poolhouse <no-reply@example.com>',
      ),
    /** Refuses more than one of several settings that exclude each other. */
    onlyOne(...names: string[]) {
      const present = names.filter((name) => text(name) !== undefined)
      if (present.length > 1) problems.push(`${present.join(' and ')} exclude each other: one way to send is enough`)
    },
    /**
     * `PREFIX_ENDPOINT`, `_REGION`, `_ACCESS_KEY_ID` and `_SECRET_ACCESS_KEY`. AWS's own endpoints contain their
     * region.
     */
    aws(prefix: string, protocols: string[], homeRegion: string): AwsEndpoint | undefined {
      const endpoint = url(`${prefix}_ENDPOINT`, protocols)
      const configured = pattern(`${prefix}_REGION`, /^[a-z]{2}(-[a-z]+)+-\d$/, 'us-east-1')
      const credentials = keyPair(`${prefix}_ACCESS_KEY_ID`, `${prefix}_SECRET_ACCESS_KEY`)
      if (!endpoint) {
        if (!text(`${prefix}_ENDPOINT`) && (configured || credentials)) problems.push(`${prefix}_ENDPOINT is not set`)
        return undefined
      }
      const named = /\.([a-z]{2}(?:-[a-z]+)+-\d)\.amazonaws\.com(?:\.cn)?$/.exec(new URL(endpoint).hostname)?.[1]
      return { endpoint, region: configured ?? named ?? homeRegion, ...(credentials && { credentials }) }
    },
    webhook(name: string, protocols: string[]): Webhook | undefined {
      const form = `a URL that starts with ${protocols.join('// or ')}//`
      const isUrl = (value: string) => URL.canParse(value) && protocols.includes(new URL(value).protocol)
      const hook = check(name, (value) => (isUrl(value) ? value : undefined), form)
      const secret = text(`${name}_SECRET`)
      if (!text(name) !== !secret) problems.push(`${name} and ${name}_SECRET must be set together`)
      if (secret && secret.length < 16) problems.push(`${name}_SECRET must have at least 16 characters`)
      return hook && secret ? { url: hook, secret } : undefined
    },
    port: (name: string) => number(name, 0, 65535),
    missing: (name: string, wanted: string) => problems.push(`${name} is not set: ${wanted}`),
    flag: (name: string) =>
      check(
        name,
        (value) => ({ on: true, true: true, 1: true, off: false, false: false, 0: false })[value.toLowerCase()],
        'on or off',
      ),
    oneOf: (name: string, values: string[]) =>
      check(name, (value) => values.find((candidate) => candidate === value), `one of ${values.join(', ')}`),
    share: (name: string) =>
      check(
        name,
        (value) => (/^(0?\.\d{1,18}|[01](\.0{1,18})?)$/.test(value) ? Number(value) : undefined),
        'a number from 0 to 1',
      ),
    host: (name: string) =>
      check(
        name,
        (value) => (/^[a-z0-9]([a-z0-9.-]*[a-z0-9])?(:\d+)?$/.test(value) ? value : undefined),
        'a host name in lower case, such as auth.example.com',
      ),
    issuer: (name: string) =>
      check(
        name,
        (value) =>
          value.includes('{poolId}') && URL.canParse(value.replace('{poolId}', 'x').replace('{region}', 'y'))
            ? value
            : undefined,
        'a URL with {poolId} in it, such as https://id.example.com/{poolId}',
      ),
    destinations: (name: string) =>
      check(
        name,
        (value) => {
          const all = value.split(',').map((one) => one.trim())
          return all.every((one) => one === 'stdout' || /^arn:[\w-]+:(logs|s3|firehose):[^,\s]+$/.test(one))
            ? all
            : undefined
        },
        'stdout, or ARNs of log groups, buckets or delivery streams, separated by commas',
      ),
    endpoint: (name: string) =>
      check(
        name,
        (value) => {
          const plain = value.replaceAll('{service}', 'x').replaceAll('{region}', 'y')
          return URL.canParse(plain) && /^https?:$/.test(new URL(plain).protocol) ? value.replace(/\/$/, '') : undefined
        },
        'a URL, such as https://{service}.{region}.amazonaws.com',
      ),
    key: (name: string) => check(name, aesKey, '32 bytes in base64 (openssl rand -base64 32)'),
    /** A JSON object, each value of which must parse. */
    map: <T>(name: string, parse: (value: unknown) => T | undefined, wanted: string) =>
      check(name, (value) => parseMap(value, parse), wanted),
    proxies: (name: string) =>
      check<number | string[]>(
        name,
        (value) => {
          if (/^\d{1,2}$/.test(value)) return +value
          const ranges = value.split(',').map((range) => range.trim())
          return ranges.every(isAddressOrRange) ? ranges : undefined
        },
        'a number of proxy hops, or addresses and CIDR ranges separated by commas',
      ),
    androidOrigins: (name: string) =>
      check(
        name,
        (value) => {
          const origins = value.split(',').map((origin) => origin.trim())
          return origins.every((origin) => /^android:apk-key-hash:[A-Za-z0-9_-]{43}$/.test(origin))
            ? origins
            : undefined
        },
        'like android:apk-key-hash:SHA256_OF_THE_CERTIFICATE in base64url, several separated by commas',
      ),
    credentials(mode: 'dev' | 'serve'): Credentials[] {
      const accessKeyId = text('POOLHOUSE_ACCESS_KEY_ID')
      const secretAccessKey = text('POOLHOUSE_SECRET_ACCESS_KEY')
      if (accessKeyId && !/^[A-Za-z0-9_]{3,128}$/.test(accessKeyId))
        problems.push('POOLHOUSE_ACCESS_KEY_ID must be 3 to 128 letters, digits or underscores')
      if (mode === 'serve' && secretAccessKey && secretAccessKey.length < 16)
        problems.push('POOLHOUSE_SECRET_ACCESS_KEY must have at least 16 characters')
      if (mode === 'dev' && !accessKeyId !== !secretAccessKey)
        problems.push('POOLHOUSE_ACCESS_KEY_ID and POOLHOUSE_SECRET_ACCESS_KEY must be set together')
      if (accessKeyId && secretAccessKey) return [{ accessKeyId, secretAccessKey }]
      return mode === 'dev' ? [{ accessKeyId: 'local', secretAccessKey: 'local' }] : []
    },
  }
}

function parseMap<T>(text: string, parse: (value: unknown) => T | undefined): Record<string, T> | undefined {
  try {
    const parsed: unknown = JSON.parse(text)
    if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed)) return undefined
    const entries = Object.entries(parsed).map(([key, value]) => [key, parse(value)] as const)
    return entries.every(([, value]) => value !== undefined)
      ? (Object.fromEntries(entries) as Record<string, T>)
      : undefined
  } catch {
    return undefined
  }
}

function isAddressOrRange(range: string): boolean {
  const [address, bits, ...rest] = range.split('/')
  const family = isIP(address ?? '')
  if (!family || rest.length > 0) return false
  return bits === undefined || (/^\d{1,3}$/.test(bits) && +bits <= (family === 4 ? 32 : 128))
}
