import { roleArn } from '../administration/principals/principal.ts'
import type { Config } from '../config.ts'
import { StsError } from './sts-error.ts'

/** A member that isn't what it must be. */
export const invalid = (member: string, wanted: string) =>
  new StsError('ValidationError', `${member} must be ${wanted}.`)

const minSeconds = 900
const maxSeconds = 12 * 3600

/** Of the ARN, which has to be of a role of this installation, to the letter. */
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

/** What would narrow the credentials, or ask for more proof, must not be passed over. @throws StsError */
export function refuseUnsupported(form: URLSearchParams): void {
  const unsupported = ['Policy', 'SerialNumber', 'TokenCode', 'ExternalId', 'SourceIdentity', 'ProviderId']
  const found = [...form.keys()].find(
    (name) => unsupported.includes(name) || /^(PolicyArns|Tags|TransitiveTagKeys|ProvidedContexts)\b/.test(name),
  )
  if (found === undefined) return
  if (/^Policy/.test(found)) throw new StsError('ValidationError', 'Session policies are not supported.')
  throw new StsError('ValidationError', `${found} is not supported.`)
}
