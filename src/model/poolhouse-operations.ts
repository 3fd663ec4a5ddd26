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

/** An issuer of OpenID Connect outside of the installation, whose tokens are good for a role. */
export interface TrustedIssuer {
  Issuer: string
  /** One of which the token must be for. */
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
  /** Exact to five minutes. */
  LastUsedDate?: Date
}

export interface AuditEvent {
  EventId: string
  EventName: string
  EventTime: Date
  /** The ARN of who called. */
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

/** A key that signs the tokens of a pool. */
export interface SigningKey {
  KeyId: string
  Signs: 'IdTokens' | 'AccessTokens'
  /** Published and not signing yet; signing; or verifying what it has signed. */
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

/** What was counted in a pool, or of a client, under these dimensions. */
export interface PoolMetric {
  MetricName: string
  Dimensions: Record<string, string>
  /** When each period began, the oldest first. Periods in which nothing was counted are left out. */
  Timestamps: Date[]
  Values: number[]
}

/** A mail or SMS on its way, or at its end. Nothing of what it says, and nobody's address. */
export interface OutboxMessage {
  MessageId: string
  UserSub?: string
  Medium: 'EMAIL' | 'SMS'
  Kind: string
  Status: 'Waiting' | 'Delivered' | 'Failed'
  Attempts: number
  /** Of the last attempt that failed. */
  Reason?: string
  /** Whether RetryMessages sends it again. */
  Retryable: boolean
  CreationDate: Date
  /** When what it says is over. */
  ExpirationDate: Date
  NextAttemptDate?: Date
  FinishDate?: Date
}

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
  /** The address is good once, within ten minutes. */
  CreateBrandingPreview: Op<ClientRef, { Url: string }>
  DeleteAccessKey: Op<{ AccessKeyId: string }>
  DeleteRole: Op<{ RoleName: string }>
  DescribeRole: Op<{ RoleName: string }, { Role: Role }>
  GetClientExtensions: Op<ClientRef, ClientRef & { Extensions: ClientExtensions }>
  GetUserPoolExtensions: Op<{ UserPoolId: string }, { UserPoolId: string; Extensions: UserPoolExtensions }>
  /** Absent until one is marked, or once it is gone. */
  GetOperatorsPool: Op<Record<never, never>, { UserPoolId?: string }>
  GetPoolMetrics: Op<
    { UserPoolId: string; ClientId?: string; StartTime: Date; EndTime: Date; Period: 'HOUR' | 'DAY' },
    { Metrics: PoolMetric[] }
  >
  ListAccessKeys: Op<Page & { RoleName?: string }, { AccessKeys: AccessKey[]; NextToken?: string }>
  /** Which of these actions the caller may do, about a pool where one is named. */
  ListAllowedActions: Op<{ UserPoolId?: string; Actions: string[] }, { AllowedActions: string[] }>
  ListMessages: Op<
    Page & { UserPoolId: string; Status?: OutboxMessage['Status']; UserSub?: string },
    { Messages: OutboxMessage[]; NextToken?: string }
  >
  /** Tells those that are under way again. */
  RetryMessages: Op<{ UserPoolId: string; MessageIds: string[] }, { MessageIds: string[] }>
  ListRoles: Op<Page, { Roles: Role[]; NextToken?: string }>
  /** The first thousand, by their numbers in the file; nothing of what stood in them. */
  ListUserImportFailures: Op<
    { UserPoolId: string; JobId: string },
    { Lines: { LineNumber: number; Status: string; Message: string }[] }
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
      /** The pools that a ready-made policy is about, where it is about some. */
      UserPoolIds?: string[]
      Tags?: Record<string, string>
      TrustedIssuers?: TrustedIssuer[]
    },
    { Role: Role }
  >
  SetOperatorsPool: Op<{ UserPoolId: string }, { UserPoolId: string }>
  GetAuditCheckpoint: Op<{ NextToken?: string }, { Checkpoint: string; NextToken?: string }>
  ListSigningKeys: Op<{ UserPoolId: string }, { SigningKeys: SigningKey[] }>
  RevokeSigningKey: Op<{ UserPoolId: string; KeyId: string }, { SigningKeys: SigningKey[] }>
  RotateSigningKeys: Op<{ UserPoolId: string }, { SigningKeys: SigningKey[] }>
  SetUpOperators: Op<
    {
      /** Of an operator who becomes an administrator. */
      Email?: string
      /** How a new operator learns the first password: by mail, or from the answer to this call. */
      Invitation?: 'SEND' | 'SHOW_PASSWORD'
      /** Of the pool's own domain; without one, operators sign in below the public URL. */
      DomainPrefix?: string
    },
    OperatorsPool & { TemporaryPassword?: string }
  >
  VerifyEvents: Op<
    { NextToken?: string /** Whether it still holds, in the place of the chains. */; Checkpoint?: string },
    { VerifiedEvents: number; Faults: AuditFault[]; NextToken?: string }
  >
}
