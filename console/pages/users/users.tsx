import Box from '@cloudscape-design/components/box'
import Button from '@cloudscape-design/components/button'
import Select from '@cloudscape-design/components/select'
import SpaceBetween from '@cloudscape-design/components/space-between'
import { useState } from 'react'
import { useMay } from '../../api/permissions.ts'
import { useReadablePool } from '../../api/readable-pool.ts'
import { Link, type PageProps, pathTo, useQueryParams } from '../../shell/router.tsx'
import { texts } from '../../texts/texts.ts'
import { PageHead } from '../../ui/page-head.tsx'
import { PagedTable } from '../../ui/paged-table.tsx'
import { SearchInput } from '../../ui/search-input.tsx'
import { Time } from '../../ui/time.tsx'
import { usePaged } from '../../ui/use-paged.ts'
import { UserStatus } from '../../ui/user-status.tsx'
import { BulkActions, type Selection } from './bulk-actions.tsx'
import { CreateUser } from './create-user.tsx'
import { filterOf, otherAttributes, searchable } from './search.ts'
import { pageOfUsers, type User, type UserSearch } from './user-pages.ts'

const t = texts.users

const attributeOf = ({ Attributes = [] }: User, name: string) => Attributes.find(({ Name }) => Name === name)?.Value

/** Usernames are often ids, which say nothing to people. */
const nameOf = (user: User) => attributeOf(user, 'email') ?? attributeOf(user, 'phone_number') ?? user.Username

export default function UsersPage({ params }: PageProps) {
  const UserPoolId = params.poolId!
  const may = useMay('cognito-idp:AdminCreateUser')
  const { q, attribute, other, others, search, isSearching, isKnown, setQuery } = useUserSearch(UserPoolId)
  const [selected, select] = useSelection(search)
  const [creating, setCreating] = useState(false)
  const paged = usePaged<User>(['ListUsers', search], (token) => pageOfUsers(search, token), { enabled: isKnown })
  const userPath = ({ Username }: User) => pathTo('pools/:poolId/users/:username', { ...params, username: Username! })

  return (
    <>
      <PageHead
        title={t.title}
        lead={t.lead}
        actions={
          <SpaceBetween direction="horizontal" size="xs">
            <BulkActions
              search={search}
              isSearching={isSearching}
              selected={selected}
              nameOf={(user) => nameOf(user)!}
              onSelect={select}
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
        selectedItems={selected === 'all' ? paged.items : selected}
        onSelect={select}
        filter={
          <div className="search">
            <Select
              ariaLabel={t.searchBy}
              selectedOption={{
                value: other ?? attribute ?? '',
                label: other ?? (attribute ? t.attributes[attribute] : t.guess),
              }}
              options={[
                { value: '', label: t.guess },
                ...searchable.map((value) => ({ value, label: t.attributes[value] })),
                ...(others.length > 0
                  ? [{ label: t.otherAttributes, options: others.map((value) => ({ value, label: value })) }]
                  : []),
              ]}
              onChange={({ detail }) => setQuery({ by: detail.selectedOption.value, page: undefined })}
            />
            <SearchInput
              value={q}
              label={other ? t.contains : t.search}
              onSearch={(next) => setQuery({ q: next, page: undefined })}
            />
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
          isSearching ? (
            texts.common.noMatches
          ) : (
            <SpaceBetween size="s">
              <Box variant="strong">{t.empty}</Box>
              <Box>{t.emptyText}</Box>
            </SpaceBetween>
          )
        }
      />
      {creating ? <CreateUser UserPoolId={UserPoolId} onClose={() => setCreating(false)} /> : null}
    </>
  )
}

/** What the address says is searched for. */
function useUserSearch(UserPoolId: string) {
  const may = useMay('poolhouse:ListUsersByAttribute')
  const [{ q = '', by }, setQuery] = useQueryParams()
  const { pool, isKnown } = useReadablePool(UserPoolId)
  const others = may('poolhouse:ListUsersByAttribute') ? otherAttributes(pool?.SchemaAttributes) : []
  const attribute = searchable.find((name) => name === by)
  const other = others.find((name) => name === by)
  const isSearching = q.trim() !== ''
  const search: UserSearch =
    other && isSearching
      ? { UserPoolId, AttributeName: other, Contains: q.trim() }
      : { UserPoolId, Filter: filterOf(q, attribute, pool?.UsernameAttributes) }
  return { q, attribute, other, others, search, isSearching, isKnown, setQuery }
}

/** Users of this page and others, or all of a search: another search has other users. */
function useSelection(search: UserSearch): [selected: Selection, select: (selected: Selection) => void] {
  const [users, setUsers] = useState<User[]>([])
  const [allOf, setAllOf] = useState<string>()
  const key = JSON.stringify(search)
  const select = (selected: Selection) => {
    setAllOf(selected === 'all' ? key : undefined)
    setUsers(selected === 'all' ? [] : selected)
  }
  return [allOf === key ? 'all' : users, select]
}
