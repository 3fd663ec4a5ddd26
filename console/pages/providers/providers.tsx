import { cognito } from '../../api/call.ts'
import type { CognitoOutput } from '../../api/wire.ts'
import { Link, type PageProps, pathTo } from '../../shell/router.tsx'
import { texts } from '../../texts/texts.ts'
import { ListPage } from '../../ui/list-page.tsx'
import { Time } from '../../ui/time.tsx'
import { usePaged } from '../../ui/use-paged.ts'
import type { ProviderType } from './provider-types.ts'

const t = texts.providers

type Provider = NonNullable<CognitoOutput<'ListIdentityProviders'>['Providers']>[number]

export default function ProvidersPage({ params }: PageProps) {
  const UserPoolId = params.poolId!
  const paged = usePaged<Provider>(
    ['ListIdentityProviders', UserPoolId],
    async (NextToken) => {
      const { Providers = [], NextToken: next } = await cognito('ListIdentityProviders', {
        UserPoolId,
        MaxResults: 25,
        NextToken,
      })
      return { items: Providers, next }
    },
    { textOf: ({ ProviderName }) => ProviderName! },
  )
  const path = (name: string) => pathTo('pools/:poolId/providers/:providerName', { ...params, providerName: name })
  return (
    <ListPage
      texts={t}
      create={{ label: t.add, needs: 'cognito-idp:CreateIdentityProvider', path: `pools/${UserPoolId}/add-provider` }}
      paged={paged}
      idOf={({ ProviderName }) => ProviderName!}
      columns={[
        {
          id: 'name',
          header: texts.common.name,
          isRowHeader: true,
          cell: ({ ProviderName }) => <Link to={path(ProviderName!)}>{ProviderName}</Link>,
        },
        { id: 'type', header: t.type, cell: ({ ProviderType: type }) => t.types[type as ProviderType][0] },
        {
          id: 'changed',
          header: texts.common.changed,
          cell: ({ LastModifiedDate }) => <Time at={LastModifiedDate} />,
        },
      ]}
    />
  )
}
