/** The command of a shell that makes a call: the AWS CLI for user pools, curl for our own operations. */
import type { Call } from './journal.ts'

interface Server {
  url: string
  region: string
}

export function commandOf({ service, operation, input }: Call, server: Server): string {
  return service === 'cognito-idp' ? awsCommand(operation, input, server) : curlCommand(operation, input, server)
}

function awsCommand(operation: string, input: object, { url, region }: Server): string {
  const given = Object.entries(input).filter(([, value]) => value !== undefined)
  const options = given.map(([name, value]) => `--${kebab(name)}${value === true ? '' : ` ${argument(value)}`}`)
  // A switch that is off has a name of its own.
  const switched = options.map((option) => option.replace(/^--(\S+) false$/, '--no-$1'))
  return [`aws cognito-idp ${kebab(operation)}`, ...switched, `--region ${region}`, `--endpoint-url ${url}`].join(
    ' \\\n  ',
  )
}

const curlCommand = (operation: string, input: object, { url, region }: Server) =>
  [
    `curl ${url}/`,
    `--aws-sigv4 aws:amz:${region}:poolhouse`,
    '--user "$AWS_ACCESS_KEY_ID:$AWS_SECRET_ACCESS_KEY"',
    "--header 'content-type: application/x-amz-json-1.1'",
    `--header 'x-amz-target: Poolhouse.${operation}'`,
    `--data ${quote(JSON.stringify(input))}`,
  ].join(' \\\n  ')

/** As the AWS CLI names operations and options. */
export const kebab = (name: string): string =>
  name
    .replace(/MFA(?=[A-Z]|$)/g, 'Mfa')
    .replace(/CSS/g, 'Css')
    .replace(/URLs/g, 'Urls')
    .replace(/URL/g, 'Url')
    .replace(/([a-z\d])([A-Z])/g, '$1-$2')
    .replace(/([A-Z]+)([A-Z][a-z])/g, '$1-$2')
    .toLowerCase()

const argument = (value: unknown): string => quote(typeof value === 'object' ? JSON.stringify(value) : String(value))

/** Safe in any POSIX shell, whatever is in it. */
const quote = (text: string): string => (/^[\w@%+:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`)
