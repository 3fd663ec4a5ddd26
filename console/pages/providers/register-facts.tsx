import Button from '@cloudscape-design/components/button'
import KeyValuePairs from '@cloudscape-design/components/key-value-pairs'
import SpaceBetween from '@cloudscape-design/components/space-between'
import { useState } from 'react'
import type { PoolType } from '../../api/merge.ts'
import { useMay } from '../../api/permissions.ts'
import { useCognito } from '../../api/queries.ts'
import { texts } from '../../texts/texts.ts'
import { Block } from '../../ui/block.tsx'
import { Copy } from '../../ui/copy.tsx'
import { Failure } from '../../ui/failure.tsx'
import { Part } from '../../ui/part.tsx'
import { poolAddresses } from '../../ui/pool-addresses.ts'
import type { ProviderType } from './provider-types.ts'

const t = texts.providers
const certificateAction = 'cognito-idp:GetSigningCertificate'

/** What somebody has to enter at the provider, so that it lets the pool's users come back. */
export function RegisterFacts({ pool, type }: { pool: PoolType; type: ProviderType }) {
  const may = useMay(certificateAction)
  const addresses = poolAddresses(pool)
  const all = (label: string, path: string) => ({
    label,
    value: (
      <SpaceBetween size="xxs">
        {addresses.map((address) => (
          <Copy key={address} value={address + path} label={`${label}: ${address}`} />
        ))}
      </SpaceBetween>
    ),
  })
  const entityId = `urn:amazon:cognito:sp:${pool.Id}`
  return (
    <Part title={t.register} lead={t.where[type]}>
      <SpaceBetween size="m">
        <KeyValuePairs
          columns={type === 'SAML' ? 3 : 1}
          minColumnWidth={260}
          items={
            type === 'SAML'
              ? [
                  { label: t.entityId, value: <Copy value={entityId} label={t.entityId} /> },
                  all(t.acs, '/saml2/idpresponse'),
                  all(t.slo, '/saml2/logout'),
                ]
              : [all(t.redirect, '/oauth2/idpresponse')]
          }
        />
        <div className="quiet">{t.registerLead}</div>
        {type === 'SAML' && may(certificateAction) ? <Certificate UserPoolId={pool.Id!} /> : null}
      </SpaceBetween>
    </Part>
  )
}

/** The certificate that signed requests are verified by. */
function Certificate({ UserPoolId }: { UserPoolId: string }) {
  const [wanted, setWanted] = useState(false)
  const { data, error } = useCognito('GetSigningCertificate', { UserPoolId }, { enabled: wanted })
  if (error) return <Failure error={error} />
  if (!data?.Certificate)
    return (
      <Button loading={wanted} onClick={() => setWanted(true)}>
        {t.showCertificate}
      </Button>
    )
  return <Pem label={t.certificate} base64={data.Certificate} />
}

export function Pem({ label, base64 }: { label: string; base64: string }) {
  const lines = base64.match(/.{1,64}/g) ?? []
  return (
    <Block label={label} text={['-----BEGIN CERTIFICATE-----', ...lines, '-----END CERTIFICATE-----'].join('\n')} />
  )
}
