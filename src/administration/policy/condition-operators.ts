import { BlockList, isIP } from 'node:net'
import { isAddressRange } from '../../lib/address-ranges.ts'
import { matchesArn, parseArnPattern } from './arn-pattern.ts'
import { matchesPattern, type PatternForm, parsePattern, type Resolve } from './glob.ts'

/** Whether a value of the request matches a value of the policy. */
export type Test = (value: string, resolve: Resolve) => boolean

export interface Operator {
  /** True if a value must match none of the policy's. */
  isNegated: boolean
  /** Undefined if the policy's value is not one of the operator's type. @throws PatternError */
  compile(wanted: string, form: PatternForm): Test | undefined
}

const text = (wildcards: boolean, fold = (value: string) => value) =>
  ((wanted, form) => {
    const pattern = parsePattern(wanted, { ...form, wildcards })
    const folded = {
      ...pattern,
      tokens: pattern.tokens.map((token) => (token.kind === 'text' ? { ...token, text: fold(token.text) } : token)),
    }
    const foldedResolve =
      (resolve: Resolve): Resolve =>
      (key) => {
        const found = resolve(key)
        return found === undefined ? undefined : fold(found)
      }
    return (value, resolve) => matchesPattern(folded, fold(value), foldedResolve(resolve))
  }) satisfies Operator['compile']

const lower = (value: string) => value.toLowerCase()

const arn: Operator['compile'] = (wanted, form) => {
  const pattern = parseArnPattern(wanted, { ...form, wildcards: true })
  return pattern && ((value, resolve) => matchesArn(pattern, value, resolve))
}

const bool: Operator['compile'] = (wanted) =>
  /^(true|false)$/i.test(wanted) ? (value) => lower(value) === lower(wanted) : undefined

const compared =
  (
    parse: (value: string) => number | undefined,
    holds: (value: number, wanted: number) => boolean,
  ): Operator['compile'] =>
  (wanted) => {
    const limit = parse(wanted)
    if (limit === undefined) return undefined
    return (value) => {
      const number = parse(value)
      return number !== undefined && holds(number, limit)
    }
  }

const number = (value: string): number | undefined =>
  /^[+-]?\d{1,15}(\.\d{1,15})?$/.test(value) ? Number(value) : undefined

/** A date of ISO 8601, or seconds since 1970. */
function date(value: string): number | undefined {
  if (/^\d{1,12}$/.test(value) && value.length > 4) return Number(value) * 1000
  if (!/^\d{4}(-\d\d(-\d\d(T\d\d:\d\d(:\d\d(\.\d{1,9})?)?(Z|[+-]\d\d:?\d\d)?)?)?)?$/.test(value)) return undefined
  const time = Date.parse(
    value.includes('T') && /\d$/.test(value) && !/[+-]\d\d:?\d\d$/.test(value.slice(10)) ? `${value}Z` : value,
  )
  return Number.isNaN(time) ? undefined : time
}

const address: Operator['compile'] = (wanted) => {
  const range = isIP(wanted) ? `${wanted}/${isIP(wanted) === 4 ? 32 : 128}` : wanted
  if (!isAddressRange(range)) return undefined
  const [base = '', bits] = range.split('/')
  const list = new BlockList()
  list.addSubnet(base, Number(bits), isIP(base) === 6 ? 'ipv6' : 'ipv4')
  return (value) => {
    const family = isIP(value)
    return family !== 0 && list.check(value, family === 6 ? 'ipv6' : 'ipv4')
  }
}

const is = (compile: Operator['compile']): Operator => ({ isNegated: false, compile })
const isNot = (compile: Operator['compile']): Operator => ({ isNegated: true, compile })

const ordered = (name: 'Numeric' | 'Date', parse: (value: string) => number | undefined): [string, Operator][] => [
  [`${name}Equals`, is(compared(parse, (value, wanted) => value === wanted))],
  [`${name}NotEquals`, isNot(compared(parse, (value, wanted) => value === wanted))],
  [`${name}LessThan`, is(compared(parse, (value, wanted) => value < wanted))],
  [`${name}LessThanEquals`, is(compared(parse, (value, wanted) => value <= wanted))],
  [`${name}GreaterThan`, is(compared(parse, (value, wanted) => value > wanted))],
  [`${name}GreaterThanEquals`, is(compared(parse, (value, wanted) => value >= wanted))],
]

/** By name, except `Null`, which only tests whether the key is present. */
export const operators: ReadonlyMap<string, Operator> = new Map<string, Operator>([
  ['StringEquals', is(text(false))],
  ['StringNotEquals', isNot(text(false))],
  ['StringEqualsIgnoreCase', is(text(false, lower))],
  ['StringNotEqualsIgnoreCase', isNot(text(false, lower))],
  ['StringLike', is(text(true))],
  ['StringNotLike', isNot(text(true))],
  ['ArnEquals', is(arn)],
  ['ArnLike', is(arn)],
  ['ArnNotEquals', isNot(arn)],
  ['ArnNotLike', isNot(arn)],
  ['Bool', is(bool)],
  ...ordered('Numeric', number),
  ...ordered('Date', date),
  ['IpAddress', is(address)],
  ['NotIpAddress', isNot(address)],
])
