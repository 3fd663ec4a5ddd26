// Needs helm and kubeconform on the PATH, or their paths in HELM and KUBECONFORM. kubeconform fetches the schemas of
// Kubernetes, unless KUBERNETES_SCHEMAS says where they are, as its option -schema-location does.
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { before, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { parseAllDocuments } from 'yaml'
import { readConfig } from '../../src/config.ts'

const helm = process.env.HELM ?? 'helm'
const kubeconform = process.env.KUBECONFORM ?? 'kubeconform'
const schemas = process.env.KUBERNETES_SCHEMAS ? ['-schema-location', process.env.KUBERNETES_SCHEMAS] : []
const chart = fileURLToPath(new URL('../../deploy/helm/poolhouse', import.meta.url))

const secrets = ['--set', 'publicUrl=https://id.example.com', '--set', 'secret.existing=poolhouse-secrets']
const everything = [
  ...['--set', 'publicUrl=https://id.example.com', '--set', 'env.POOLHOUSE_REGION=eu-west-1'],
  ...['--set', 'secret.values.DATABASE_URL=postgres://poolhouse@db/poolhouse'],
  ...['--set', `secret.values.POOLHOUSE_MASTER_KEY=${Buffer.alloc(32).toString('base64')}`],
  ...['--set', 'secret.values.POOLHOUSE_ACCESS_KEY_ID=admin'],
  ...['--set', 'secret.values.POOLHOUSE_SECRET_ACCESS_KEY=a-secret-of-forty-characters'],
  ...['--set', 'secret.values.POOLHOUSE_SMTP_URL=smtps://mail.example.com'],
  ...['--set', 'autoscaling.enabled=true', '--set', 'serviceMonitor.enabled=true'],
  ...['--set', 'ingress.enabled=true', '--set', 'ingress.hosts={id.example.com,*.auth.example.com}'],
]

function run(program: string, args: string[], input?: string): string {
  return execFileSync(program, args, { encoding: 'utf8', input, stdio: ['pipe', 'pipe', 'pipe'] })
}

before(() => {
  for (const [program, flag] of [
    [helm, 'version'],
    [kubeconform, '-v'],
  ] as const) {
    try {
      run(program, [flag])
    } catch {
      throw new Error(`${program} is missing: install it, or name it in ${program === helm ? 'HELM' : 'KUBECONFORM'}`)
    }
  }
})

const render = (settings: string[]) => run(helm, ['template', 'shop', chart, '--kube-version', '1.30.0', ...settings])
const objects = (text: string) =>
  parseAllDocuments(text)
    .map((document) => document.toJS())
    .filter(Boolean)
const kinds = (text: string) =>
  objects(text)
    .map(({ kind }) => kind)
    .sort()

test('helm lint finds nothing in the chart', () => {
  assert.match(run(helm, ['lint', '--strict', '--kube-version', '1.30.0', chart, ...everything]), /0 chart\(s\) failed/)
})

for (const [name, settings, expected] of [
  ['the least', secrets, ['Deployment', 'Job', 'PodDisruptionBudget', 'Service', 'ServiceAccount']],
  [
    'everything',
    everything,
    [
      ...['Deployment', 'HorizontalPodAutoscaler', 'Ingress', 'Job', 'PodDisruptionBudget', 'Secret', 'Service'],
      ...['ServiceAccount', 'ServiceMonitor'],
    ],
  ],
] as const) {
  test(`with ${name} set, the chart renders what Kubernetes accepts`, () => {
    const text = render([...settings])
    assert.deepEqual(kinds(text), [...expected])
    const checked = run(kubeconform, ['-strict', '-summary', ...schemas, '-skip', 'ServiceMonitor', '-'], text)
    assert.match(checked, /Invalid: 0, Errors: 0/)
  })
}

test('the pods get settings that the server accepts without a warning', () => {
  const rendered = objects(render(everything))
  const { stringData } = rendered.find(({ kind }) => kind === 'Secret')
  const [container] = rendered.find(({ kind }) => kind === 'Deployment').spec.template.spec.containers
  const env = Object.fromEntries(
    container.env.map((entry: { name: string; value: string }) => [entry.name, entry.value]),
  )
  const config = readConfig('serve', { ...stringData, ...env })
  assert.deepEqual(config.warnings, [])
  assert.equal(config.region, 'eu-west-1')
})

test('a chart without secrets, with a typing error or with a path in the address is refused with a sentence', () => {
  const refused = (settings: string[], reason: RegExp) => assert.throws(() => render(settings), reason)
  refused(['--set', 'publicUrl=https://id.example.com'], /Set secret\.existing/)
  refused([...secrets, '--set', 'replica=3'], /replica/)
  refused(['--set', 'publicUrl=https://id.example.com/path', '--set', 'secret.existing=x'], /publicUrl/)
})
