import SpaceBetween from '@cloudscape-design/components/space-between'
import { useEffect, useState } from 'react'
import { cognito } from '../../api/call.ts'
import { Link, navigate, pathTo } from '../../shell/router.tsx'
import { texts } from '../../texts/texts.ts'
import { Failure } from '../../ui/failure.tsx'
import { PageHead } from '../../ui/page-head.tsx'
import { TokensView } from './tokens-view.tsx'
import { type Attempt, finishTry, type Tokens, takeAttempt } from './try-sign-in.ts'

const t = texts.tryIt

interface Arrived {
  attempt: Attempt
  tokens?: Tokens
  error?: unknown
}

// One load of the page is one arrival, however often React asks for its effects.
let arriving: Promise<Arrived | undefined> | undefined

async function arrive(): Promise<Arrived | undefined> {
  const query = new URLSearchParams(location.search)
  const attempt = takeAttempt()
  if (!attempt) return undefined
  // The code is of no more use, and no part of the address to keep.
  navigate('try', { replace: true })
  const { poolId: UserPoolId, clientId: ClientId } = attempt
  try {
    const { UserPoolClient } = await cognito('DescribeUserPoolClient', { UserPoolId, ClientId })
    return { attempt, tokens: await finishTry(attempt, query, UserPoolClient!.ClientSecret) }
  } catch (error) {
    return { attempt, error }
  }
}

export default function TryPage() {
  const [arrived, setArrived] = useState<Arrived | 'nothing'>()
  useEffect(() => {
    arriving ??= arrive()
    void arriving.then((found) => setArrived(found ?? 'nothing'))
    return () => {
      // A later visit is another arrival.
      setTimeout(() => {
        arriving = undefined
      })
    }
  }, [])
  const { attempt, tokens, error } = typeof arrived === 'object' ? arrived : {}
  return (
    <>
      <PageHead title={t.title} lead={tokens ? t.done : arrived === 'nothing' ? t.nothing : undefined} />
      <SpaceBetween size="l">
        <Failure error={error} />
        {attempt ? <Link to={pathTo('pools/:poolId/clients/:clientId', { ...attempt })}>{t.back}</Link> : null}
        {attempt && tokens ? <TokensView tokens={tokens} poolId={attempt.poolId} /> : null}
      </SpaceBetween>
    </>
  )
}
