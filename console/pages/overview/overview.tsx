import Container from '@cloudscape-design/components/container'
import Header from '@cloudscape-design/components/header'
import KeyValuePairs from '@cloudscape-design/components/key-value-pairs'
import SpaceBetween from '@cloudscape-design/components/space-between'
import { lazy, Suspense } from 'react'
import type { PoolType } from '../../api/merge.ts'
import { useMay } from '../../api/permissions.ts'
import { useCognito } from '../../api/queries.ts'
import { settings } from '../../settings.ts'
import type { PageProps } from '../../shell/router.tsx'
import { texts } from '../../texts/texts.ts'
import { Copy } from '../../ui/copy.tsx'
import { Failure } from '../../ui/failure.tsx'
import { PageHead } from '../../ui/page-head.tsx'
import { Time } from '../../ui/time.tsx'
import { NextSteps } from './next-steps.tsx'
import { PoolActions } from './pool-actions.tsx'

const t = texts.overview
const readAction = 'cognito-idp:DescribeUserPool'
const metricsAction = 'poolhouse:GetPoolMetrics'

/** Charts are a file of their own, which the rest does not wait for. */
const Activity = lazy(() => import('./activity.tsx'))

export default function OverviewPage({ params }: PageProps) {
  const may = useMay(readAction, metricsAction)
  const { data, error, refetch } = useCognito(
    'DescribeUserPool',
    { UserPoolId: params.poolId! },
    { enabled: may(readAction) },
  )
  const pool = data?.UserPool
  return (
    <>
      <PageHead title={pool?.Name ?? params.poolId} actions={pool ? <PoolActions pool={pool} /> : null} />
      <SpaceBetween size="l">
        <Failure error={error} onRetry={refetch} />
        {pool ? <About pool={pool} /> : null}
        {pool?.EstimatedNumberOfUsers === 0 ? <NextSteps poolId={pool.Id!} /> : null}
        {/* Last: it grows when its charts come, and moves nothing. */}
        {pool && may(metricsAction) ? (
          <Suspense>
            <Activity poolId={pool.Id!} />
          </Suspense>
        ) : null}
      </SpaceBetween>
    </>
  )
}

function About({ pool }: { pool: PoolType }) {
  const issuer = `${settings.publicUrl}/${pool.Id}`
  return (
    <Container header={<Header variant="h2">{t.about}</Header>}>
      <SpaceBetween size="l">
        <KeyValuePairs
          columns={4}
          minColumnWidth={220}
          items={[
            { label: texts.pools.id, value: <Copy value={pool.Id!} label={texts.pools.id} /> },
            { label: t.users, value: pool.EstimatedNumberOfUsers?.toLocaleString() ?? texts.common.none },
            { label: t.signInWith, value: signInNames(pool).join(', ') },
            { label: t.mfa, value: t.mfaStates[pool.MfaConfiguration ?? 'OFF'] },
            { label: t.protection, value: pool.DeletionProtection === 'ACTIVE' ? texts.common.on : texts.common.off },
            { label: texts.common.created, value: <Time at={pool.CreationDate} /> },
            { label: texts.common.changed, value: <Time at={pool.LastModifiedDate} /> },
            { label: t.domain, value: pool.CustomDomain ?? pool.Domain ?? texts.common.none },
          ]}
        />
        <KeyValuePairs
          columns={2}
          minColumnWidth={220}
          items={[
            { label: t.issuer, value: <Copy value={issuer} label={t.issuer} /> },
            { label: t.arn, value: <Copy value={pool.Arn!} label={t.arn} /> },
          ]}
        />
      </SpaceBetween>
    </Container>
  )
}

function signInNames({ UsernameAttributes, AliasAttributes = [] }: PoolType): string[] {
  const names = UsernameAttributes?.length ? UsernameAttributes : ['username', ...AliasAttributes]
  return names.map((name) => t.names[name] ?? name)
}
