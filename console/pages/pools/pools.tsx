import Box from '@cloudscape-design/components/box'
import Button from '@cloudscape-design/components/button'
import Input from '@cloudscape-design/components/input'
import SpaceBetween from '@cloudscape-design/components/space-between'
import { useState } from 'react'
import { cognito } from '../../api/call.ts'
import { useMay } from '../../api/permissions.ts'
import { useCognito } from '../../api/queries.ts'
import type { CognitoOutput } from '../../api/wire.ts'
import { base, follow, Link, navigate } from '../../shell/router.tsx'
import { texts } from '../../texts/texts.ts'
import { PageHead } from '../../ui/page-head.tsx'
import { PagedTable } from '../../ui/paged-table.tsx'
import { Time } from '../../ui/time.tsx'
import { usePaged } from '../../ui/use-paged.ts'

const t = texts.pools

type Pool = NonNullable<CognitoOutput<'ListUserPools'>['UserPools']>[number]

const pageSize = 25

export default function PoolsPage() {
  const may = useMay('cognito-idp:CreateUserPool')
  const [filter, setFilter] = useState('')
  const paged = usePaged<Pool>(['ListUserPools'], async (NextToken) => {
    const { UserPools = [], NextToken: next } = await cognito('ListUserPools', { MaxResults: pageSize, NextToken })
    return { items: UserPools, next }
  })
  const wanted = filter.trim().toLowerCase()
  const items = paged.items.filter(({ Name = '', Id = '' }) => `${Name}\n${Id}`.toLowerCase().includes(wanted))
  const create = may('cognito-idp:CreateUserPool') ? (
    <Button variant="primary" href={`${base}pools/create`} onFollow={follow}>
      {t.create.action}
    </Button>
  ) : null
  return (
    <>
      <PageHead title={t.title} lead={t.lead} actions={create} />
      <PagedTable
        paged={{ ...paged, items }}
        label={t.title}
        idOf={({ Id }) => Id!}
        filter={
          <form
            onSubmit={(event) => {
              event.preventDefault()
              // Whole ids lead to their pools, wherever those stand in the list.
              if (/^[\w-]+_[0-9a-zA-Z]+$/.test(filter.trim())) navigate(`pools/${filter.trim()}`)
            }}
          >
            <Input
              type="search"
              value={filter}
              ariaLabel={t.find}
              placeholder={t.find}
              clearAriaLabel={texts.common.clear}
              onChange={({ detail }) => setFilter(detail.value)}
            />
          </form>
        }
        columnDefinitions={[
          {
            id: 'name',
            header: texts.common.name,
            isRowHeader: true,
            cell: ({ Id, Name }) => <Link to={`pools/${Id}`}>{Name}</Link>,
          },
          { id: 'id', header: t.id, cell: ({ Id }) => <code>{Id}</code> },
          { id: 'users', header: t.users, cell: ({ Id }) => <Users poolId={Id!} /> },
          { id: 'created', header: texts.common.created, cell: ({ CreationDate }) => <Time at={CreationDate} /> },
          {
            id: 'changed',
            header: texts.common.changed,
            cell: ({ LastModifiedDate }) => <Time at={LastModifiedDate} />,
          },
        ]}
        empty={
          wanted !== '' ? (
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

function Users({ poolId }: { poolId: string }) {
  const { data } = useCognito('DescribeUserPool', { UserPoolId: poolId }, { staleTime: 30_000 })
  return data?.UserPool?.EstimatedNumberOfUsers?.toLocaleString() ?? texts.common.none
}
