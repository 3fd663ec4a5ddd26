import Alert from '@cloudscape-design/components/alert'
import Button from '@cloudscape-design/components/button'
import { cognito } from '../../api/call.ts'
import type { PoolType } from '../../api/merge.ts'
import { useMay } from '../../api/permissions.ts'
import { refresh, useCognito } from '../../api/queries.ts'
import { texts } from '../../texts/texts.ts'
import { useAction } from '../../ui/use-action.ts'

const t = texts.branding.classicShown
const action = 'cognito-idp:UpdateUserPoolDomain'

/** Says which domains don't show what is edited here, and offers to change that. */
export function ClassicShown({ pool }: { pool: PoolType }) {
  return [pool.Domain, pool.CustomDomain]
    .filter((domain) => domain !== undefined)
    .map((domain) => <OfDomain key={domain} UserPoolId={pool.Id!} domain={domain} />)
}

function OfDomain({ UserPoolId, domain }: { UserPoolId: string; domain: string }) {
  const may = useMay(action)
  const [run, busy] = useAction()
  const { data } = useCognito('DescribeUserPoolDomain', { Domain: domain })
  if (!data?.DomainDescription?.UserPoolId || data.DomainDescription.ManagedLoginVersion === 2) return null
  const { CustomDomainConfig } = data.DomainDescription
  const change = async () => {
    const input = { UserPoolId, Domain: domain, ManagedLoginVersion: 2 }
    await cognito('UpdateUserPoolDomain', { ...input, ...(domain.includes('.') && { CustomDomainConfig }) })
    await refresh('DescribeUserPoolDomain')
  }
  return (
    <Alert
      type="warning"
      header={t.title(domain)}
      action={
        may(action) ? (
          <Button loading={busy} onClick={() => void run(change, texts.domain.switched)}>
            {texts.domain.switchTo['2']}
          </Button>
        ) : undefined
      }
    >
      {t.text}
    </Alert>
  )
}
