import type { AuthEventType } from '@aws-sdk/client-cognito-identity-provider'
import type { RiskLevel } from './risk-config.ts'

export type EventKind = 'SignIn' | 'SignUp' | 'ForgotPassword' | 'PasswordChange' | 'ResendCode'
export type EventResponse = 'Pass' | 'Fail' | 'InProgress'

export interface EventRisk {
  decision: 'NoRisk' | 'AccountTakeover' | 'Block'
  level?: RiskLevel
  compromised: boolean
}

export interface EventChallenge {
  ChallengeName: 'Password' | 'Mfa'
  ChallengeResponse: 'Success' | 'Failure'
}

/** Where a request came from. */
export interface EventContext {
  address?: string
  device?: string
  city?: string
  country?: string
}

export interface AuthEvent {
  id: string
  clientId: string | null
  kind: EventKind
  response: EventResponse
  challenges: EventChallenge[]
  /** Absent where this is a further step of something that was assessed before. */
  risk?: EventRisk
  context: EventContext
  /** The identity provider of the sign-in, where it had one. For exported logs only. */
  idpName?: string
  createdAt: Date
  feedback?: { value: 'Valid' | 'Invalid'; provider: string; at: Date }
}

export function eventView(event: AuthEvent): AuthEventType {
  const { risk, context, feedback } = event
  return {
    EventId: event.id,
    EventType: event.kind,
    CreationDate: event.createdAt,
    EventResponse: event.response,
    EventRisk: risk && {
      RiskDecision: risk.decision,
      RiskLevel: risk.decision === 'NoRisk' ? undefined : risk.level,
      CompromisedCredentialsDetected: risk.compromised,
    },
    ChallengeResponses: event.challenges,
    EventContextData: {
      IpAddress: context.address,
      DeviceName: context.device,
      City: context.city,
      Country: context.country,
    },
    EventFeedback: feedback && {
      FeedbackValue: feedback.value,
      Provider: feedback.provider,
      FeedbackDate: feedback.at,
    },
  }
}
