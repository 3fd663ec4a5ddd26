import Box from '@cloudscape-design/components/box'
import Button from '@cloudscape-design/components/button'
import SpaceBetween from '@cloudscape-design/components/space-between'
import { type ReactNode, useState } from 'react'
import { cognito } from '../../api/call.ts'
import { useAllowed, usePermissions } from '../../api/permissions.ts'
import { usePoolhouse } from '../../api/queries.ts'
import { useReadablePool } from '../../api/readable-pool.ts'
import type { CognitoOutput } from '../../api/wire.ts'
import { base, follow, Link, navigate } from '../../shell/router.tsx'
import { texts } from '../../texts/texts.ts'
import { Text } from '../../ui/fields.tsx'
import { PageHead } from '../../ui/page-head.tsx'
import { PagedTable } from '../../ui/paged-table.tsx'
import { SearchInput } from '../../ui/search-input.tsx'
import { Time } from '../../ui/time.tsx'
import { usePaged } from '../../ui/use-paged.ts'
import { totalOf } from '../overview/chart-series.ts'

const t = texts.pools

type Pool = NonNullable<CognitoOutput<'ListUserPools'>['UserPools']>[number]

const pageSize = 25
const createAction = 'cognito-idp:CreateUserPool'
const listAction = 'cognito-idp:ListUserPools'
const metricsAction = 'poolhouse:GetPoolMetrics'

const isPoolId = (text: string) => /^[\w-]+_[0-9a-zA-Z]+$/.test(text)

export default function PoolsPage() {
  const { may, isKnown } = usePermissions([createAction, listAction], undefined)
  const paged = usePaged<Pool>(
    ['ListUserPools'],
    async (NextToken) => {
      const { UserPools = [], NextToken: next } = await cognito('ListUserPools', { MaxResults: pageSize, NextToken })
      return { items: UserPools, next }
    },
    { textOf: ({ Name, Id }) => `${Name}\n${Id}`, enabled: may(listAction) },
  )
  const { text, set } = paged.search!
  const create = may(createAction) ? (
    <Button variant="primary" href={`${base}pools/create`} onFollow={follow}>
      {t.create.action}
    </Button>
  ) : null
  if (isKnown && !may(listAction)) return <OpenById actions={create} />
  return (
    <>
      <PageHead title={t.title} lead={t.lead} actions={create} />
      <PagedTable
        paged={paged}
        label={t.title}
        idOf={({ Id }) => Id!}
        filter={<SearchInput value={text} label={texts.common.search} onSearch={set} />}
        columnDefinitions={[
          {
            id: 'name',
            header: texts.common.name,
            isRowHeader: true,
            cell: ({ Id, Name }) => <Link to={`pools/${Id}`}>{Name}</Link>,
          },
          { id: 'id', header: t.id, cell: ({ Id }) => <code>{Id}</code> },
          { id: 'users', header: t.users, cell: ({ Id }) => <Users poolId={Id!} /> },
          { id: 'sign-ins', header: t.signIns, cell: ({ Id }) => <SignIns poolId={Id!} /> },
          { id: 'created', header: texts.common.created, cell: ({ CreationDate }) => <Time at={CreationDate} /> },
          {
            id: 'changed',
            header: texts.common.changed,
            cell: ({ LastModifiedDate }) => <Time at={LastModifiedDate} />,
          },
        ]}
        empty={
          text !== '' ? (
            texts.common.noMatches
          ) : (
            <SpaceBetween size="s">
              <Box variant="strong">{t.empty}</Box>
              <Box>{t.emptyText}</Box>
              {create}
            </SpaceBetween>
          )
        }
      />
    </>
  )
}

/** Roles for some pools alone may be unable to list them. */
function OpenById({ actions }: { actions: ReactNode }) {
  const [id, setId] = useState('')
  return (
    <>
      <PageHead title={t.title} lead={t.unlisted} actions={actions} />
      <form
        onSubmit={(event) => {
          event.preventDefault()
          if (isPoolId(id.trim())) navigate(`pools/${id.trim()}`)
        }}
      >
        <SpaceBetween size="m">
          <Text label={t.id} autoFocus value={id} onChange={setId} />
          <Button formAction="submit" disabled={!isPoolId(id.trim())}>
            {t.open}
          </Button>
        </SpaceBetween>
      </form>
    </>
  )
}

function Users({ poolId }: { poolId: string }) {
  const count = useReadablePool(poolId).pool?.EstimatedNumberOfUsers
  return count?.toLocaleString() ?? texts.common.none
}

const week = 7 * 86_400

/** Of the last seven days. */
function SignIns({ poolId }: { poolId: string }) {
  const may = useAllowed([metricsAction], poolId)
  // The same until the next hour, so that what was read is not read again.
  const EndTime = Math.ceil(Date.now() / 3_600_000) * 3600
  const { data } = usePoolhouse(
    'GetPoolMetrics',
    { UserPoolId: poolId, StartTime: EndTime - week, EndTime, Period: 'HOUR' },
    { enabled: may(metricsAction), staleTime: 30_000 },
  )
  const signIns = data?.Metrics.filter(({ MetricName }) => MetricName === 'SignInSuccesses')
  return signIns ? totalOf(signIns).toLocaleString() : texts.common.none
}
