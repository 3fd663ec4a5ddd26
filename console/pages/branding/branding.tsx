import Alert from '@cloudscape-design/components/alert'
import FormField from '@cloudscape-design/components/form-field'
import Select from '@cloudscape-design/components/select'
import SpaceBetween from '@cloudscape-design/components/space-between'
import Tabs from '@cloudscape-design/components/tabs'
import { lazy, Suspense } from 'react'
import { useCognito } from '../../api/queries.ts'
import { mayLeave, type PageProps, useQueryParams } from '../../shell/router.tsx'
import { texts } from '../../texts/texts.ts'
import { Failure } from '../../ui/failure.tsx'
import { PageHead } from '../../ui/page-head.tsx'
import { ClassicShown } from './classic-shown.tsx'
import { StyleOf } from './style-editor.tsx'
import './branding.css'

const ClassicLook = lazy(() => import('./classic-look.tsx'))
const Terms = lazy(() => import('./terms.tsx'))

const t = texts.branding
type Tab = keyof typeof t.tabs

export default function BrandingPage({ params }: PageProps) {
  const UserPoolId = params.poolId!
  const [query, setQuery] = useQueryParams()
  const pool = useCognito('DescribeUserPool', { UserPoolId }).data?.UserPool
  const { data, error, refetch } = useCognito('ListUserPoolClients', { UserPoolId, MaxResults: 60 })
  const clients = data?.UserPoolClients ?? []
  const client = clients.find(({ ClientId }) => ClientId === query.client) ?? clients[0]
  const tab: Tab = Object.hasOwn(t.tabs, query.tab ?? '') ? (query.tab as Tab) : 'managed'
  const chosen = client && { UserPoolId, ClientId: client.ClientId!, clientName: client.ClientName! }
  return (
    <>
      <PageHead title={t.title} lead={t.lead} />
      <SpaceBetween size="l">
        <Failure error={error} onRetry={refetch} />
        {data && !client ? <Alert type="info">{t.noClients}</Alert> : null}
        {client ? (
          <FormField label={t.client}>
            <Select
              expandToViewport
              filteringType={clients.length > 10 ? 'auto' : 'none'}
              selectedOption={{ value: client.ClientId!, label: client.ClientName }}
              options={clients.map(({ ClientId, ClientName }) => ({ value: ClientId!, label: ClientName }))}
              onChange={({ detail }) => mayLeave() && setQuery({ client: detail.selectedOption.value })}
            />
          </FormField>
        ) : null}
        {pool && tab === 'managed' ? <ClassicShown pool={pool} /> : null}
        {chosen && pool ? (
          <Tabs
            activeTabId={tab}
            i18nStrings={{
              scrollLeftAriaLabel: texts.common.scrollLeft,
              scrollRightAriaLabel: texts.common.scrollRight,
            }}
            onChange={({ detail }) =>
              mayLeave() && setQuery({ tab: detail.activeTabId === 'managed' ? undefined : detail.activeTabId })
            }
            tabs={[
              { id: 'managed', label: t.tabs.managed, content: <StyleOf key={chosen.ClientId} {...chosen} /> },
              {
                id: 'classic',
                label: t.tabs.classic,
                content: (
                  <Suspense>
                    <ClassicLook pool={pool} {...chosen} />
                  </Suspense>
                ),
              },
              {
                id: 'terms',
                label: t.tabs.terms,
                content: (
                  <Suspense>
                    <Terms key={chosen.ClientId} {...chosen} />
                  </Suspense>
                ),
              },
            ]}
          />
        ) : null}
      </SpaceBetween>
    </>
  )
}
