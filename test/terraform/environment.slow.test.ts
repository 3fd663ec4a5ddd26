import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { adminOf } from '../administration/scene.ts'
import { startTestServer, type TestServer } from '../support/server.ts'
import { openTerraform, type Terraform } from './terraform.ts'

// Nothing in the provider's block, no check skipped: it asks who it is at STS when it starts.
const text = `
terraform {
  required_providers {
    aws = { source = "hashicorp/aws" }
  }
}
provider "aws" {}
data "aws_caller_identity" "me" {}
resource "aws_cognito_user_pool" "people" {
  name = "people"
}
output "me" { value = data.aws_caller_identity.me.arn }
output "pool" { value = aws_cognito_user_pool.people.id }
`

let server: TestServer
let terraform: Terraform | undefined
before(async () => {
  server = await startTestServer()
})
after(async () => {
  terraform?.close()
  await server?.close()
})

test('the address in AWS_ENDPOINT_URL is all that the provider needs, with a key of a role', async () => {
  const admin = adminOf(server)
  await admin.putRole({ RoleName: 'terraform', ReadyMadePolicy: 'administrator' })
  const { AccessKey, SecretAccessKey } = await admin.createAccessKey({ RoleName: 'terraform', ServiceName: 'ci' })
  terraform = openTerraform(server.url, {
    text,
    variables: {
      AWS_ENDPOINT_URL: server.url,
      AWS_REGION: 'us-east-1',
      AWS_ACCESS_KEY_ID: AccessKey.AccessKeyId,
      AWS_SECRET_ACCESS_KEY: SecretAccessKey,
      AWS_EC2_METADATA_DISABLED: 'true',
    },
  })
  await terraform.run('init', '-no-color', '-input=false')
  assert.match(await terraform.apply(false), /1 added, 0 changed, 0 destroyed/)
  assert.equal(await terraform.plan(false), 'No changes.')
  assert.equal(
    (await terraform.run('output', '-raw', 'me')).trim(),
    'arn:aws:sts::000000000000:assumed-role/terraform/ci',
  )
  const UserPoolId = (await terraform.run('output', '-raw', 'pool')).trim()
  assert.equal((await server.cognito.describeUserPool({ UserPoolId })).UserPool!.Name, 'people')

  await admin.deleteAccessKey({ AccessKeyId: AccessKey.AccessKeyId })
  await assert.rejects(terraform.plan(false), /InvalidClientTokenId|UnrecognizedClientException/)
})
