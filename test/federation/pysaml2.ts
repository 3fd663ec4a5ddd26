import { spawn, spawnSync } from 'node:child_process'
import { generateKeyPairSync } from 'node:crypto'
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { selfSignedCertificate } from '../../src/lib/self-signed-certificate.ts'

const python = '/usr/bin/python3'

const isInstalled = (): boolean => spawnSync(python, ['-c', 'import saml2'], { stdio: 'ignore' }).status === 0

/** pysaml2 is Debian's. As root it is installed when it is missing; elsewhere the error says what to do. */
function requirePysaml2(): void {
  if (isInstalled()) return
  if (process.getuid?.() === 0 && existsSync('/usr/bin/apt-get')) {
    console.error('Installing pysaml2 for the SAML tests (apt-get install python3-pysaml2 xmlsec1) …')
    const options = {
      env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
      stdio: ['ignore', 'ignore', 'inherit'] as ['ignore', 'ignore', 'inherit'],
    }
    spawnSync('apt-get', ['update', '-qq'], options)
    spawnSync('apt-get', ['install', '-y', '-qq', '--no-install-recommends', 'python3-pysaml2', 'xmlsec1'], options)
    if (isInstalled()) return
  }
  throw new Error('The SAML tests need pysaml2 and xmlsec1 (Debian: apt-get install python3-pysaml2 xmlsec1).')
}

/** A real identity provider, which knows the service by its metadata. */
export async function startPysaml2(service: {
  entityId: string
  acs: string
  logout: string
  certificate: string
}): Promise<{ metadataUrl: string; close(): void }> {
  requirePysaml2()
  const folder = mkdtempSync(join(tmpdir(), 'poolhouse-pysaml2-'))
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
  const [from, to] = [new Date(Date.now() - 1000), new Date(Date.now() + 1e9)]
  const certificate = selfSignedCertificate(privateKey, { commonName: 'idp', from, to }).toString('base64')
  const file = (name: string, content: string): string => {
    writeFileSync(join(folder, name), content)
    return join(folder, name)
  }
  const port = await freePort()
  const child = spawn(
    python,
    [
      new URL('pysaml2-idp.py', import.meta.url).pathname,
      String(port),
      file('key.pem', privateKey.export({ type: 'pkcs8', format: 'pem' }) as string),
      file(
        'certificate.pem',
        `-----BEGIN CERTIFICATE-----\n${certificate.match(/.{1,64}/g)!.join('\n')}\n-----END CERTIFICATE-----\n`,
      ),
      file('service.xml', serviceMetadata(service)),
    ],
    { stdio: ['ignore', 'pipe', 'pipe'] },
  )
  let errors = ''
  child.stderr.on('data', (chunk) => {
    errors += chunk
  })
  await new Promise<void>((resolve, reject) => {
    child.stdout.once('data', () => resolve())
    child.once('exit', () => reject(new Error(`pysaml2 ended: ${errors}`)))
  })
  return {
    metadataUrl: `http://127.0.0.1:${port}/metadata`,
    close() {
      child.kill()
      rmSync(folder, { recursive: true })
    },
  }
}

const serviceMetadata = ({ entityId, acs, logout, certificate }: Parameters<typeof startPysaml2>[0]): string =>
  `<md:EntityDescriptor xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata" entityID="${entityId}">
    <md:SPSSODescriptor AuthnRequestsSigned="true" WantAssertionsSigned="true" protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol">
      <md:KeyDescriptor use="signing"><ds:KeyInfo xmlns:ds="http://www.w3.org/2000/09/xmldsig#"><ds:X509Data><ds:X509Certificate>${certificate}</ds:X509Certificate></ds:X509Data></ds:KeyInfo></md:KeyDescriptor>
      <md:SingleLogoutService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST" Location="${logout}"/>
      <md:AssertionConsumerService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST" Location="${acs}" index="1"/>
    </md:SPSSODescriptor>
  </md:EntityDescriptor>`

export async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as { port: number }
  await new Promise((resolve) => server.close(resolve))
  return port
}
