import { roleArn } from '../administration/principals/principal.ts'
import type { Config } from '../config.ts'
import { StsError } from './sts-error.ts'

/** An invalid member. */
export const invalid = (member: string, wanted: string) =>
  new StsError('ValidationError', `${member} must be ${wanted}.`)

const minSeconds = 900
const maxSeconds = 12 * 3600

/** The role's name from the ARN, which has to be exactly one of this installation. */
export function readRoleName(config: Config, form: URLSearchParams): string {
  const arn = form.get('RoleArn') ?? ''
  const prefix = roleArn(config, '')
  const roleName = arn.startsWith(prefix) ? arn.slice(prefix.length) : ''
  if (!/^[\w+=,.@-]{1,64}$/.test(roleName)) throw invalid('RoleArn', `the ARN of a role, such as ${prefix}help-desk`)
  return roleName
}

export function readSessionName(form: URLSearchParams): string {
  const name = form.get('RoleSessionName') ?? ''
  if (!/^[\w+=,.@-]{2,64}$/.test(name)) throw invalid('RoleSessionName', '2 to 64 of letters, digits and +=,.@-_')
  return name
}

export function readSeconds(form: URLSearchParams, max = maxSeconds): number {
  const seconds = Number(form.get('DurationSeconds') ?? '3600')
  if (!Number.isInteger(seconds) || seconds < minSeconds || seconds > max)
    throw invalid('DurationSeconds', `${minSeconds} to ${max}`)
  return seconds
}

/** Members that would restrict the credentials, or demand more proof, must not be ignored silently. @throws StsError */
export function refuseUnsupported(form: URLSearchParams): void {
  const unsupported = ['Policy', 'SerialNumber', 'TokenCode', 'ExternalId', 'SourceIdentity', 'ProviderId']
  const found = [...form.keys()].find(
    (name) => unsupported.includes(name) || /^(PolicyArns|Tags|TransitiveTagKeys|ProvidedContexts)\b/.test(name),
  )
  if (found === undefined) return
  if (/^Policy/.test(found)) throw new StsError('ValidationError', 'Session policies are not supported.')
  throw new StsError('ValidationError', `${found} is not supported.`)
}
