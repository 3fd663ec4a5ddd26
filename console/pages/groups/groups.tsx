import Button from '@cloudscape-design/components/button'
import { useState } from 'react'
import { cognito } from '../../api/call.ts'
import { useMay } from '../../api/permissions.ts'
import type { CognitoOutput } from '../../api/wire.ts'
import { Link, type PageProps, pathTo } from '../../shell/router.tsx'
import { texts } from '../../texts/texts.ts'
import { PageHead } from '../../ui/page-head.tsx'
import { PagedTable } from '../../ui/paged-table.tsx'
import { Time } from '../../ui/time.tsx'
import { usePaged } from '../../ui/use-paged.ts'
import { GroupForm } from './group-form.tsx'

const t = texts.groups

type Group = NonNullable<CognitoOutput<'ListGroups'>['Groups']>[number]

export default function GroupsPage({ params }: PageProps) {
  const UserPoolId = params.poolId!
  const may = useMay('cognito-idp:CreateGroup')
  const [creating, setCreating] = useState(false)
  const paged = usePaged<Group>(['ListGroups', UserPoolId], async (NextToken) => {
    const { Groups = [], NextToken: next } = await cognito('ListGroups', { UserPoolId, Limit: 25, NextToken })
    return { items: Groups, next }
  })
  const path = ({ GroupName }: Group) => pathTo('pools/:poolId/groups/:groupName', { ...params, groupName: GroupName! })
  return (
    <>
      <PageHead
        title={t.title}
        lead={t.lead}
        actions={
          may('cognito-idp:CreateGroup') ? (
            <Button variant="primary" onClick={() => setCreating(true)}>
              {t.create}
            </Button>
          ) : null
        }
      />
      <PagedTable
        paged={paged}
        label={t.title}
        idOf={({ GroupName }) => GroupName!}
        empty={t.empty}
        columnDefinitions={[
          {
            id: 'name',
            header: texts.common.name,
            isRowHeader: true,
            cell: (group) => <Link to={path(group)}>{group.GroupName}</Link>,
          },
          { id: 'description', header: texts.common.description, cell: ({ Description }) => Description ?? '—' },
          { id: 'precedence', header: t.precedence, cell: ({ Precedence }) => Precedence ?? '—' },
          { id: 'created', header: texts.common.created, cell: ({ CreationDate }) => <Time at={CreationDate} /> },
        ]}
      />
      {creating ? <GroupForm UserPoolId={UserPoolId} onClose={() => setCreating(false)} /> : null}
    </>
  )
}
