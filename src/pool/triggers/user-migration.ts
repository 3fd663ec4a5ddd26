import type { Context } from '../../context.ts'
import type { Client } from '../clients/client.ts'
import type { Pool } from '../pools/pool.ts'
import { callTrigger } from './call-trigger.ts'
import { type ClientMetadata, triggerEvent } from './event.ts'
import { flagIn, listIn, textIn, textsIn } from './response.ts'

export interface MigrationRequest {
  source: 'UserMigration_Authentication' | 'UserMigration_ForgotPassword'
  pool: Pool
  client: Client
  typed: string
  password?: string
  validationData?: ClientMetadata
  clientMetadata?: ClientMetadata
}

export interface MigratedUser {
  attributes: Record<string, string>
  status: 'CONFIRMED' | 'RESET_REQUIRED'
  suppressMessage: boolean
  mediums?: string[]
  forceAliasCreation: boolean
  enableSmsMfa: boolean
}

/** The user of another directory for a name that is unknown here; undefined where there is none. */
export async function userMigration(ctx: Context, request: MigrationRequest): Promise<MigratedUser | undefined> {
  const { source, pool, client, typed, password, validationData, clientMetadata } = request
  const response = await callTrigger(ctx, pool, 'UserMigration', () =>
    triggerEvent(
      ctx,
      pool,
      { source, userName: typed, clientId: client.id },
      { password, validationData: validationData ?? null, userAttributes: null, clientMetadata },
      {
        userAttributes: null,
        forceAliasCreation: null,
        enableSMSMFA: null,
        finalUserStatus: null,
        messageAction: null,
        desiredDeliveryMediums: null,
      },
    ),
  )
  const attributes = textsIn(response?.userAttributes)
  if (!response || !attributes) return undefined
  return {
    attributes,
    status: textIn(response.finalUserStatus) === 'CONFIRMED' ? 'CONFIRMED' : 'RESET_REQUIRED',
    suppressMessage: textIn(response.messageAction) === 'SUPPRESS',
    mediums: listIn(response.desiredDeliveryMediums),
    forceAliasCreation: flagIn(response.forceAliasCreation),
    enableSmsMfa: flagIn(response.enableSMSMFA),
  }
}
