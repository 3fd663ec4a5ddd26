import { keySealOf } from './administration/principals/find-principal.ts'
import { messageSeal } from './delivery/message.ts'
import { type RecordModel, sealOf as recordSeal } from './oauth/record.ts'
import { clientSecretSeal } from './pool/clients/client-store.ts'
import { deviceVerifierPlace } from './pool/devices/device.ts'
import { samlSessionSeal } from './pool/federation/saml-session-store.ts'
import { type TripKind, tripSeal } from './pool/federation/trip-store.ts'
import { providerSeal } from './pool/identity-providers/provider-store.ts'
import { samlKeySeal } from './pool/identity-providers/saml-key.ts'
import { fileKeySeal } from './pool/import/import-file.ts'
import { secretPlace } from './pool/mfa/software-token.ts'
import { streamHeaderSeal } from './pool/notices/event-stream.ts'
import { pingSeal } from './pool/notices/ping.ts'
import { verifierPlace } from './pool/passwords/password.ts'
import { signInSeal } from './pool/sign-in/session.ts'
import { signingKeySeal } from './pool/tokens/signing-keys.ts'
import type { SealedColumn, SealedRow } from './store/sealed-store.ts'

/** A column of values sealed with the master key, and the context that a row's value is sealed with. */
export interface SealedValues extends SealedColumn {
  placeOf(row: SealedRow): string
}

const column = (
  name: string,
  key: readonly string[],
  placeOf: (...values: never[]) => string,
  used: readonly string[] = key,
): SealedValues => {
  const [table = '', column = ''] = name.split('.')
  return { table, column, key, placeOf: (row) => placeOf(...(used.map((each) => row[each]) as never[])) }
}

const ofUser = ['pool_id', 'user_id']

/** All of them: values of a column missing here would be lost in a key rotation. */
export const sealedColumns: readonly SealedValues[] = [
  column('spare_signing_keys.private_sealed', ['kid'], signingKeySeal),
  column('signing_keys.private_sealed', ['pool_id', 'kid'], signingKeySeal, ['kid']),
  column('access_keys.secret_sealed', ['id'], keySealOf),
  column('event_streams.header_sealed', ['pool_id', 'id'], streamHeaderSeal),
  column('client_secrets.secret_sealed', ['pool_id', 'client_id', 'id'], clientSecretSeal),
  column('identity_providers.secrets_sealed', ['pool_id', 'name'], providerSeal),
  column('saml_keys.private_sealed', ['pool_id', 'provider_name'], samlKeySeal),
  column('passwords.srp_sealed', ofUser, verifierPlace),
  column('mfa_settings.token_sealed', ofUser, secretPlace),
  column('software_token_setups.sealed', ofUser, secretPlace),
  column('devices.srp_sealed', [...ofUser, 'device_key'], (poolId: string, id: string, key: string) =>
    deviceVerifierPlace({ poolId, id }, key),
  ),
  column('sign_ins.sealed', ['pool_id', 'id'], signInSeal),
  column('outbox.sealed', ['pool_id', 'id'], (poolId: string, id: string) => messageSeal({ poolId, id })),
  column('import_jobs.file_key', ['pool_id', 'id', 'upload_id'], (poolId: string, id: string, uploadId: string) =>
    fileKeySeal({ poolId, id }, uploadId),
  ),
  column('notices.sealed', ['pool_id', 'id'], pingSeal),
  column('oauth_records.sealed', ['pool_id', 'model', 'id_hash'], (poolId: string, model: RecordModel, hash: Buffer) =>
    recordSeal({ poolId, model }, hash),
  ),
  column('federation_trips.sealed', ['pool_id', 'kind', 'id_hash'], (poolId: string, kind: TripKind, hash: Buffer) =>
    tripSeal(poolId, kind, hash),
  ),
  column('saml_sessions.sealed', ['pool_id', 'id'], samlSessionSeal),
]
