import type { Config } from '../../config.ts'
import type { SignInCaller } from '../../context.ts'
import { redact } from '../../model/redact.ts'
import type { SignInAttempt } from '../../model/snapshots.ts'
import type { Principal } from '../principals/principal.ts'
import { roleArn } from '../principals/principal.ts'

/** A call as the audit sees it. */
export interface AuditedCall {
  /** Such as `cognito-idp`. */
  service: string
  operation: { name: string; input: string; output: string | null }
  principal: Principal
  poolId: string | undefined
  region: string
  clientAddress: string
  userAgent: string | undefined
  requestId: string
}

export interface Event {
  id: string
  time: Date
  call: AuditedCall
  /** A validated input without its secrets, as JSON; absent for a call that was refused before. */
  parameters?: string
  userSub?: string
}

export type Outcome = { output: unknown } | { error: { type: string; message?: string } }

const reading = /^(Admin)?(Describe|Get|List)|^(LookupEvents|VerifyEvents)$/

export const isReadOnly = (operation: string): boolean => reading.test(operation)

/** The max size of a call's parameters or results. */
const maxElements = 32_768

/** The part of a record that is known before the outcome, as a JSON object for `completeRecord` to complete. */
export function openRecord(config: Config, { id, time, call, parameters }: Event): string {
  const { operation, principal, poolId } = call
  const facts = JSON.stringify({
    eventVersion: '1.11',
    userIdentity: identity(config, principal),
    eventTime: `${time.toISOString().slice(0, 19)}Z`,
    eventSource: `${call.service}.amazonaws.com`,
    eventName: operation.name,
    awsRegion: call.region,
    sourceIPAddress: call.clientAddress,
    userAgent: call.userAgent?.slice(0, 256),
    requestID: call.requestId,
    eventID: id,
    readOnly: isReadOnly(operation.name),
    ...(poolId !== undefined && {
      resources: [
        {
          accountId: config.accountId,
          type: 'AWS::Cognito::UserPool',
          ARN: `arn:aws:cognito-idp:${call.region}:${config.accountId}:userpool/${poolId}`,
        },
      ],
    }),
    eventType: 'AwsApiCall',
    managementEvent: true,
    recipientAccountId: config.accountId,
  })
  return `${facts.slice(0, -1)},"requestParameters":${parameters ?? 'null'}}`
}

/** A record in CloudTrail's format. Users appear in it only by their sub. */
export function completeRecord(open: string, operation: AuditedCall['operation'], outcome: Outcome, userSub?: string) {
  const hasResult = 'output' in outcome && operation.output !== null && !isReadOnly(operation.name)
  const result = hasResult ? elements(operation.output!, outcome.output) : 'null'
  const others = JSON.stringify({
    ...('error' in outcome && { errorCode: outcome.error.type, errorMessage: outcome.error.message }),
    ...(userSub !== undefined && { additionalEventData: { sub: userSub } }),
  }).slice(1)
  return `${open.slice(0, -1)},"responseElements":${result}${others === '}' ? '' : ','}${others}`
}

/**
 * A sign-in of an operator, in the form of a console sign-in in CloudTrail. It leaves out the typed name, which may be
 * a password typed into the wrong field.
 */
export function signInRecord(
  config: Config,
  { id, time }: Pick<Event, 'id' | 'time'>,
  { clientAddress, userAgent, requestId }: SignInCaller,
  { pool, clientId, signedIn, error }: SignInAttempt,
  userSub: string | undefined,
): { record: string; principal: string } {
  const { accountId, region } = config
  const poolArn = `arn:aws:cognito-idp:${region}:${accountId}:userpool/${pool.id}`
  const arn = `${poolArn}/user/${userSub ?? 'unknown'}`
  const record = JSON.stringify({
    eventVersion: '1.11',
    userIdentity: { type: 'WebIdentityUser', principalId: userSub ?? 'unknown', arn, accountId, userName: userSub },
    eventTime: `${time.toISOString().slice(0, 19)}Z`,
    eventSource: 'signin.amazonaws.com',
    eventName: 'ConsoleLogin',
    awsRegion: region,
    sourceIPAddress: clientAddress,
    userAgent: userAgent?.slice(0, 256),
    ...(error && { errorCode: error, errorMessage: 'Failed authentication' }),
    requestParameters: null,
    responseElements: { ConsoleLogin: signedIn ? 'Success' : 'Failure' },
    additionalEventData: {
      sub: userSub,
      clientId,
      ...(signedIn && { MFAUsed: signedIn.hasMultiFactor ? 'Yes' : 'No' }),
    },
    requestID: requestId,
    eventID: id,
    readOnly: false,
    resources: [{ accountId, type: 'AWS::Cognito::UserPool', ARN: poolArn }],
    eventType: 'AwsConsoleSignIn',
    managementEvent: true,
    recipientAccountId: accountId,
  })
  return { record, principal: arn }
}

function identity(config: Config, principal: Principal): object {
  const { kind, arn, accessKeyId, userId, roleName, operatorSub, hasMultiFactor } = principal
  const { accountId } = config
  if (kind === 'root' || roleName === undefined)
    return { type: 'Root', principalId: userId, arn, accountId, accessKeyId }
  return {
    type: 'AssumedRole',
    principalId: userId,
    arn,
    accountId,
    accessKeyId,
    ...(operatorSub !== undefined && { onBehalfOf: { userId: operatorSub } }),
    sessionContext: {
      sessionIssuer: {
        type: 'Role',
        principalId: roleName,
        arn: roleArn(config, roleName),
        accountId,
        userName: roleName,
      },
      attributes: { mfaAuthenticated: String(hasMultiFactor ?? false) },
    },
  }
}

/** The input of a call as records show it: in the note before the call and in the record after it. */
export const requestParameters = (operation: AuditedCall['operation'], input: object): string =>
  elements(operation.input, input)

/** In addition to the model's sensitive members: secrets, and names or addresses of users. */
const hiddenMembers =
  /^(ClientMetadata|ContextData|Filter|ProviderAttributeValue|Session|NextToken|PaginationToken)$|secret|password|private.?key/i

/** Numbers and settings under these names reveal nothing. */
const isHidden = (name: string, value: unknown) =>
  hiddenMembers.test(name) && (typeof value === 'string' || /^(ClientMetadata|ContextData)$/.test(name))

function elements(shape: string, value: unknown): string {
  const text = JSON.stringify(redact(shape, value), (name, member) => (isHidden(name, member) ? '***' : member))
  return text === undefined
    ? 'null'
    : text.length > maxElements
      ? JSON.stringify({ omitted: `${text.length} characters` })
      : text
}
