import Button from '@cloudscape-design/components/button'
import KeyValuePairs from '@cloudscape-design/components/key-value-pairs'
import SpaceBetween from '@cloudscape-design/components/space-between'
import { useState } from 'react'
import { cognito } from '../../api/call.ts'
import type { PoolType } from '../../api/merge.ts'
import { useMay } from '../../api/permissions.ts'
import { refresh, useCognito } from '../../api/queries.ts'
import { settings } from '../../settings.ts'
import { flashSuccess } from '../../shell/flashes.tsx'
import type { PageProps } from '../../shell/router.tsx'
import { texts } from '../../texts/texts.ts'
import { Confirm } from '../../ui/confirm.tsx'
import { Copy } from '../../ui/copy.tsx'
import { Failure } from '../../ui/failure.tsx'
import { PageHead } from '../../ui/page-head.tsx'
import { Part } from '../../ui/part.tsx'
import { prefixAddress } from '../../ui/pool-addresses.ts'
import { useAction } from '../../ui/use-action.ts'
import { AddDomain } from './add-domain.tsx'

const t = texts.domain
const createAction = 'cognito-idp:CreateUserPoolDomain'
const updateAction = 'cognito-idp:UpdateUserPoolDomain'
const deleteAction = 'cognito-idp:DeleteUserPoolDomain'

export default function DomainPage({ params }: PageProps) {
  const { data, error, refetch } = useCognito('DescribeUserPool', { UserPoolId: params.poolId! })
  const pool = data?.UserPool
  const path = `${settings.publicUrl}/${params.poolId}`
  return (
    <>
      <PageHead title={t.title} lead={t.lead} />
      <SpaceBetween size="l">
        <Failure error={error} onRetry={refetch} />
        {pool ? (
          <SpaceBetween size="l">
            <DomainPart
              pool={pool}
              kind="prefix"
              lead={settings.domainSuffix ? t.prefixLead(settings.domainSuffix) : t.noSuffix}
              domain={pool.Domain}
            />
            <DomainPart pool={pool} kind="custom" lead={t.customLead} domain={pool.CustomDomain} />
            <Part title={t.always} lead={t.alwaysLead}>
              <Copy value={path} label={t.always} />
            </Part>
          </SpaceBetween>
        ) : null}
      </SpaceBetween>
    </>
  )
}

interface DomainProps {
  pool: PoolType
  kind: 'prefix' | 'custom'
  lead: string
  domain: string | undefined
}

function DomainPart({ pool, kind, lead, domain }: DomainProps) {
  const may = useMay(createAction)
  const [adding, setAdding] = useState(false)
  if (domain) return <Domain pool={pool} kind={kind} lead={lead} domain={domain} />
  return (
    <Part
      title={t[kind]}
      lead={lead}
      actions={
        may(createAction) ? (
          <Button ariaLabel={t.add(t[kind])} onClick={() => setAdding(true)}>
            {texts.common.add}
          </Button>
        ) : null
      }
    >
      <div className="quiet">{t.none}</div>
      {adding ? <AddDomain pool={pool} kind={kind} onClose={() => setAdding(false)} /> : null}
    </Part>
  )
}

function Domain({ pool, kind, lead, domain }: DomainProps & { domain: string }) {
  const may = useMay(updateAction, deleteAction)
  const UserPoolId = pool.Id!
  const query = useCognito('DescribeUserPoolDomain', { Domain: domain })
  const [deleting, setDeleting] = useState(false)
  const [run, busy] = useAction()
  const { ManagedLoginVersion: version = 1, CustomDomainConfig } = query.data?.DomainDescription ?? {}
  const other = version === 2 ? 1 : 2
  const address = kind === 'custom' ? `https://${domain}` : prefixAddress(domain)
  const change = async () => {
    await cognito('UpdateUserPoolDomain', {
      UserPoolId,
      Domain: domain,
      ManagedLoginVersion: other,
      ...(kind === 'custom' && { CustomDomainConfig }),
    })
    await refresh('DescribeUserPoolDomain')
  }
  const remove = async () => {
    await cognito('DeleteUserPoolDomain', { UserPoolId, Domain: domain })
    await refresh('DescribeUserPool', 'DescribeUserPoolDomain')
    flashSuccess(t.deleted(domain))
  }
  return (
    <Part
      title={t[kind]}
      lead={lead}
      query={query}
      actions={
        <SpaceBetween direction="horizontal" size="xs">
          {may(deleteAction) ? (
            <Button ariaLabel={t.delete(domain)} onClick={() => setDeleting(true)}>
              {texts.common.delete}
            </Button>
          ) : null}
          {may(updateAction) && query.data ? (
            <Button loading={busy} onClick={() => void run(change, t.switched)}>
              {t.switchTo[other]}
            </Button>
          ) : null}
        </SpaceBetween>
      }
    >
      <KeyValuePairs
        columns={3}
        minColumnWidth={220}
        items={[
          { label: t.pages, value: <Copy value={address} label={t.pages} /> },
          { label: t.version, value: t.versions[version === 2 ? '2' : '1'] },
          ...(kind === 'custom'
            ? [{ label: t.certificate, value: <span className="value">{CustomDomainConfig?.CertificateArn}</span> }]
            : []),
        ]}
      />
      {deleting ? (
        <Confirm
          title={t.deleteTitle}
          action={texts.common.delete}
          typed={domain}
          onConfirm={remove}
          onClose={() => setDeleting(false)}
        >
          {t.deleteText}
        </Confirm>
      ) : null}
    </Part>
  )
}
