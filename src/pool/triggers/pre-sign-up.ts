import type { AttributeType } from '@aws-sdk/client-cognito-identity-provider'
import type { Context } from '../../context.ts'
import type { Pool } from '../pools/pool.ts'
import { callTrigger } from './call-trigger.ts'
import { type ClientMetadata, triggerEvent } from './event.ts'
import { flagIn } from './response.ts'

export interface NewAccount {
  source: 'PreSignUp_SignUp' | 'PreSignUp_AdminCreateUser' | 'PreSignUp_ExternalProvider'
  userName: string
  clientId?: string
  attributes: Record<string, string>
  validationData?: AttributeType[]
  clientMetadata?: ClientMetadata
}

export interface PreSignUpDecision {
  autoConfirmUser: boolean
  autoVerifyEmail: boolean
  autoVerifyPhone: boolean
}

/** Called before the user is created, and may refuse that. Its decisions don't apply to administrators. */
export async function preSignUp(ctx: Context, pool: Pool, account: NewAccount): Promise<PreSignUpDecision> {
  const { attributes: userAttributes, validationData, clientMetadata } = account
  const response = await callTrigger(ctx, pool, 'PreSignUp', () =>
    triggerEvent(
      ctx,
      pool,
      account,
      { userAttributes, validationData: validationMap(validationData), clientMetadata },
      { autoConfirmUser: false, autoVerifyEmail: false, autoVerifyPhone: false },
    ),
  )
  return {
    autoConfirmUser: flagIn(response?.autoConfirmUser),
    autoVerifyEmail: flagIn(response?.autoVerifyEmail),
    autoVerifyPhone: flagIn(response?.autoVerifyPhone),
  }
}

function validationMap(data: AttributeType[] = []): Record<string, string> | null {
  return data.length > 0 ? Object.fromEntries(data.map(({ Name, Value }) => [Name!, Value ?? ''])) : null
}
