import Box from '@cloudscape-design/components/box'
import Button from '@cloudscape-design/components/button'
import SpaceBetween from '@cloudscape-design/components/space-between'
import { cognito } from '../../api/call.ts'
import { useMay } from '../../api/permissions.ts'
import type { CognitoOutput } from '../../api/wire.ts'
import { base, follow, Link, type PageProps, pathTo } from '../../shell/router.tsx'
import { texts } from '../../texts/texts.ts'
import { PageHead } from '../../ui/page-head.tsx'
import { PagedTable } from '../../ui/paged-table.tsx'
import { Time } from '../../ui/time.tsx'
import { usePaged } from '../../ui/use-paged.ts'
import type { ProviderType } from './provider-types.ts'

const t = texts.providers

type Provider = NonNullable<CognitoOutput<'ListIdentityProviders'>['Providers']>[number]

export default function ProvidersPage({ params }: PageProps) {
  const UserPoolId = params.poolId!
  const may = useMay('cognito-idp:CreateIdentityProvider')
  const paged = usePaged<Provider>(['ListIdentityProviders', UserPoolId], async (NextToken) => {
    const { Providers = [], NextToken: next } = await cognito('ListIdentityProviders', {
      UserPoolId,
      MaxResults: 25,
      NextToken,
    })
    return { items: Providers, next }
  })
  const path = (name: string) => pathTo('pools/:poolId/providers/:providerName', { ...params, providerName: name })
  return (
    <>
      <PageHead
        title={t.title}
        lead={t.lead}
        actions={
          may('cognito-idp:CreateIdentityProvider') ? (
            <Button variant="primary" href={`${base}pools/${UserPoolId}/add-provider`} onFollow={follow}>
              {t.add}
            </Button>
          ) : null
        }
      />
      <PagedTable
        paged={paged}
        label={t.title}
        idOf={({ ProviderName }) => ProviderName!}
        empty={
          <SpaceBetween size="s">
            <Box variant="strong">{t.empty}</Box>
            <Box>{t.emptyText}</Box>
          </SpaceBetween>
        }
        columnDefinitions={[
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
    </>
  )
}
