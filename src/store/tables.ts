import type { ColumnType, Generated, JSONColumnType } from 'kysely'
import type { StreamSettings, StreamStatus } from '../model/event-stream.ts'
import type { ClientExtensions, UserPoolExtensions } from '../model/extensions.ts'
import type { TrustedIssuer } from '../model/poolhouse-operations.ts'
import type {
  ClientSettings,
  DomainSettings,
  PoolSettings,
  RegionalSettings,
  ResourceServerScope,
  SideSettings,
} from '../model/settings.ts'
import type { Registration } from '../model/snapshots.ts'

type Jsonb<T> = ColumnType<T, T, T>
type Derived<T> = ColumnType<T, never, never>

export interface Tables {
  installation: { key: string; value: Buffer }
  spare_signing_keys: { kid: string; public_jwk: Jsonb<PublicJwk>; private_sealed: Buffer; created_at: Date }

  pool_metrics: {
    pool_id: string
    client_id: string
    metric: string
    dimensions: string
    hour: Date
    value: string
    expires_at: Date
  }
  audit_chains: { chain: string; sequence: string; hash: Buffer; pruned_sequence: string; pruned_hash: Buffer }
  audit_records: {
    chain: string
    sequence: string
    event_id: string
    event_time: Date
    event_name: string
    principal: string
    user_sub: string | null
    error_code: string | null
    record: string
    hash: Buffer
  }
  audit_intents: {
    event_id: string
    chain: string
    user_sub: string | null
    record: string
    event_time: Date
    event_name: string
    principal: string
  }
  roles: {
    name: string
    name_key: string
    description: string | null
    policy: string
    tags: Jsonb<Record<string, string>>
    trusted_issuers: Jsonb<TrustedIssuer[]>
    revision: Generated<string>
    created_at: Date
    updated_at: Date
  }
  access_keys: {
    id: string
    role_name: string
    service: string
    description: string | null
    secret_sealed: Buffer
    created_at: Date
    expires_at: Date | null
    last_used_at: Date | null
  }

  pools: {
    id: string
    name: string
    settings: Jsonb<PoolSettings>
    side_settings: ColumnType<SideSettings, SideSettings | undefined, SideSettings>
    extensions: ColumnType<UserPoolExtensions, UserPoolExtensions | undefined, UserPoolExtensions>
    revision: Generated<number>
    created_at: Date
    updated_at: Date
  }
  signing_keys: {
    pool_id: string
    kid: string
    use: 'id' | 'access'
    public_jwk: Jsonb<PublicJwk>
    private_sealed: Buffer
    created_at: Date
    active_from: Date
    retired_at: Date | null
  }
  clients: {
    pool_id: string
    id: string
    name: string
    settings: Jsonb<ClientSettings>
    revision: Generated<number>
    needs_consent: Generated<boolean>
    extensions: ColumnType<ClientExtensions, ClientExtensions | undefined, ClientExtensions>
    document_url: string | null
    registration: ColumnType<Registration | null, Registration | undefined, Registration | null>
    created_at: Date
    updated_at: Date
  }
  client_consents: { pool_id: string; user_id: string; client_id: string; scopes: string[]; created_at: Date }
  client_secrets: { pool_id: string; client_id: string; id: string; secret_sealed: Buffer; created_at: Date }
  caller_balances: {
    kind: string
    caller_hash: Buffer
    remaining: number
    capacity: number
    rate: number
    filled_at: Date
    expires_at: Date
  }
  notices: {
    pool_id: string
    id: string
    notice: Jsonb<unknown>
    sealed: Buffer | null
    attempts: Generated<number>
    next_attempt_at: Date
    created_at: Date
    expires_at: Date
    stream_id: string | null
  }
  event_streams: {
    pool_id: string
    id: string
    client_id: string
    settings: Jsonb<StreamSettings>
    header_sealed: Buffer | null
    status: StreamStatus
    status_reason: string | null
    verified_at: Date | null
    created_at: Date
    updated_at: Date
  }
  used_proofs: { pool_id: string; id_hash: Buffer; expires_at: Date }
  client_directory: { client_id: string; pool_id: string }
  domains: { pool_id: string; domain: string; settings: Jsonb<DomainSettings>; created_at: Date; updated_at: Date }
  domain_directory: { domain: string; pool_id: string }
  resource_servers: {
    pool_id: string
    identifier: string
    name: string
    scopes: Jsonb<ResourceServerScope[]>
    created_at: Date
    updated_at: Date
  }

  users: {
    pool_id: string
    id: string
    username: string
    status: UserStatus
    enabled: Generated<boolean>
    attributes: JSONColumnType<Record<string, string>, Record<string, string>, Record<string, string>>
    email: Derived<string | null>
    phone_number: Derived<string | null>
    name: Derived<string | null>
    given_name: Derived<string | null>
    family_name: Derived<string | null>
    preferred_username: Derived<string | null>
    /** Value and folded form, by attribute; see `searchForms`. */
    search_forms: JSONColumnType<
      Record<string, [string, string]>,
      Record<string, [string, string]> | null | undefined,
      Record<string, [string, string]> | null
    > | null
    tokens_valid_from: Date | null
    created_at: Date
    updated_at: Date
  }
  login_names: { pool_id: string; name: string; kind: LoginNameKind; user_id: string }
  passwords: {
    pool_id: string
    user_id: string
    hash: string
    srp_salt: Buffer | null
    srp_sealed: Buffer | null
    temporary: Generated<boolean>
    expires_at: Date | null
    set_at: Date
  }
  password_history: { pool_id: string; user_id: string; id: string; hash: string; set_at: Date }
  codes: {
    pool_id: string
    user_id: string
    purpose: string
    code_hash: Buffer
    attribute: string | null
    value: string | null
    attempts: Generated<number>
    created_at: Date
    expires_at: Date
  }
  attempts: {
    pool_id: string
    kind: string
    subject: string
    failures: Generated<number>
    locked_until: Date | null
    expires_at: Date
  }
  quotas: { pool_id: string; action: string; subject: string; used: number; expires_at: Date }

  groups: {
    pool_id: string
    name: string
    name_key: string
    description: string | null
    precedence: number | null
    role_arn: string | null
    created_at: Date
    updated_at: Date
  }
  group_members: { pool_id: string; group_name: string; user_id: string; added_at: Date }

  sign_ins: {
    pool_id: string
    id: string
    session_hash: Buffer
    client_id: string
    user_id: string | null
    challenge: string
    state: Jsonb<Record<string, unknown>>
    sealed: Buffer | null
    attempts: Generated<number>
    claimed_until: Date | null
    consumed_at: Date | null
    created_at: Date
    expires_at: Date
  }
  token_families: {
    pool_id: string
    origin_jti: string
    event_id: string
    user_id: string
    client_id: string
    scope: string
    surface: 'api' | 'oauth'
    auth_time: Date
    proven: Jsonb<Record<string, unknown>>
    device_key: string | null
    nonce: string | null
    resource: string | null
    created_at: Date
    expires_at: Date
    revoked_at: Date | null
    last_active_at: Date | null
    last_address: string | null
    last_device: string | null
    origin_session_id: string | null
  }
  refresh_tokens: {
    pool_id: string
    token_hash: Buffer
    origin_jti: string
    issued_at: Date
    rotated_at: Date | null
    usable_until: Date
  }

  outbox: {
    pool_id: string
    id: string
    user_id: string | null
    medium: 'EMAIL' | 'SMS'
    by_function: Generated<boolean>
    kind: string
    sealed: Buffer | null
    state: Generated<'queued' | 'delivered' | 'dead'>
    attempts: Generated<number>
    next_attempt_at: Date
    last_error: string | null
    created_at: Date
    expires_at: Date
    finished_at: Date | null
  }

  import_jobs: {
    pool_id: string
    id: string
    name: string
    role_arn: string
    algorithm: string | null
    status: string
    message: string | null
    upload_id: string | null
    file_key: Buffer | null
    attempts: Generated<number>
    next_line: Generated<number>
    imported: Generated<number>
    skipped: Generated<number>
    failed: Generated<number>
    claimed_until: Date | null
    created_at: Date
    started_at: Date | null
    completed_at: Date | null
    expires_at: Date
  }
  import_chunks: { pool_id: string; job_id: string; upload_id: string; number: number; bytes: Buffer }
  import_lines: { pool_id: string; job_id: string; line: number; status: string; message: string }

  oauth_records: {
    pool_id: string
    model: string
    id_hash: Buffer
    uid_hash: Buffer | null
    grant_id: string | null
    user_id: string | null
    sealed: Buffer
    consumed_at: Date | null
    created_at: Date
    expires_at: Date
    session_id: string | null
    client_id: string | null
    last_active_at: Date | null
    last_address: string | null
    last_device: string | null
  }

  brandings: {
    pool_id: string
    id: string
    client_id: string
    uses_defaults: boolean
    settings: Jsonb<Record<string, unknown> | null>
    created_at: Date
    updated_at: Date
  }
  branding_previews: {
    pool_id: string
    token_hash: Buffer
    client_id: string
    kind: 'link' | 'session'
    settings: Jsonb<Record<string, unknown> | null>
    expires_at: Date
  }
  branding_preview_pictures: {
    pool_id: string
    token_hash: Buffer
    category: string
    color_mode: string
    resource_id: string
    extension: string
    hash: string
    bytes: Buffer
  }
  branding_assets: {
    pool_id: string
    branding_id: string
    category: string
    color_mode: string
    resource_id: string
    extension: string
    hash: string
    bytes: Buffer
  }
  ui_customizations: {
    pool_id: string
    scope: string
    client_id: string | null
    css: string | null
    css_version: string | null
    image: Buffer | null
    image_type: string | null
    image_hash: string | null
    created_at: Date
    updated_at: Date
  }
  terms: {
    pool_id: string
    id: string
    client_id: string
    name: string
    source: string
    enforcement: string
    links: Jsonb<Record<string, string>>
    created_at: Date
    updated_at: Date
  }

  mfa_settings: {
    pool_id: string
    user_id: string
    enabled: Generated<string[]>
    preferred: string | null
    token_sealed: Buffer | null
    token_name: string | null
    token_last_step: ColumnType<string | null, number | null, number | null>
  }
  software_token_setups: { pool_id: string; user_id: string; sealed: Buffer; expires_at: Date }

  identity_providers: {
    pool_id: string
    name: string
    type: ProviderType
    details: Jsonb<Record<string, string>>
    secrets_sealed: Buffer
    attribute_mapping: Jsonb<Record<string, string>>
    acr_mapping: Jsonb<Record<string, string> | null>
    metadata: string | null
    metadata_fetched_at: Date | null
    created_at: Date
    updated_at: Date
  }
  identity_provider_identifiers: { pool_id: string; identifier: string; provider_name: string; position: number }
  saml_keys: { pool_id: string; provider_name: string; certificate: Buffer; private_sealed: Buffer; issued_at: Date }
  identities: {
    pool_id: string
    provider_name: string
    attribute: string
    value: string
    user_id: string
    provider_type: ProviderType
    issuer: string | null
    is_primary: boolean
    created_at: Date
  }
  federation_trips: {
    pool_id: string
    kind: string
    id_hash: Buffer
    sealed: Buffer
    created_at: Date
    expires_at: Date
  }
  saml_assertions: { pool_id: string; id_hash: Buffer; expires_at: Date }
  saml_sessions: {
    pool_id: string
    id: string
    user_id: string
    provider_name: string
    name_id_hash: Buffer
    sealed: Buffer
    expires_at: Date
  }

  passkey_users: { pool_id: string; user_id: string; handle: Buffer }
  passkeys: {
    pool_id: string
    credential_id: Buffer
    user_id: string
    rp_id: string
    public_key: Buffer
    counter: ColumnType<string, number, number>
    backup_eligible: boolean
    backed_up: boolean
    aaguid: string
    attachment: string | null
    transports: string[]
    name: string
    created_at: Date
    used_at: Date | null
  }
  passkey_registrations: { pool_id: string; user_id: string; client_id: string; challenge: Buffer; expires_at: Date }

  risk_configurations: {
    pool_id: string
    scope: string
    client_id: string | null
    settings: Jsonb<Record<string, unknown>>
    updated_at: Date
  }
  auth_events: {
    pool_id: string
    user_id: string
    id: string
    client_id: string | null
    kind: string
    response: string
    challenges: Jsonb<{ ChallengeName: 'Password' | 'Mfa'; ChallengeResponse: 'Success' | 'Failure' }[]>
    risk_decision: string | null
    risk_level: string | null
    compromised: boolean | null
    address: string | null
    device: string | null
    city: string | null
    country: string | null
    feedback_value: string | null
    feedback_provider: string | null
    feedback_at: Date | null
    created_at: Date
    expires_at: Date
  }

  devices: {
    pool_id: string
    user_id: string
    device_key: string
    name: string
    srp_salt: Buffer | null
    srp_sealed: Buffer | null
    remembered: boolean
    mfa_proven: boolean
    last_ip: string | null
    created_at: Date
    updated_at: Date
    authenticated_at: Date
  }

  replicas: {
    pool_id: string
    region: string
    status: string
    settings: Jsonb<RegionalSettings>
    created_at: Date
  }
}

export type ProviderType = 'SAML' | 'OIDC' | 'Google' | 'Facebook' | 'LoginWithAmazon' | 'SignInWithApple'

export interface PublicJwk {
  kty: 'RSA'
  n: string
  e: string
}

export const userStatuses = [
  'UNCONFIRMED',
  'CONFIRMED',
  'FORCE_CHANGE_PASSWORD',
  'RESET_REQUIRED',
  'EXTERNAL_PROVIDER',
  'ARCHIVED',
  'COMPROMISED',
  'UNKNOWN',
] as const
export type UserStatus = (typeof userStatuses)[number]

export type LoginNameKind = 'username' | 'email' | 'phone_number' | 'preferred_username'
