import Box from '@cloudscape-design/components/box'
import Button from '@cloudscape-design/components/button'
import SpaceBetween from '@cloudscape-design/components/space-between'
import StatusIndicator, { type StatusIndicatorProps } from '@cloudscape-design/components/status-indicator'
import Table from '@cloudscape-design/components/table'
import { useState } from 'react'
import { poolhouse } from '../../api/call.ts'
import { useMay } from '../../api/permissions.ts'
import { refresh, usePoolhouse } from '../../api/queries.ts'
import type { PoolhouseOutput } from '../../api/wire.ts'
import { flashSuccess } from '../../shell/flashes.tsx'
import type { PageProps } from '../../shell/router.tsx'
import { texts } from '../../texts/texts.ts'
import { Confirm } from '../../ui/confirm.tsx'
import { PageHead } from '../../ui/page-head.tsx'
import { Part } from '../../ui/part.tsx'
import { Time } from '../../ui/time.tsx'

const t = texts.signingKeys
const rotateAction = 'poolhouse:RotateSigningKeys'
const revokeAction = 'poolhouse:RevokeSigningKey'

type Key = PoolhouseOutput<'ListSigningKeys'>['SigningKeys'][number]

const kinds: Record<Key['Status'], StatusIndicatorProps.Type> = {
  Pending: 'pending',
  Active: 'success',
  Verifying: 'stopped',
}

export default function SigningKeysPage({ params }: PageProps) {
  const UserPoolId = params.poolId!
  const may = useMay(rotateAction, revokeAction)
  const query = usePoolhouse('ListSigningKeys', { UserPoolId })
  const [rotating, setRotating] = useState(false)
  const [revoking, setRevoking] = useState<string>()
  const rotate = async () => {
    await poolhouse('RotateSigningKeys', { UserPoolId })
    await refresh('ListSigningKeys')
    flashSuccess(t.rotated)
  }
  const revoke = async () => {
    await poolhouse('RevokeSigningKey', { UserPoolId, KeyId: revoking! })
    await refresh('ListSigningKeys')
    flashSuccess(t.revoked)
  }
  return (
    <>
      <PageHead
        title={t.title}
        lead={t.lead}
        actions={may(rotateAction) ? <Button onClick={() => setRotating(true)}>{t.rotate}</Button> : null}
      />
      <SpaceBetween size="l">
        <Part title={t.title} query={query}>
          <Table<Key>
            variant="embedded"
            items={query.data?.SigningKeys ?? []}
            wrapLines
            ariaLabels={{ tableLabel: t.title }}
            columnDefinitions={[
              { id: 'id', header: t.id, isRowHeader: true, cell: ({ KeyId }) => <code>{KeyId}</code> },
              { id: 'signs', header: t.signs, cell: ({ Signs }) => t.uses[Signs] },
              {
                id: 'status',
                header: texts.common.status,
                minWidth: 200,
                cell: ({ Status }) => <StatusIndicator type={kinds[Status]}>{t.states[Status]}</StatusIndicator>,
              },
              { id: 'from', header: t.from, cell: ({ ActivationDate }) => <Time at={ActivationDate} /> },
              {
                id: 'until',
                header: t.until,
                cell: ({ RetirementDate }) => (RetirementDate ? <Time at={RetirementDate} /> : t.open),
              },
              {
                id: 'revoke',
                minWidth: 110,
                header: <span className="unseen">{texts.common.actions}</span>,
                cell: ({ KeyId }) =>
                  may(revokeAction) ? (
                    <Button variant="inline-link" ariaLabel={t.revokeOne(KeyId)} onClick={() => setRevoking(KeyId)}>
                      {t.revoke}
                    </Button>
                  ) : null,
              },
            ]}
          />
        </Part>
        <Part title={t.schedule}>
          <Box>{t.scheduleText}</Box>
        </Part>
      </SpaceBetween>
      {rotating ? (
        <Confirm title={t.rotateTitle} action={t.rotate} onConfirm={rotate} onClose={() => setRotating(false)}>
          {t.rotateText}
        </Confirm>
      ) : null}
      {revoking === undefined ? null : (
        <Confirm
          title={t.revokeTitle}
          action={t.revoke}
          typed={revoking}
          onConfirm={revoke}
          onClose={() => setRevoking(undefined)}
        >
          {t.revokeText}
        </Confirm>
      )}
    </>
  )
}
