import type { AccessKey } from '../../model/poolhouse-operations.ts'
import type { AccessKeyRow } from './access-key-store.ts'

export const accessKeyView = (key: AccessKeyRow, now: Date): AccessKey => ({
  AccessKeyId: key.id,
  RoleName: key.role_name,
  ServiceName: key.service,
  ...(key.description !== null && { Description: key.description }),
  Status: key.expires_at && key.expires_at <= now ? 'Expired' : 'Active',
  CreationDate: key.created_at,
  ...(key.expires_at && { ExpirationDate: key.expires_at }),
  ...(key.last_used_at && { LastUsedDate: key.last_used_at }),
})
