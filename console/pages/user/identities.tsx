import Button from '@cloudscape-design/components/button'
import Table from '@cloudscape-design/components/table'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { cognito } from '../../api/call.ts'
import { useMay } from '../../api/permissions.ts'
import { readAll } from '../../api/read-all.ts'
import type { CognitoOutput } from '../../api/wire.ts'
import { texts } from '../../texts/texts.ts'
import { actionColumn } from '../../ui/action-column.tsx'
import { Part } from '../../ui/part.tsx'
import { Time } from '../../ui/time.tsx'
import { LinkIdentity } from './link-identity.tsx'
import { UnlinkIdentity } from './unlink-identity.tsx'
import { type Identity, identitiesOf, type Shown } from './user-type.ts'

const t = texts.user
const linkAction = 'cognito-idp:AdminLinkProviderForUser'
const listAction = 'cognito-idp:ListIdentityProviders'
const unlinkAction = 'cognito-idp:AdminDisableProviderForUser'

export type Provider = NonNullable<CognitoOutput<'ListIdentityProviders'>['Providers']>[number]

/** A pool without providers has no such part. */
export function Identities(shown: Shown) {
  const { UserPoolId, user } = shown
  const may = useMay(linkAction, listAction, unlinkAction)
  const mayLink = may(linkAction) && may(listAction)
  const query = useQuery({
    queryKey: ['ListIdentityProviders', UserPoolId, 'all'],
    queryFn: () => providersOf(UserPoolId),
    enabled: mayLink,
  })
  const [linking, setLinking] = useState(false)
  const [unlinking, setUnlinking] = useState<Identity>()
  const identities = identitiesOf(user)
  const providers = query.data ?? []
  if (identities.length === 0 && providers.length === 0 && !query.error) return null
  const unlinkColumn = actionColumn<Identity>({
    text: t.unlink,
    label: ({ providerName }) => t.unlinkIdentity(providerName),
    isOffered: ({ primary }) => !primary,
    onClick: setUnlinking,
  })
  return (
    <Part
      title={t.identities}
      query={query.error ? { ...query, data: identities } : undefined}
      actions={providers.length > 0 ? <Button onClick={() => setLinking(true)}>{t.link}</Button> : null}
    >
      <Table<Identity>
        variant="embedded"
        items={identities}
        wrapLines
        empty={t.noIdentities}
        ariaLabels={{ tableLabel: t.identities }}
        columnDefinitions={[
          { id: 'provider', header: t.provider, isRowHeader: true, cell: ({ providerName }) => providerName },
          { id: 'identity', header: t.identity, cell: identityCell },
          { id: 'linked', header: t.linkedAt, cell: ({ dateCreated }) => <Time at={secondsOf(dateCreated)} /> },
          ...(may(unlinkAction) ? [unlinkColumn] : []),
        ]}
      />
      {linking ? <LinkIdentity {...shown} providers={providers} onClose={() => setLinking(false)} /> : null}
      {unlinking ? <UnlinkIdentity {...shown} identity={unlinking} onClose={() => setUnlinking(undefined)} /> : null}
    </Part>
  )
}

const providersOf = (UserPoolId: string): Promise<Provider[]> =>
  readAll(async (NextToken) => {
    const page = await cognito('ListIdentityProviders', { UserPoolId, MaxResults: 60, NextToken })
    return { items: page.Providers ?? [], next: page.NextToken }
  })

const identityCell = ({ userId, primary }: Identity) => (
  <>
    <code className="value">{userId}</code>
    {primary ? <div>{t.ownIdentity}</div> : null}
  </>
)

const secondsOf = (milliseconds: number | undefined) => (milliseconds === undefined ? undefined : milliseconds / 1000)
