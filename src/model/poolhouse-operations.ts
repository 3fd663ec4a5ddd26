/** The input and output types of our own operations; `poolhouse.json` holds the lengths and patterns. */
import type { ClientExtensions, UserPoolExtensions } from './extensions.ts'

export type ReadyMadePolicy = 'administrator' | 'read-only' | 'help-desk' | 'developer' | 'importer'

export interface Role {
  RoleName: string
  Arn: string
  Description?: string
  /** A policy in IAM's language. */
  PolicyDocument: string
  /** Values of aws:PrincipalTag. */
  Tags: Record<string, string>
  TrustedIssuers: TrustedIssuer[]
  CreationDate: Date
  LastModifiedDate: Date
}

/** An OpenID Connect issuer outside the installation whose tokens can assume the role. */
export interface TrustedIssuer {
  Issuer: string
  /** The token must be for one of these. */
  Audiences: string[]
  /** Claims that the token must have, each with one of these values, in which * and ? are wildcards. */
  Claims: Record<string, string[]>
}

export interface AccessKey {
  AccessKeyId: string
  RoleName: string
  ServiceName: string
  Description?: string
  Status: 'Active' | 'Expired'
  CreationDate: Date
  ExpirationDate?: Date
  /** Accurate to five minutes. */
  LastUsedDate?: Date
}

export interface AuditEvent {
  EventId: string
  EventName: string
  EventTime: Date
  /** The ARN of the caller. */
  Principal: string
  ErrorCode?: string
  /** The record in CloudTrail's format, as JSON. */
  CloudTrailEvent: string
}

export interface AuditFault {
  Chain: string
  Sequence?: number
  Reason: string
}

/** As ListUsers shows users. */
export interface ListedUser {
  Username: string
  Attributes: { Name: string; Value: string }[]
  UserCreateDate: Date
  UserLastModifiedDate: Date
  Enabled: boolean
  UserStatus: string
}

/** As users see it themselves by ListWebAuthnCredentials. */
export interface UserPasskey {
  /** base64url */
  CredentialId: string
  FriendlyCredentialName: string
  RelyingPartyId: string
  CreatedAt: Date
}

/** A key that signs the tokens of a pool. */
export interface SigningKey {
  KeyId: string
  Signs: 'IdTokens' | 'AccessTokens'
  /** Published but not signing yet; signing; or only verifying what it has signed. */
  Status: 'Pending' | 'Active' | 'Verifying'
  CreationDate: Date
  ActivationDate: Date
  RetirementDate?: Date
}

/** Where operators sign in. */
export interface OperatorsPool {
  UserPoolId: string
  /** The public client of the console and of `poolhouse login`. */
  ClientId: string
  Issuer: string
  AuthorizationEndpoint: string
  /** The group whose members are administrators. */
  GroupName: string
  RoleArn: string
}

/** A metric of a pool or client under these dimensions. */
export interface PoolMetric {
  MetricName: string
  Dimensions: Record<string, string>
  /** The start of each period, oldest first. Periods without any count are left out. */
  Timestamps: Date[]
  Values: number[]
}

/** A mail or SMS on its way, delivered or dead, without its content and the recipient's address. */
export interface OutboxMessage {
  MessageId: string
  UserSub?: string
  Medium: 'EMAIL' | 'SMS'
  Kind: string
  Status: 'Waiting' | 'Delivered' | 'Failed'
  Attempts: number
  /** The error of the last failed attempt. */
  Reason?: string
  /** Whether RetryMessages sends it again. */
  Retryable: boolean
  CreationDate: Date
  /** When its content expires. */
  ExpirationDate: Date
  NextAttemptDate?: Date
  FinishDate?: Date
}

export type TestedTrigger =
  | 'PreSignUp'
  | 'PostConfirmation'
  | 'PreAuthentication'
  | 'PostAuthentication'
  | 'DefineAuthChallenge'
  | 'CreateAuthChallenge'
  | 'VerifyAuthChallengeResponse'
  | 'UserMigration'
  | 'PreTokenGeneration'
  | 'CustomMessage'
  | 'InboundFederation'
  | 'CustomEmailSender'
  | 'CustomSMSSender'

/** How a function of a pool did with a sample event. */
export interface TriggerTest {
  FunctionArn: string
  /** The event that it got, as JSON. */
  Event: string
  /** How the call of a user would go on. */
  Result: 'Accepted' | 'Refused' | 'Failed'
  Milliseconds: number
  /** What the function answered as `response`, or all that it answered where there is none. */
  Response?: string
  /** What the caller would get. */
  ErrorType?: string
  ErrorMessage?: string
  /** In dev alone, of functions in a folder: where it threw, and the last lines that it wrote to the console. */
  Stack?: string
  ConsoleOutput?: string[]
}

/** As a pool's settings have them: by code, by link, the invitation, the code of a second factor. */
export type MessageTemplate = 'Verification' | 'VerificationLink' | 'Invitation' | 'SecondFactor'

interface Page {
  MaxResults?: number
  NextToken?: string
}

interface ClientRef {
  UserPoolId: string
  ClientId: string
}

interface Op<I, O = void> {
  input: I
  output: O
}

export interface PoolhouseOperations {
  CreateAccessKey: Op<
    { RoleName: string; ServiceName: string; Description?: string; ExpirationDate?: Date },
    { AccessKey: AccessKey; SecretAccessKey: string }
  >
  /** The address works once, within ten minutes. */
  CreateBrandingPreview: Op<ClientRef, { Url: string }>
  DeleteAccessKey: Op<{ AccessKeyId: string }>
  DeleteRole: Op<{ RoleName: string }>
  DeleteUserPasskey: Op<{ UserPoolId: string; Username: string; CredentialId: string }>
  DescribeRole: Op<{ RoleName: string }, { Role: Role }>
  /** What is absent would be refused by DescribeManagedLoginBrandingByClient and DescribeTermsByClient. */
  GetClientBranding: Op<ClientRef, { ManagedLoginBrandingId?: string; Terms: { TermsId: string; TermsName: string }[] }>
  GetClientExtensions: Op<ClientRef, ClientRef & { Extensions: ClientExtensions }>
  GetUserPoolExtensions: Op<{ UserPoolId: string }, { UserPoolId: string; Extensions: UserPoolExtensions }>
  /** Absent if no pool is marked, or the marked pool is gone. */
  GetOperatorsPool: Op<Record<never, never>, { UserPoolId?: string }>
  GetPoolMetrics: Op<
    { UserPoolId: string; ClientId?: string; StartTime: Date; EndTime: Date; Period: 'HOUR' | 'DAY' },
    { Metrics: PoolMetric[] }
  >
  ListAccessKeys: Op<Page & { RoleName?: string }, { AccessKeys: AccessKey[]; NextToken?: string }>
  /** Which of these actions the caller may perform, on a pool if one is named. */
  ListAllowedActions: Op<{ UserPoolId?: string; Actions: string[] }, { AllowedActions: string[] }>
  ListMessages: Op<
    Page & { UserPoolId: string; Status?: OutboxMessage['Status']; UserSub?: string },
    { Messages: OutboxMessage[]; NextToken?: string }
  >
  /** Returns the ids of the messages that are sent again. */
  RetryMessages: Op<{ UserPoolId: string; MessageIds: string[] }, { MessageIds: string[] }>
  ListRoles: Op<Page, { Roles: Role[]; NextToken?: string }>
  /** The first thousand, by line number; nothing of the lines' content. */
  ListUserImportFailures: Op<
    { UserPoolId: string; JobId: string },
    { Lines: { LineNumber: number; Status: string; Message: string }[] }
  >
  ListUserPasskeys: Op<{ UserPoolId: string; Username: string }, { Passkeys: UserPasskey[] }>
  /** A page may be empty and have a token all the same: each looks at a bounded number of users. */
  ListUsersByAttribute: Op<
    Page & { UserPoolId: string; AttributeName: string; Contains: string },
    { Users: ListedUser[]; NextToken?: string }
  >
  LookupEvents: Op<
    Page & {
      UserPoolId?: string
      Principal?: string
      EventName?: string
      UserSub?: string
      ErrorCode?: string
      StartTime?: Date
      EndTime?: Date
    },
    { Events: AuditEvent[]; NextToken?: string }
  >
  PutClientExtensions: Op<ClientRef & { Extensions: ClientExtensions }, ClientRef & { Extensions: ClientExtensions }>
  PutUserPoolExtensions: Op<
    { UserPoolId: string; Extensions: UserPoolExtensions },
    { UserPoolId: string; Extensions: UserPoolExtensions }
  >
  PutRole: Op<
    {
      RoleName: string
      Description?: string
      PolicyDocument?: string
      ReadyMadePolicy?: ReadyMadePolicy
      /** The pools that a ready-made policy is limited to, if it is of that kind. */
      UserPoolIds?: string[]
      Tags?: Record<string, string>
      TrustedIssuers?: TrustedIssuer[]
    },
    { Role: Role }
  >
  /** What is saved is sent, with made-up values, in one attempt. */
  SendTestMessage: Op<
    { UserPoolId: string; Template: MessageTemplate; Medium: OutboxMessage['Medium']; Address: string },
    { Status: 'Delivered' | 'Failed'; Reason?: string }
  >
  SetOperatorsPool: Op<{ UserPoolId: string }, { UserPoolId: string }>
  GetAuditCheckpoint: Op<{ NextToken?: string }, { Checkpoint: string; NextToken?: string }>
  ListSigningKeys: Op<{ UserPoolId: string }, { SigningKeys: SigningKey[] }>
  RevokeSigningKey: Op<{ UserPoolId: string; KeyId: string }, { SigningKeys: SigningKey[] }>
  RotateSigningKeys: Op<{ UserPoolId: string }, { SigningKeys: SigningKey[] }>
  SetUpOperators: Op<
    {
      /** The operator who becomes an administrator. */
      Email?: string
      /** How a new operator receives the first password: by mail, or in the response to this call. */
      Invitation?: 'SEND' | 'SHOW_PASSWORD'
      /** The domain of the pool; without one, operators sign in below the public URL. */
      DomainPrefix?: string
    },
    OperatorsPool & { TemporaryPassword?: string }
  >
  /** The event is a sample. Members of `Event`, as JSON, take the place of its own: userName, triggerSource, callerContext, request. */
  TestTrigger: Op<{ UserPoolId: string; Trigger: TestedTrigger; Event?: string }, TriggerTest>
  VerifyEvents: Op<
    { NextToken?: string /** Whether it still holds, in the place of the chains. */; Checkpoint?: string },
    { VerifiedEvents: number; Faults: AuditFault[]; NextToken?: string }
  >
}
