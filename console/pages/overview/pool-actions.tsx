import Button from '@cloudscape-design/components/button'
import SpaceBetween from '@cloudscape-design/components/space-between'
import { useState } from 'react'
import { cognito } from '../../api/call.ts'
import type { PoolType } from '../../api/merge.ts'
import { useMay } from '../../api/permissions.ts'
import { refresh } from '../../api/queries.ts'
import { savePool } from '../../api/save.ts'
import { flashError, flashSuccess } from '../../shell/flashes.tsx'
import { navigate } from '../../shell/router.tsx'
import { texts } from '../../texts/texts.ts'
import { Confirm } from '../../ui/confirm.tsx'

const t = texts.overview

/** A pool is deleted in two steps: its protection first. */
export function PoolActions({ pool }: { pool: PoolType }) {
  const may = useMay('cognito-idp:UpdateUserPool', 'cognito-idp:DeleteUserPool')
  const [deleting, setDeleting] = useState(false)
  const UserPoolId = pool.Id!
  const isProtected = pool.DeletionProtection === 'ACTIVE'
  const protect = () =>
    savePool(UserPoolId, () => ({ DeletionProtection: isProtected ? 'INACTIVE' : 'ACTIVE' })).then(
      () => flashSuccess(isProtected ? t.unprotected : t.protected),
      flashError,
    )
  const remove = async () => {
    await cognito('DeleteUserPool', { UserPoolId })
    navigate('pools')
    flashSuccess(t.deleted(pool.Name!))
    await refresh('ListUserPools')
  }
  return (
    <SpaceBetween direction="horizontal" size="xs">
      {may('cognito-idp:UpdateUserPool') ? (
        <Button onClick={protect}>{isProtected ? t.unprotect : t.protect}</Button>
      ) : null}
      {may('cognito-idp:DeleteUserPool') ? (
        <Button disabled={isProtected} onClick={() => setDeleting(true)}>
          {texts.common.delete}
        </Button>
      ) : null}
      {deleting ? (
        <Confirm
          title={t.deleteTitle}
          action={texts.common.delete}
          typed={pool.Name!}
          onConfirm={remove}
          onClose={() => setDeleting(false)}
        >
          {t.deleteText}
        </Confirm>
      ) : null}
    </SpaceBetween>
  )
}
