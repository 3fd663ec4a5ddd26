import Box from '@cloudscape-design/components/box'
import SpaceBetween from '@cloudscape-design/components/space-between'
import StatusIndicator from '@cloudscape-design/components/status-indicator'
import { useQuery } from '@tanstack/react-query'
import { settings } from '../../settings.ts'
import { texts } from '../../texts/texts.ts'
import { Failure } from '../../ui/failure.tsx'
import { Part } from '../../ui/part.tsx'
import { Secret } from '../../ui/secret.tsx'
import { Time } from '../../ui/time.tsx'
import { isSignedBy, readToken } from './read-token.ts'
import type { Tokens } from './try-sign-in.ts'

const t = texts.tryIt

/** What a sign-in has ended in: each token with what it says. */
export function TokensView({ tokens, poolId }: { tokens: Tokens; poolId: string }) {
  return (
    <SpaceBetween size="l">
      {(Object.keys(t.tokens) as (keyof Tokens)[]).map((name) =>
        tokens[name] === undefined ? null : (
          <Token key={name} title={t.tokens[name]} token={tokens[name]} poolId={poolId} />
        ),
      )}
    </SpaceBetween>
  )
}

function Token({ title, token, poolId }: { title: string; token: string; poolId: string }) {
  const read = readToken(token)
  return (
    <Part title={title} lead={read ? undefined : t.opaque}>
      <SpaceBetween size="s">
        <Secret value={token} label={title} />
        {read ? (
          <>
            <SpaceBetween size="m" direction="horizontal">
              <Signature token={token} poolId={poolId} />
              <span>
                {t.ends} <Time at={Number(read.claims.exp)} />
              </span>
            </SpaceBetween>
            <Box variant="h3">{t.claims}</Box>
            <section aria-label={`${title}: ${t.claims}`}>
              <pre tabIndex={0}>{JSON.stringify(read.claims, undefined, 2)}</pre>
            </section>
            <Box variant="h3">{t.header}</Box>
            <section aria-label={`${title}: ${t.header}`}>
              <pre tabIndex={0}>{JSON.stringify(read.header, undefined, 2)}</pre>
            </section>
          </>
        ) : null}
      </SpaceBetween>
    </Part>
  )
}

function Signature({ token, poolId }: { token: string; poolId: string }) {
  const url = `${settings.publicUrl}/${poolId}/.well-known/jwks.json`
  const { data, isPending, error, refetch } = useQuery({
    queryKey: ['signature', url, token],
    queryFn: () => isSignedBy(token, url),
  })
  if (error) return <Failure error={error} onRetry={refetch} />
  if (isPending) return <StatusIndicator type="in-progress">{t.verifying}</StatusIndicator>
  return <StatusIndicator type={data ? 'success' : 'error'}>{data ? t.verified : t.notVerified}</StatusIndicator>
}
