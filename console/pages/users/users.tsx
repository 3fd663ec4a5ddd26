import Box from '@cloudscape-design/components/box'
import Button from '@cloudscape-design/components/button'
import Select from '@cloudscape-design/components/select'
import SpaceBetween from '@cloudscape-design/components/space-between'
import { useState } from 'react'
import { cognito } from '../../api/call.ts'
import { useMay } from '../../api/permissions.ts'
import { useReadablePool } from '../../api/readable-pool.ts'
import type { CognitoOutput } from '../../api/wire.ts'
import { Link, type PageProps, pathTo, useQueryParams } from '../../shell/router.tsx'
import { texts } from '../../texts/texts.ts'
import { PageHead } from '../../ui/page-head.tsx'
import { PagedTable } from '../../ui/paged-table.tsx'
import { SearchInput } from '../../ui/search-input.tsx'
import { Time } from '../../ui/time.tsx'
import { usePaged } from '../../ui/use-paged.ts'
import { UserStatus } from '../../ui/user-status.tsx'
import { BulkActions } from './bulk-actions.tsx'
import { CreateUser } from './create-user.tsx'
import { filterOf, type Searchable, searchable } from './search.ts'

const t = texts.users

type User = NonNullable<CognitoOutput<'ListUsers'>['Users']>[number]

const pageSize = 25

const attributeOf = ({ Attributes = [] }: User, name: string) => Attributes.find(({ Name }) => Name === name)?.Value

/** Usernames are often ids, which say nothing to people. */
const nameOf = (user: User) => attributeOf(user, 'email') ?? attributeOf(user, 'phone_number') ?? user.Username

export default function UsersPage({ params }: PageProps) {
  const UserPoolId = params.poolId!
  const may = useMay('cognito-idp:AdminCreateUser')
  const [{ q = '', by }, setQuery] = useQueryParams()
  const attribute = searchable.find((name) => name === by)
  const { pool, isKnown } = useReadablePool(UserPoolId)
  const Filter = filterOf(q, attribute, pool?.UsernameAttributes)
  const [selected, setSelected] = useState<User[]>([])
  const [creating, setCreating] = useState(false)

  const paged = usePaged<User>(
    ['ListUsers', UserPoolId, Filter],
    async (PaginationToken) => {
      const { Users = [], PaginationToken: next } = await cognito('ListUsers', {
        UserPoolId,
        Limit: pageSize,
        Filter,
        PaginationToken,
      })
      return { items: Users, next }
    },
    { enabled: isKnown },
  )
  const userPath = ({ Username }: User) => pathTo('pools/:poolId/users/:username', { ...params, username: Username! })

  return (
    <>
      <PageHead
        title={t.title}
        lead={t.lead}
        actions={
          <SpaceBetween direction="horizontal" size="xs">
            <BulkActions
              UserPoolId={UserPoolId}
              users={selected}
              nameOf={(user) => nameOf(user)!}
              onBegun={() => setSelected([])}
            />
            {may('cognito-idp:AdminCreateUser') ? (
              <Button variant="primary" onClick={() => setCreating(true)}>
                {t.create.action}
              </Button>
            ) : null}
          </SpaceBetween>
        }
      />
      <PagedTable
        paged={paged}
        label={t.title}
        idOf={({ Username }) => Username!}
        selectionType="multi"
        selectedItems={selected}
        onSelect={setSelected}
        filter={
          <div className="search">
            <Select
              ariaLabel={t.searchBy}
              selectedOption={{ value: attribute ?? '', label: attribute ? t.attributes[attribute] : t.guess }}
              options={[
                { value: '', label: t.guess },
                ...searchable.map((value) => ({ value, label: t.attributes[value] })),
              ]}
              onChange={({ detail }) => setQuery({ by: detail.selectedOption.value as Searchable, page: undefined })}
            />
            <SearchInput value={q} label={t.search} onSearch={(next) => setQuery({ q: next, page: undefined })} />
          </div>
        }
        columnDefinitions={[
          {
            id: 'user',
            header: t.user,
            isRowHeader: true,
            cell: (user) => <Link to={userPath(user)}>{nameOf(user)}</Link>,
          },
          { id: 'name', header: t.fullName, cell: (user) => attributeOf(user, 'name') ?? texts.common.none },
          {
            id: 'status',
            header: texts.common.status,
            cell: ({ UserStatus: status, Enabled }) => <UserStatus status={status} enabled={Enabled} />,
          },
          { id: 'username', header: t.username, cell: ({ Username }) => <code>{Username}</code> },
          { id: 'created', header: texts.common.created, cell: ({ UserCreateDate }) => <Time at={UserCreateDate} /> },
        ]}
        empty={
          Filter === undefined ? (
            <SpaceBetween size="s">
              <Box variant="strong">{t.empty}</Box>
              <Box>{t.emptyText}</Box>
            </SpaceBetween>
          ) : (
            texts.common.noMatches
          )
        }
      />
      {creating ? <CreateUser UserPoolId={UserPoolId} onClose={() => setCreating(false)} /> : null}
    </>
  )
}
