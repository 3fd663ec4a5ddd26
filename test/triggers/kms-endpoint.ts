import { randomBytes } from 'node:crypto'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

/** The two calls of KMS that envelope encryption makes, for one key. */
export async function startKms(keyArn: string) {
  const dataKeys = new Map<string, string>()
  const server = createServer(async (req, res) => {
    let body = ''
    for await (const chunk of req) body += chunk
    const input = JSON.parse(body)
    const answer = req.headers['x-amz-target'] === 'TrentService.Decrypt' ? decrypt(input) : generate(input)
    res.writeHead(answer ? 200 : 400, { 'content-type': 'application/x-amz-json-1.1' })
    res.end(JSON.stringify(answer ?? { __type: 'NotFoundException', message: 'No such key' }))
  })

  function generate({ KeyId, NumberOfBytes }: { KeyId: string; NumberOfBytes: number }) {
    if (KeyId !== keyArn) return undefined
    const Plaintext = randomBytes(NumberOfBytes).toString('base64')
    const CiphertextBlob = randomBytes(48).toString('base64')
    dataKeys.set(CiphertextBlob, Plaintext)
    return { KeyId, Plaintext, CiphertextBlob }
  }

  function decrypt({ CiphertextBlob }: { CiphertextBlob: string }) {
    const Plaintext = dataKeys.get(CiphertextBlob)
    return Plaintext && { KeyId: keyArn, Plaintext }
  }

  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async close() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
