import { cognito } from '../../api/call.ts'
import type { CognitoOutput } from '../../api/wire.ts'
import { Link, type PageProps, pathTo } from '../../shell/router.tsx'
import { texts } from '../../texts/texts.ts'
import { ListPage } from '../../ui/list-page.tsx'
import { Time } from '../../ui/time.tsx'
import { usePaged } from '../../ui/use-paged.ts'
import { GroupForm } from './group-form.tsx'

const t = texts.groups

type Group = NonNullable<CognitoOutput<'ListGroups'>['Groups']>[number]

export default function GroupsPage({ params }: PageProps) {
  const UserPoolId = params.poolId!
  const paged = usePaged<Group>(
    ['ListGroups', UserPoolId],
    async (NextToken) => {
      const { Groups = [], NextToken: next } = await cognito('ListGroups', { UserPoolId, Limit: 25, NextToken })
      return { items: Groups, next }
    },
    { textOf: ({ GroupName, Description = '' }) => `${GroupName}\n${Description}` },
  )
  const path = ({ GroupName }: Group) => pathTo('pools/:poolId/groups/:groupName', { ...params, groupName: GroupName! })
  return (
    <ListPage
      texts={t}
      create={{
        label: t.create,
        needs: 'cognito-idp:CreateGroup',
        form: (close) => <GroupForm UserPoolId={UserPoolId} onClose={close} />,
      }}
      paged={paged}
      idOf={({ GroupName }) => GroupName!}
      columns={[
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
  )
}
